"""Requests to addresses that people gave us: never to a network of our own.

The name is looked up once, every address it has must be a public one, and the connection goes to
the very address that was looked at: a name that means something else a moment later reaches
nothing inside ("DNS rebinding", OWASP, "Server-Side Request Forgery Prevention"). Redirects are
not followed, only the status of the answer is read, and all of it takes `seconds` at most once the
name is known.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .settings import settings

HTTPS: Final = 443
_LONGEST_HEAD: Final = 8_192
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 write them (RFC 6052, section 2.1)."""
_COMPATIBLE: Final = IPv6Network("::/96")
"""IPv4 addresses as they were once written (RFC 4291, section 2.5.5.1)."""


class NotAllowed(Exception):
    """An address that is not called. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotReached(Exception):
    """Nothing was sent; it may work later."""


class AnswerLost(Exception):
    """The request may have arrived: no answer came."""


@dataclass(frozen=True, slots=True)
class _Target:
    url: SplitResult
    host: str
    port: int
    ours: bool
    """It is the receiver of the local stack."""


def check_address(url: str) -> None:
    """See that an address can be one of a stranger: `https`, a name or a public address, the
    ordinary port. Looks no name up. Raises `NotAllowed`."""
    _target(url)


def post(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    """Post `body` and give the status of the answer. Raises `NotAllowed`, `NotReached` and
    `AnswerLost`."""
    target = _target(url)
    address = _looked_up(target)
    until = monotonic() + seconds
    try:
        connection = _connected(target, address, seconds)
    except (OSError, ssl.SSLError) as error:
        raise NotReached(type(error).__name__) from error
    path = target.url.path or "/"
    query = f"?{target.url.query}" if target.url.query else ""
    known = {"host": target.url.netloc, **headers, "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in known.items())
    head = f"POST {path}{query} HTTP/1.1\r\n{lines}connection: close\r\n\r\n"
    with connection:
        try:
            connection.settimeout(max(until - monotonic(), 0.1))
            connection.sendall(head.encode("latin-1") + body)
            return _status(connection, until)
        except (OSError, ValueError) as error:
            raise AnswerLost(type(error).__name__) from error


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the internet at large, also where it is an IPv4 address in the
    clothes of IPv6."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _target(url: str) -> _Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotAllowed("url_invalid", "This is no address") from error
    if any(ord(one) <= 32 or ord(one) > 126 for one in url):
        raise NotAllowed("url_invalid", "An address has no spaces and no letters beyond ASCII")
    sink = settings().webhook_sink
    if sink and (url == sink or url.startswith((f"{sink}/", f"{sink}?"))):
        return _Target(parts, host, port or 80, ours=True)
    if parts.scheme != "https" or not host or parts.username is not None:
        raise NotAllowed("url_not_secure", "An address begins with https:// and a name")
    if port not in (None, HTTPS):
        raise NotAllowed("port_refused", "Only the ordinary port is called")
    try:
        literal = ip_address(host)
    except ValueError:
        return _Target(parts, host, HTTPS, ours=False)
    if not is_public(literal):
        raise _internal()
    return _Target(parts, host, HTTPS, ours=False)


def _looked_up(target: _Target) -> str:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(type(error).__name__) from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses:
        raise NotReached("no_address")
    if not target.ours and not all(_may_be_called(one) for one in addresses):
        raise _internal()
    return addresses[0]


def _may_be_called(text: str) -> bool:
    try:
        return is_public(ip_address(text))
    except ValueError:  # an address of one network card, such as fe80::1%eth0
        return False


def _connected(target: _Target, address: str, seconds: float) -> socket.socket:
    plain = socket.create_connection((address, target.port), seconds)
    if target.url.scheme != "https":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _status(connection: socket.socket, until: float) -> int:
    """The status of the answer. Raises `ValueError` for what is none, and `OSError` when it takes
    too long: somebody who sends a letter a second gains no more time by it."""
    held = b""
    while b"\r\n" not in held:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        more = connection.recv(_LONGEST_HEAD)
        held += more
        if not more or len(held) > _LONGEST_HEAD:
            raise ValueError("this is no answer")
    version, _, rest = held.partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise ValueError("this is no answer")
    return int(rest[:3])


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _internal() -> NotAllowed:
    return NotAllowed("address_internal", "This address is of an internal network")
