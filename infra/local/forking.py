"""Functions are forked from a process that has imported their libraries already.

The emulator starts a new Python for each function, which imports botocore, pydantic and the rest
again: most of what a first call takes, and there are more than a hundred functions.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from .emulator import module
from .fork_server import FILES, LENGTH, received


def apply() -> None:
    """Have the emulator of this process fork its functions. Call once, before it serves."""
    server = ForkServer()

    def start(command: Sequence[str], *, env: Mapping[str, str], **how: Any) -> Any:
        program, script = command
        if program == sys.executable:
            return server.fork(script, env)
        return subprocess.Popen(command, env=env, **how)

    module("core.lambda_runtime").subprocess = SimpleNamespace(Popen=start, PIPE=subprocess.PIPE)


class ForkServer:
    """The process that is forked: it ends with ours."""

    def __init__(self) -> None:
        self._asking, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-m", "infra.local.fork_server", str(number)]
            # A session of its own: an interrupt is for us, and we end it in our own time.
            subprocess.Popen(command, pass_fds=[number], start_new_session=True)
        self._lock = threading.Lock()

    def fork(self, script: str, env: Mapping[str, str]) -> "Forked":
        """A new process that runs `script`, with nothing in its environment but `env`."""
        pipes = [os.pipe() for _ in range(FILES)]
        (their_input, our_input), *others = pipes
        theirs = [their_input, *(write for _, write in others)]
        asked = json.dumps([script, dict(env)]).encode()
        try:
            with self._lock:
                socket.send_fds(self._asking, [LENGTH.pack(len(asked))], theirs)
                self._asking.sendall(asked)
                (pid,) = LENGTH.unpack(received(self._asking, LENGTH.size))
        finally:
            for one in theirs:
                os.close(one)
        return Forked(pid, our_input, *(read for read, _ in others))


class Forked:
    """What the emulator asks of a `subprocess.Popen`, for a process that is not a child of ours."""

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int, life: int) -> None:
        self.pid = pid
        self.stdin = os.fdopen(stdin, "w", 1)
        self.stdout = os.fdopen(stdout)
        self.stderr = os.fdopen(stderr)
        os.set_blocking(life, False)
        self._life = os.fdopen(life, "rb", 0)

    def poll(self) -> int | None:
        """`None` while it runs."""
        return None if self._life.read(1) is None else -1

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def _send(self, what: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, what)
