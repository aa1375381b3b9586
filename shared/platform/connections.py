"""HTTP/1.1 connections that stay open between calls, for the one kind of request `json_api` sends:
`POST` with a body, its answer read whole.

urllib3 and `http.client` do the same for anything at all, and take 0.12 and 0.07 ms of CPU where
this takes 0.03: most of theirs goes into headers as e-mail messages.
"""

import select
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from .aws import CONNECT_SECONDS, READ_SECONDS, certificates

_LONGEST_HEAD: Final = 65_536
_MOST_HEADERS: Final = 100
_BUFFER: Final = 65_536
_CONTINUE: Final = 200
"""Answers below are provisional: the real one follows."""


class Answer(NamedTuple):
    """What came back. Header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connections:
    """The connections to one address, `scheme://host[:port]`. Threads share it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.host = parts.netloc
        self._tls = parts.scheme == "https"
        self._address = (parts.hostname or "", parts.port or (443 if self._tls else 80))
        self._idle: list[_Connection] = []

    def post(self, headers: Mapping[str, str], body: bytes, path: str = "/") -> Answer:
        """Send one request and read its answer, whatever its status.

        Raises botocore's exceptions as its own clients do: `EndpointConnectionError`,
        `ConnectTimeoutError` and `SSLError` when nothing was sent, `ReadTimeoutError` and
        `ConnectionClosedError` when it may have arrived.
        """
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        connection = self._open()
        try:
            answer = connection.exchange(head.encode("latin-1") + body)
        except TimeoutError as error:
            connection.close()
            raise ReadTimeoutError(endpoint_url=f"{self.url}/", error=error) from error
        except (OSError, ValueError) as error:
            connection.close()
            raise ConnectionClosedError(endpoint_url=f"{self.url}/", error=error) from error
        except BaseException:
            # Whatever stopped the reading, the next answer must not be taken for this one's.
            connection.close()
            raise
        if connection.stays:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _open(self) -> "_Connection":
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            # A frozen process does not notice that the other side has hung up.
            if not connection.hung_up():
                return connection
            connection.close()
        try:
            return _Connection(*self._address, _tls() if self._tls else None)
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=f"{self.url}/", error=error) from error
        except ssl.SSLError as error:
            raise SSLError(endpoint_url=f"{self.url}/", error=error) from error
        except OSError as error:
            raise EndpointConnectionError(endpoint_url=f"{self.url}/", error=error) from error


class _Connection:
    """One of them. `stays` says whether it can be used again."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        plain = socket.create_connection((host, port), CONNECT_SECONDS)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        except BaseException:
            plain.close()
            raise
        self._socket.settimeout(READ_SECONDS)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._ahead = b""  # what was received already and belongs to what is read next
        self.stays = True

    def hung_up(self) -> bool:
        """Whether there is something to read though nothing was asked: the end, as a rule."""
        return bool(self._ahead or self._poll.poll(0))

    def close(self) -> None:
        self._socket.close()

    def exchange(self, message: bytes) -> Answer:
        """Raises `OSError` or `ValueError` when no whole, readable answer comes."""
        self._socket.sendall(message)
        status = 0
        while status < _CONTINUE:
            version, status, headers = self._head()
        self.stays = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        return Answer(status, headers, self._body(headers))

    def _head(self) -> tuple[str, int, dict[str, str]]:
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        if len(lines) > _MOST_HEADERS:
            raise ValueError("too many headers")
        version, _, rest = first.partition(" ")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return version, int(rest[:3]), headers

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self._line().partition(b";")[0], 16):
                parts.append(self._exactly(size))
                self._line()
            while self._line():
                pass  # trailers, as a rule none
            return b"".join(parts)
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        self.stays = False
        return self._to_the_end()

    def _line(self) -> bytes:
        return self._until(b"\r\n")

    def _until(self, mark: bytes) -> bytes:
        """What comes before the next `mark`, which is passed."""
        found, there, rest = self._ahead.partition(mark)
        while not there:
            more = self._socket.recv(_BUFFER)
            if not more or len(found) > _LONGEST_HEAD:
                raise ValueError("the answer ends within its head")
            found, there, rest = (found + more).partition(mark)
        self._ahead = rest
        return found

    def _exactly(self, size: int) -> bytes:
        parts, missing = [self._ahead], size - len(self._ahead)
        while missing > 0:
            more = self._socket.recv(max(missing, _BUFFER))
            if not more:
                raise ValueError("the answer ends within its body")
            parts.append(more)
            missing -= len(more)
        whole = b"".join(parts)
        self._ahead = whole[size:]
        return whole[:size]

    def _to_the_end(self) -> bytes:
        parts, self._ahead = [self._ahead], b""
        while more := self._socket.recv(_BUFFER):
            parts.append(more)
        return b"".join(parts)


@cache
def connections(url: str) -> Connections:
    """The connections of this process to `url`."""
    return Connections(url)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates())
