"""A Python that has imported what most functions import, and is forked for each:
`python -m infra.local.fork_server <number of the socket to be asked by>` (see `forking`).

Nothing of the product may be imported here: it differs between functions, and changes.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

LIBRARIES: Final = (
    "aws_lambda_powertools.event_handler.api_gateway",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.utilities.batch",
    "boto3",
    "botocore.handlers",
    "email_validator",
    "jinja2",
    "pydantic",
    "ulid",
    "zoneinfo",
)
LENGTH: Final = struct.Struct("!I")
FILES: Final = 4
"""Standard input, output and errors, and one that is closed when the process is gone."""


def received(asking: socket.socket, size: int) -> bytes:
    """So many bytes. Raises `EOFError` when the other end is gone before."""
    found = b""
    while len(found) < size:
        part = asking.recv(size - len(found))
        if not part:
            raise EOFError("the other end is gone")
        found += part
    return found


def serve(asking: socket.socket) -> None:
    """Fork for whoever asks, until nobody can any more."""
    # Whoever ends is gone at once, without being waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for name in LIBRARIES:
        importlib.import_module(name)
    # What is looked through for garbage is written to, and no longer shared by those forked.
    gc.collect()
    gc.freeze()
    while True:
        head, files, _, _ = socket.recv_fds(asking, LENGTH.size, FILES)
        if not head:
            return
        script, env = json.loads(received(asking, *LENGTH.unpack(head)))
        pid = os.fork()
        if not pid:
            asking.close()
            _become(script, env, files)
        for one in files:
            os.close(one)
        asking.sendall(LENGTH.pack(pid))


def _become(script: str, env: Mapping[str, str], files: Sequence[int]) -> None:
    """Run `script` as a Python that was just started would, and end with it."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, one in enumerate(files[:3]):
            os.dup2(one, number)
            os.close(one)
        os.environ.clear()
        os.environ.update(env)
        sys.argv, sys.path[0] = [script], str(Path(script).parent)
        runpy.run_path(script, run_name="__main__")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
