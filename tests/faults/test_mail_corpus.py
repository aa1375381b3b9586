"""Awkward mails, each three times in random order, with the function killed at random: each becomes
exactly one message on the right ticket (row V2)."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from shared.support.intake.references import subject_of
from tests.aws_calls import Call, Send
from tests.calls import invoke, queue_event
from tests.cloud import forget
from tests.faults.faults import _functions_calls
from tests.mails import a_mail, messages, stored, tickets
from tests.pump import Killed
from tests.support import a_ticket

_DEEP: Final = 60


def _raw(*lines: str | bytes) -> bytes:
    return b"\r\n".join(one.encode() if isinstance(one, str) else one for one in lines)


def _nested(depth: int) -> bytes:
    lines = ["From: deep@example.com", "Subject: deep"]
    for level in range(depth):
        lines += [f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}"]
    return _raw(*lines, "Content-Type: text/plain", "", "bottom")


def _head(*more: str, sender: str = "odd@example.com") -> list[str]:
    return [f"From: {sender}", "To: support@example.com", *more]


AWKWARD: Final[dict[str, bytes]] = {
    "nothing at all": b"",
    "headers alone": _raw(*_head("Subject: none")),
    "no headers": b"\r\njust words",
    "nul and control characters": _raw(*_head("Subject: a\x00b\x07c\x1b[31m"), "", "x\x00y\x08z"),
    "subject that breaks its line": _raw(*_head("Subject: =?utf-8?q?a=0D=0ABcc:_x@y.z?="), "", "x"),
    "bad encoded word": _raw(
        *_head("Subject: =?utf-8?b?////?= =?nope?q?x?= =?utf-8?z?x?="), "", "x"
    ),
    "subject in raw utf-8": _raw(*_head("Subject: पम्प"), "", "x"),
    "subject in raw latin-1": _raw(*_head(), b"Subject: caf\xe9", "", "x"),
    "turned writing": _raw(*_head("Subject: =?utf-8?q?a=E2=80=AEgpj.exe?="), "", "x"),
    "long subject": _raw(*_head("Subject: " + "long " * 5_000), "", "x"),
    "unknown charset": _raw(*_head("Content-Type: text/plain; charset=klingon"), "", b"\xff\xfe?"),
    "wrong charset": _raw(*_head("Content-Type: text/plain; charset=utf-8"), "", b"caf\xe9"),
    "utf-16": _raw(*_head("Content-Type: text/plain; charset=utf-16"), "", "hé".encode("utf-16")),
    "shift-jis": _raw(
        *_head("Content-Type: text/plain; charset=shift_jis"), "", "壊れた".encode("shift_jis")
    ),
    "utf-7": _raw(*_head("Content-Type: text/plain; charset=utf-7"), "", "+ADw-script+AD4-"),
    "bad base64": _raw(*_head("Content-Transfer-Encoding: base64"), "", "!!!=x"),
    "bad quoted-printable": _raw(
        *_head("Content-Transfer-Encoding: quoted-printable"), "", "=ZZ=3"
    ),
    "unknown encoding": _raw(*_head("Content-Transfer-Encoding: x-uuencode"), "", "begin 644 x"),
    "no boundary": _raw(*_head("Content-Type: multipart/mixed"), "", "--b", "", "x"),
    "boundary never closed": _raw(
        *_head("Content-Type: multipart/mixed; boundary=b"), "", "--b", "", "x"
    ),
    "boundary of nothing": _raw(
        *_head('Content-Type: multipart/mixed; boundary=""'), "", "--", "", "x"
    ),
    "malformed type": _raw(*_head("Content-Type: ;;;=/"), "", "x"),
    "type twice": _raw(*_head("Content-Type: text/plain", "Content-Type: text/html"), "", "x"),
    "nested deep": _nested(_DEEP),
    "nested very deep": _nested(3_000),
    "many parts": _raw(
        *_head("Content-Type: multipart/mixed; boundary=b"), *["", "--b", "", "x"] * 5_000
    ),
    "empty html": _raw(*_head("Content-Type: text/html"), "", "<html></html>"),
    "html never closed": _raw(*_head("Content-Type: text/html"), "", "<div><b>" * 2_000, "x"),
    "script": _raw(*_head("Content-Type: text/html"), "", "<svg onload=alert(1)><p>hi"),
    "calendar": _raw(*_head("Content-Type: text/calendar; method=REQUEST"), "", "BEGIN:VCALENDAR"),
    "winmail.dat": a_mail(files={"winmail.dat": ("application/ms-tnef", b"\x78\x9f\x3e\x22..")}),
    "forwarded mail": _raw(*_head("Content-Type: message/rfc822"), "", "From: a@b.c", "", "inner"),
    "zip bomb": a_mail(
        message_id="<zip@x>", files={"b.zip": ("application/zip", b"PK\x03\x04" + b"\0" * 999)}
    ),
    "file without a name": _raw(*_head("Content-Type: application/pdf"), "", "%PDF-1.7"),
    "file of many names": _raw(
        *_head("Content-Type: application/pdf; name*0*=utf-8''%ff; name*1=b"), "", "%PDF-"
    ),
    "no sender": _raw("Subject: who", "", "x"),
    "sender of nowhere": _raw(*_head(sender="<>"), "", "x"),
    "several senders": _raw(*_head(sender="one@example.com, two@example.com"), "", "x"),
    "sender that is no address": _raw(*_head(sender='"a@b" <<>>@@'), "", "x"),
    "endless sender": _raw(*_head(sender="a@" + "x." * 50_000), "", "x"),
    "10,000 recipients": _raw(
        *_head("Cc: " + ", ".join(f"p{n}@example.com" for n in range(10_000))), "", "x"
    ),
    "long line": _raw(*_head("Subject: line"), "", "On " * 100_000),
    "many beginnings of quotes": _raw(*_head("Subject: quotes"), "", "On Mon x wrote\r\n" * 20_000),
    "1970": _raw(*_head("Date: Thu, 01 Jan 1970 00:00:00 +0000"), "", "x"),
    "2099": _raw(*_head("Date: Fri, 31 Dec 2099 23:59:59 +9999"), "", "y"),
    "no date": _raw(*_head("Date: yesterday"), "", "z"),
    "id of nothing": _raw(*_head("Message-ID: <>"), "", "x"),
    "bare line feeds": b"From: lf@example.com\nSubject: lf\n\nx",
    "old mac": b"From: cr@example.com\rSubject: cr\r\rx",
}
"""By what is awkward about them."""


@contextmanager
def _killed_now_and_then(chance: random.Random) -> Iterator[None]:
    def strike(call: Call, send: Send) -> Any:
        if chance.random() < 0.06:
            raise Killed
        answer = send()
        if chance.random() < 0.06:
            raise Killed
        return answer

    with _functions_calls(strike):
        yield


@pytest.mark.usefixtures("tables")
def test_each_awkward_mail_becomes_exactly_one_message_on_the_right_ticket() -> None:
    ticket_id = a_ticket()["ticket_id"]
    answers = {
        f"answer {n}": a_mail(f"Answer {n}", subject=subject_of(subject, ticket_id),
                              message_id=f"<answer-{n}@x>")
        for n, subject in enumerate(["Re: Broken", "AW: Fwd: ", "\u202eodd", "x" * 500])
    }  # fmt: skip
    corpus = {**AWKWARD, **answers}
    waiting = [stored(raw) for raw in corpus.values() for _ in range(3)]
    chance = random.Random(20_250_602)
    chance.shuffle(waiting)

    with _killed_now_and_then(chance):
        for event in waiting:
            while not _taken(event):
                forget()

    assert Counter(Counter(one.raw_key for one in messages()).values()) == {1: len(corpus) + 1}
    on_it = Counter(one.body for one in messages(ticket_id))
    assert on_it == Counter(["It broke.", *(f"Answer {n}" for n in range(4))])
    assert len(tickets()) == len(AWKWARD) + 1
    for one in messages():
        assert one.raw_key or one.author == "agent"
        assert not any(sign in (one.html or "") for sign in ("<script", "<svg", "onload"))
        assert "\0" not in one.body


def _taken(event: dict[str, Any]) -> bool:
    try:
        answer = invoke("ticket_intake", queue_event([event]))
    except Killed:
        return False
    return not answer["batchItemFailures"]
