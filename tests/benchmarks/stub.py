"""A server that answers AWS calls with what was recorded: `python stub.py recorded.json`.

A process of its own, so that the CPU of the measured one is the client's alone. Prints its port.
The file holds answers to give `once` and, after those, `again` and again in turn.
"""

import asyncio
import base64
import json
import sys
from collections import deque
from pathlib import Path
from typing import Any


class Stub(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request at a time."""

    once: dict[str, deque[bytes]] = {}  # noqa: RUF012
    again: dict[str, deque[bytes]] = {}  # noqa: RUF012

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        if headers.get("expect") == "100-continue" and not body:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(body) < int(headers.get("content-length", "0")):
            return
        self._received = b""
        method, path, _ = first.split(" ")
        named = headers.get("x-amz-target", "").rpartition(".")[2]
        wanted = named or f"{method} {path.split('?')[0]}".lower()
        if queue := self.once.get(wanted):
            self._transport.write(queue.popleft())
        elif queue := self.again.get(wanted):
            self._transport.write(queue[0])
            queue.rotate(-1)
        else:
            self._transport.write(b"HTTP/1.1 500 Unknown\r\ncontent-length: 0\r\n\r\n")
            print(f"no answer recorded for {wanted}", file=sys.stderr, flush=True)


async def serve(recorded: dict[str, list[dict[str, Any]]]) -> None:
    """Answer until the process is ended."""
    for queues, when in ((Stub.once, "once"), (Stub.again, "again")):
        for one in recorded[when]:
            queues.setdefault(one["target"].lower(), deque()).append(_answer(one))
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _answer(one: dict[str, Any]) -> bytes:
    body = base64.b64decode(one["body"])
    headers = {**one["headers"], "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {one['status']} OK\r\n{lines}\r\n".encode() + body


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text())))
