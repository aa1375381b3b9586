"""Starting and ending the local stack's process."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from .emulator import environment
from .home import Home
from .trouble import Trouble

_START_SECONDS: Final = 120
_STOP_SECONDS: Final = 120
"""To save twenty thousand people took more than half a minute."""


def running(home: Home) -> int | None:
    """The process id of the running stack, or `None`."""
    if not home.pid_file.exists():
        return None
    pid = int(home.pid_file.read_text() or 0)
    return pid if pid and _is_ours(pid) else None


def _is_ours(pid: int) -> bool:
    """Whether `pid` lives and is an emulator: after a reboot the number may be another's."""
    try:
        os.kill(pid, 0)
        command = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    except ProcessLookupError:
        return False
    except (PermissionError, FileNotFoundError):
        return True
    return "infra.local.daemon" in command


def start(home: Home) -> None:
    """Start the stack unless it runs, and wait until it answers. Raises `Trouble`."""
    if starting := launch(home):
        answering(home, starting)


def launch(home: Home) -> "subprocess.Popen[bytes] | None":
    """Begin to start the stack; `None` where it runs. Raises `Trouble`.

    A stack of an earlier version of this code is ended first.
    """
    version = _version()
    if running(home):
        if home.version_file.exists() and home.version_file.read_text() == version:
            return None
        stop(home)
    for port in (home.port, home.gateway_port, home.mail_port):
        if _taken(port):
            raise Trouble(
                f"Port {port} of this machine is in use by another program.",
                "End that program, or choose other ports: crm up --port 8090 --gateway-port 4590 --mail-port 2590",
            )
    home.remember()
    with home.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.daemon"],
            cwd=home.root,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    home.pid_file.write_text(str(process.pid))
    home.version_file.write_text(version)
    return process


def _version() -> str:
    code = hashlib.sha256(metadata.version("ministack").encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        code.update(file.read_bytes())
    return code.hexdigest()


def answering(home: Home, process: "subprocess.Popen[bytes]") -> None:
    """Wait until what was launched answers. Raises `Trouble` when it never does."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(home):
            return
        time.sleep(0.1)
    tail = "\n".join(home.log.read_text(errors="replace").splitlines()[-8:])
    raise Trouble(f"The local stack did not start.\n{tail}", f"The whole log: {home.log}")


def stop(home: Home) -> bool:
    """End the stack, keeping its data; returns whether it ran. Raises `Trouble`."""
    pid = running(home)
    if pid is None:
        home.pid_file.unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        if running(home) is None:
            home.pid_file.unlink(missing_ok=True)
            return True
        time.sleep(0.1)
    raise Trouble(
        f"The local stack (process {pid}) does not end.", f"Look at {home.log}, then: kill -9 {pid}"
    )


def ask(home: Home, what: str, method: str = "GET") -> dict[str, Any]:
    """An answer of the running stack's own addresses (`control`). Raises `Trouble`."""
    request = urllib.request.Request(f"{home.gateway}/_crm/{what}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except (urllib.error.URLError, TimeoutError) as failure:
        raise Trouble("The local stack does not answer.", "Start it: crm up") from failure


def _answers(home: Home) -> bool:
    return all(_taken(port) for port in (home.port, home.gateway_port, home.mail_port))


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
