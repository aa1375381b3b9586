"""Whether a mail was written by a machine: recorded then, never answered. Pure.

RFC 3834 (automatic responses), RFC 3464 and 6522 (reports of delivery), RFC 2369 and 2919
(mailing lists), and what was usual before them.
"""

from collections.abc import Collection
from typing import Final

from .headers import Headers

_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTO: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-failed-recipients",
)
_LISTS: Final = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
_NOBODY: Final = frozenset(
    {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"}
)
MANY_RECIPIENTS: Final = 50
"""A mail to more people than that is not answered by a machine."""


def automatic(headers: Headers, sender: str | None, own: Collection[str]) -> bool:
    """Whether no person wrote it. `own` are addresses of ours: what comes from them went round."""
    told = headers.word("auto-submitted")
    return (
        (told not in ("", "no"))
        or headers.raw("return-path") == "<>"
        or headers.word("content-type") == "multipart/report"
        or headers.word("precedence") == "auto_reply"
        or headers.has(*_AUTO)
        or sender in own
        or (sender or "").partition("@")[0] in _NOBODY
    )


def unanswered(headers: Headers) -> bool:
    """Whether it is not for a machine to answer, though a person may have written it."""
    recipients = headers.raw("to").count("@") + headers.raw("cc").count("@")
    return (
        headers.word("precedence") in _BULK
        or headers.has(*_LISTS)
        or headers.has("x-auto-response-suppress")
        or recipients > MANY_RECIPIENTS
    )


def unwanted(headers: Headers) -> bool:
    """Whether SES took it for spam, or found a virus in it ("Email receiving", Amazon SES
    Developer Guide)."""
    return "FAIL" in (headers.raw("x-ses-spam-verdict"), headers.raw("x-ses-virus-verdict"))
