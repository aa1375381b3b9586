"""What the headers of a mail say, read so that no header can stop it from being taken in.

Headers are looked at one by one as they came: the standard library's structured headers raise for
some of what people's programs write, and cost more than all else. Pure.
"""

import re
from collections.abc import Sequence
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from shared.customers.addresses import Unusable, email_of
from shared.kernel.text import plain

BROKEN: Final = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
    MessageError,
)
"""What the standard library's parser of mails raises for some malformed ones, beside what it
says it does."""

MAX_HEADER: Final = 4_000
"""So much of one header is looked at."""

MAX_IDS: Final = 5
MAX_NAME: Final = 200
MAX_RECIPIENTS: Final = 20

_ID: Final = re.compile(r"<[^<>\s]{3,250}>")
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing round (Unicode TR 9): names can lie by them."""


class Headers:
    """The headers of one message. Of repeated ones the first counts: it was put there last, by
    whoever took the mail in."""

    def __init__(self, message: "Message[str, str]") -> None:
        self._found: dict[str, str] = {}
        for name, value in message.raw_items():
            self._found.setdefault(name.lower(), str(value)[:MAX_HEADER])

    def raw(self, name: str) -> str:
        """A header as it came, on one line; "" where there is none."""
        return " ".join(_bytes_read(self._found.get(name, "")).split())

    def text(self, name: str) -> str:
        """A header as people read it: encoded words decoded, without control characters."""
        return decoded(self.raw(name))

    def word(self, name: str) -> str:
        """The first word of a header, in small letters."""
        return self.raw(name).lower().partition(";")[0].strip()

    def has(self, *names: str) -> bool:
        """Whether there is any of these."""
        return any(name in self._found for name in names)

    def ids(self, *names: str) -> list[str]:
        """The newest ids of messages that these headers name, each once."""
        found = [one for name in names for one in reversed(_ID.findall(self.text(name)))]
        return list(dict.fromkeys(found))[:MAX_IDS]

    def recipients(self) -> list[str]:
        """Normalised addresses it went to beside us, up to `MAX_RECIPIENTS`; those that are none
        are left out."""
        try:
            pairs = getaddresses([self.raw("to"), self.raw("cc")])
        except BROKEN:
            return []
        found: list[str] = []
        for _, address in pairs[: 2 * MAX_RECIPIENTS]:
            try:
                found.append(email_of(address))
            except (*BROKEN, Unusable):
                continue
        return list(dict.fromkeys(found))[:MAX_RECIPIENTS]

    def sender(self) -> tuple[str | None, str]:
        """Normalised address (`None`: there is none) and name of whoever wrote it."""
        for name in ("from", "sender", "reply-to", "return-path"):
            try:
                pairs: Sequence[tuple[str, str]] = getaddresses([self.raw(name)])[:1]
                for called, address in pairs:
                    return email_of(address), decoded(called)[:MAX_NAME]
            except (*BROKEN, Unusable):
                continue
        return None, ""


def decoded(value: str) -> str:
    """Text with its encoded words (RFC 2047) decoded as well as can be."""
    if "=?" in value:
        try:
            parts = decode_header(value)
        except BROKEN:
            parts = []
        if parts:
            value = "".join(
                one if isinstance(one, str) else text_of(one, charset) for one, charset in parts
            )
    return _BIDI.sub("", plain(value))


def text_of(content: bytes, charset: str | None) -> str:
    """Bytes as text: in the charset they say, else as UTF-8 or what Windows writes. No byte is
    refused."""
    for one in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(one or "utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _bytes_read(value: str) -> str:
    """Raw bytes in a header, which the parser keeps as lone surrogates, as text."""
    if value.isascii():
        return value
    return text_of(value.encode("utf-8", "surrogateescape"), None)
