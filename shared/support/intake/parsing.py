"""Taking a mail apart: what it says, by whom, in answer to what, and which files came along. Pure.

Whatever comes is read as far as it can be: what is wrong with a mail is told in `left_out`, and
the mail as it came is attached then. Nothing in it is opened (no archive, no winmail.dat), nothing
is fetched, and how deep, in how many parts and how large it may be is bounded before it is parsed.

The parser's older policy is used: the newer one reads each part's headers into structures while it
parses, and raises for malformed ones.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final, Literal

from shared.kernel.text import plain
from shared.support.attachments.types import HEAD_BYTES, MAX_BYTES, SIGNATURES, is_really
from shared.support.tickets.model import MAX_ATTACHMENTS, MAX_BODY, MAX_SUBJECT

from .headers import BROKEN, Headers, decoded, text_of
from .markup import sanitised, text_in
from .quotes import apart
from .references import tokens_in
from .robots import automatic, unanswered, unwanted

MAX_PARSED: Final = 10 * 1024 * 1024
"""A larger mail is not taken apart: its headers are read, and it is attached whole."""

HEAD: Final = 256 * 1024
"""So much is read of what is larger."""

MAX_BOUNDARIES: Final = 40
MAX_SEPARATORS: Final = 2_000
MAX_PARTS: Final = 200
MAX_QUOTED: Final = 60_000
MAX_FILE_NAME: Final = 200

NO_TEXT: Final = "(no text)"
NO_SUBJECT: Final = "(no subject)"

LeftOut = Literal[
    "too_large", "too_nested", "unreadable", "too_many_files", "file_too_large", "text_cut"
]


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along: its type is what its content turned out to be."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as understood. `sender` is a normalised address, if there is one. `answers` are the
    ids of messages it answers, the newest first, `tokens` what may be references to tickets.
    `automatic`: a machine wrote it; `unanswered`: none is to answer it. `digest` stands for what
    it says, whichever way it came. `others` are normalised addresses it went to beside ours and
    the sender's."""

    message_id: str | None
    sender: str | None
    name: str
    subject: str
    text: str
    quoted: str | None
    html: str | None
    answers: list[str]
    tokens: list[str]
    automatic: bool
    unanswered: bool
    unwanted: bool
    digest: bytes
    others: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def parsed(raw: bytes, own: Collection[str], *, whole: bool = True) -> Mail:
    """What a mail says; `own` are addresses of ours, `whole` is `False` where `raw` is only its
    beginning."""
    left_out: list[LeftOut] = [] if whole else ["too_large"]
    message, parts = _message(raw, left_out)
    headers = Headers(message)
    texts, pages, files = _sorted_out(parts, left_out)
    html = "\n".join(pages)
    text = "\n\n".join(texts) or (text_in(html) if html else "")
    text = plain(text, multiline=True)
    if len(text) > MAX_BODY * 2:
        left_out.append("text_cut")
        text = text[: MAX_BODY * 2]
    new, quoted = apart(text)
    if len(new) > MAX_BODY:
        left_out.append("text_cut")
    if len(files) > MAX_ATTACHMENTS - 1:
        left_out.append("too_many_files")
        files = files[: MAX_ATTACHMENTS - 1]
    sender, name = headers.sender()
    machine = automatic(headers, sender, own)
    bad = unwanted(headers)
    return Mail(
        message_id=next(iter(headers.ids("message-id")), None),
        sender=sender,
        name=name,
        subject=headers.text("subject")[:MAX_SUBJECT] or NO_SUBJECT,
        text=new[:MAX_BODY] or NO_TEXT,
        quoted=quoted[:MAX_QUOTED] if quoted else None,
        html=sanitised(html) if html else None,
        answers=headers.ids("in-reply-to", "references"),
        tokens=_tokens(headers, raw if machine else b""),
        automatic=machine,
        unanswered=machine or bad or unanswered(headers),
        unwanted=bad,
        digest=_digest(headers, raw),
        others=[]
        if machine or bad
        else [one for one in headers.recipients() if one != sender and one not in own],
        files=[] if bad else files,
        left_out=list(dict.fromkeys(left_out)),
    )


def _message(
    raw: bytes, left_out: list[LeftOut]
) -> tuple["Message[str, str]", list["Message[str, str]"]]:
    """The message and its leaves; only its headers where it is too much, or cannot be parsed."""
    if left_out:
        return message_from_bytes(_head(raw), policy=compat32), []
    low = raw.lower()
    if low.count(b"boundary") > MAX_BOUNDARIES or raw.count(b"\n--") > MAX_SEPARATORS:
        left_out.append("too_nested")
        return message_from_bytes(_head(raw), policy=compat32), []
    try:
        message = message_from_bytes(raw, policy=compat32)
        parts = list(_leaves(message))
    except BROKEN:
        left_out.append("unreadable")
        return message_from_bytes(_head(raw), policy=compat32), []
    if len(parts) > MAX_PARTS:
        left_out.append("too_many_files")
    return message, parts[:MAX_PARTS]


def _head(raw: bytes) -> bytes:
    """The headers alone, as a mail without content."""
    ends = [at for at in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if at >= 0]
    # Without its type nothing is looked for in it.
    lines = raw[: min(ends, default=len(raw))][:HEAD].split(b"\n")
    return b"\n".join(one for one in lines if not one.lower().startswith(b"content-")) + b"\n\n"


def _leaves(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """The parts that have content; a forwarded mail is one."""
    content = message.get_payload()
    if message.get_content_maintype() == "message" or not isinstance(content, list):
        yield message
        return
    for part in content:
        if isinstance(part, Message):
            yield from _leaves(part)


def _sorted_out(
    parts: list["Message[str, str]"], left_out: list[LeftOut]
) -> tuple[list[str], list[str], list[File]]:
    """Texts, pages and files."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[File] = []
    for number, part in enumerate(parts, 1):
        try:
            media_type, name = part.get_content_type(), part.get_filename()
            shown = name is None and part.get_content_disposition() != "attachment"
            content = _content(part)
            if shown and media_type in ("text/plain", "text/html"):
                text = text_of(content, part.get_content_charset())
                (texts if media_type == "text/plain" else pages).append(text)
            elif len(content) > MAX_BYTES:
                left_out.append("file_too_large")
            elif content:
                files.append(_file(name, number, media_type, content))
        except BROKEN:
            left_out.append("unreadable")
    return [one for one in texts if one.strip()], pages, files


def _content(part: "Message[str, str]") -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        whole = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(whole, Message) and part.get_content_type() == "message/rfc822":
            return whole.as_bytes(policy=compat32.clone(max_line_length=0))
        if isinstance(inner, list):
            return b"\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


_ENDINGS: Final = {
    "text/calendar": "ics",
    "text/html": "html",
    "text/plain": "txt",
    "message/rfc822": "eml",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/pdf": "pdf",
}


def _file(name: str | None, number: int, said: str, content: bytes) -> File:
    called = decoded(name or "").replace("/", "_").replace("\\", "_")[:MAX_FILE_NAME]
    return File(
        called or f"file-{number}.{_ENDINGS.get(said, 'bin')}", _type(said, content), content
    )


def _type(said: str, content: bytes) -> str:
    """What a file is by how it begins: what it says, if that is possible, else what it looks like;
    anything else is bytes to keep."""
    head = content[:HEAD_BYTES]
    if said in SIGNATURES and is_really(said, head):
        return said
    looks = next((one for one in SIGNATURES if is_really(one, head)), None)
    return looks or ("text/plain" if is_really("text/plain", head) else "application/octet-stream")


def _tokens(headers: Headers, raw: bytes) -> list[str]:
    """What looks like references of ours, those of the subject first. Reports of delivery carry
    the mail they are about."""
    told = tuple(map(headers.text, ("subject", "in-reply-to", "references")))
    return tokens_in("\n".join((*told, raw[:HEAD].decode("ascii", "replace"))))


_LASTING: Final = (
    "from",
    "to",
    "date",
    "subject",
    "message-id",
    "content-type",
    "content-transfer-encoding",
)


def _digest(headers: Headers, raw: bytes) -> bytes:
    """Headers that no server on the way changes, and all that follows the headers."""
    ends = [at for at in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if at >= 0]
    said = "\0".join(map(headers.raw, _LASTING))
    told = hashlib.sha256(said.encode("utf-8", "surrogatepass"))
    told.update(raw[min(ends, default=0) :].strip().replace(b"\r\n", b"\n"))
    return told.digest()
