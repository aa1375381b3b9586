"""Functions of the local stack are forked from a Python that is warm, and notice nothing of it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.fork_server import LIBRARIES
from infra.local.forking import Forked, ForkServer

ASKED = """
import json, os, sys
for line in sys.stdin:
    seen = {"said": line.strip(), "environment": dict(os.environ), "loaded": sorted(sys.modules)}
    print(json.dumps({**seen, "path": sys.path[0], "name": __name__}), flush=True)
"""
Start = Callable[..., Forked]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    running = ForkServer()
    yield running
    running._asking.close()


@pytest.fixture
def start(server: ForkServer, tmp_path: Path) -> Start:
    def started(code: str = ASKED, **env: str) -> Forked:
        script = tmp_path / "worker.py"
        script.write_text(code)
        return server.fork(str(script), env)

    return started


def ended(process: Forked) -> bool:
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return process.poll() is not None


def test_it_has_libraries_and_an_environment_of_its_own(start: Start, tmp_path: Path) -> None:
    one, other = start(WHO="one"), start(WHO="other")
    for process, who in ((other, "other"), (one, "one")):
        process.stdin.write(f"hello {who}\n")
        process.stdin.flush()
        seen = json.loads(process.stdout.readline())

        assert seen["said"] == f"hello {who}"
        assert seen["environment"] == {"WHO": who}
        assert seen["path"] == str(tmp_path)
        assert seen["name"] == "__main__"
        assert set(LIBRARIES) <= set(seen["loaded"])
        assert "shared" not in seen["loaded"], "each function has a copy of its own"
        assert process.poll() is None
    one.kill()
    other.terminate()
    assert ended(one)
    assert ended(other)


def test_it_ends_with_its_input(start: Start) -> None:
    process = start()
    process.stdin.close()
    assert ended(process)


def test_what_went_wrong_is_on_its_standard_error(start: Start) -> None:
    process = start("raise LookupError('nothing there')")
    assert "LookupError: nothing there" in process.stderr.read()
    assert ended(process)
    process.kill()  # harmless, whoever has its number by now


def test_a_process_that_was_forked_away_is_found_dead(start: Start) -> None:
    process = start()
    os.kill(process.pid, 9)
    assert ended(process)
    assert process.stdout.readline() == ""
