"""Requests to addresses that people gave us never reach a network of our own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import pytest

from shared.platform import outside
from shared.platform.outside import AnswerLost, NotAllowed, NotReached, check_address, post
from shared.platform.settings import settings


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "198.18.0.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "fc00::1",
        "ff02::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
    ],
)
def test_internal_addresses_are_internal_in_whatever_clothes(address: str) -> None:
    assert not outside.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_public(address: str) -> None:
    assert outside.is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "url_not_secure"),
        ("ftp://example.com/", "url_not_secure"),
        ("https:///path", "url_not_secure"),
        ("https://me:secret@example.com/", "url_not_secure"),
        ("https://example.com:8443/", "port_refused"),
        ("https://example.com:22/", "port_refused"),
        ("https://example.com:99999/", "url_invalid"),
        ("https://[::1/", "url_invalid"),
        ("https://example.com/a b", "url_invalid"),
        ("https://example.com/\r\nx: y", "url_invalid"),
        ("https://127.0.0.1/", "address_internal"),
        ("https://[::ffff:10.0.0.1]/", "address_internal"),
        ("https://169.254.169.254/latest/meta-data", "address_internal"),
    ],
)
def test_addresses_that_can_be_none_of_a_stranger_are_refused(url: str, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        check_address(url)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "numeric", ["https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/"]
)
def test_a_number_that_the_resolver_takes_for_an_address_is_looked_at_like_any_name(
    numeric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = resolves_to(monkeypatch, "127.0.0.1")

    with pytest.raises(NotAllowed):
        post(numeric, {}, b"{}", 1)

    assert connected == []


def test_a_name_with_one_internal_address_among_others_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = resolves_to(monkeypatch, "1.1.1.1", "10.0.0.7")

    with pytest.raises(NotAllowed):
        post("https://example.com/", {}, b"{}", 1)

    assert connected == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = resolves_to(monkeypatch, "1.1.1.1")

    with pytest.raises(NotReached):
        post("https://example.com/", {}, b"{}", 1)

    assert connected == [("1.1.1.1", 443)]


def test_a_name_that_nobody_knows_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    with pytest.raises(NotReached):
        post("https://example.com/", {}, b"{}", 1)


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[Any]:
    """Let every name have these addresses; what is connected to, which nothing answers."""
    connected: list[Any] = []

    def known(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]

    def refused(address: Any, *_: Any, **__: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", known)
    monkeypatch.setattr(socket, "create_connection", refused)
    return connected


class Receiver:
    """A program on this machine, which the local stack may call: what came, and its answer, of
    which it may send a piece at a time."""

    def __init__(self) -> None:
        self.came = b""
        self.answer: list[bytes] = [b"HTTP/1.1 204 No Content\r\n\r\n"]
        self.pause = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/hook"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, suppress(OSError):
            self.came = connection.recv(65_536)
            for piece in self.answer:
                connection.sendall(piece)
                self.pause.wait(0.05 if len(self.answer) > 1 else 0)
            if not self.answer:
                self.pause.wait(2)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    one = Receiver()
    monkeypatch.setenv("CRM_WEBHOOK_SINK", one.url)
    settings.cache_clear()
    yield one
    one.pause.set()
    one.listening.close()
    monkeypatch.undo()
    settings.cache_clear()


def test_a_request_arrives_whole(receiver: Receiver) -> None:
    status = post(f"{receiver.url}?a=b", {"x-sign": "1"}, b'{"a":1}', 2)

    assert status == 204
    head, _, body = receiver.came.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=b HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"x-sign: 1\r\n" in head
    assert body == b'{"a":1}'


def test_a_redirect_is_an_answer_and_leads_nowhere(receiver: Receiver) -> None:
    receiver.answer = [b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1/\r\n\r\n"]

    assert post(receiver.url, {}, b"{}", 2) == 307


@pytest.mark.parametrize(
    "answer",
    [[], [b"HTTP/1.1 2"], [b"x"] * 40, [b"SMTP ready\r\n"], [b"a" * 9_000]],
    ids=["silence", "half", "drops", "another protocol", "too long"],
)
def test_a_program_that_answers_nothing_readable_in_time_may_have_it(
    receiver: Receiver, answer: list[bytes]
) -> None:
    receiver.answer = answer

    with pytest.raises(AnswerLost):
        post(receiver.url, {}, b"{}", 0.3)


@pytest.mark.parametrize("path", ["/other", "/hooks", "/hook.evil"])
def test_of_this_machine_only_the_one_address_may_be_called(receiver: Receiver, path: str) -> None:
    with pytest.raises(NotAllowed):
        check_address(receiver.url.replace("/hook", path))
