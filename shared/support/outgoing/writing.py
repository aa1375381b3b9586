"""What every mail about a ticket has: where answers go, which thread it belongs to, its reference
in the subject. Pure but for the settings."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Final, NamedTuple

from shared.kernel.clock import parse_instant
from shared.platform.mail import one_line
from shared.platform.settings import settings
from shared.support.intake.references import reference, subject_of
from shared.support.tickets.model import Message, Ticket

MAX_QUOTES: Final = 5
MAX_QUOTED: Final = 5_000
MAX_REFERENCES: Final = 800
"""SES takes 870 characters of a header's value."""

_USABLE: Final = re.compile(r"<[\x21-\x3b=\x3f-\x7e]{3,250}>")


class Quote(NamedTuple):
    """Something said before, as it is repeated below an answer."""

    who: str
    when: str
    lines: list[str]


def subject(ticket: Ticket) -> str:
    """`Re: ` what it is about, and the reference."""
    about = one_line(ticket.subject)
    said = about if about.lower().startswith("re:") else f"Re: {about}"
    return subject_of(said, ticket.ticket_id)


def thread(ticket: Ticket, messages: Sequence[Message]) -> dict[str, str]:
    """The headers by which mail programs put a mail below those it answers; the last reference is
    the ticket's own, see `intake.references`."""
    domain = settings().need("support_mailbox").rpartition("@")[2]
    own = f"<ticket.{reference(ticket.ticket_id)}@{domain}>"
    ids = [one.mail_id for one in messages if one.mail_id and _USABLE.fullmatch(one.mail_id)]
    kept: list[str] = []
    for one in reversed(ids):
        if sum(map(len, kept)) + len(kept) + len(one) + len(own) > MAX_REFERENCES:
            break
        kept.insert(0, one)
    answered = {"In-Reply-To": ids[-1]} if ids else {}
    return {**answered, "References": " ".join([*kept, own])}


def quotes(messages: Sequence[Message], company: str, customer: str) -> list[Quote]:
    """The last things said in public, the newest first."""
    said: list[Quote] = []
    room = MAX_QUOTED
    for one in list(reversed(messages))[:MAX_QUOTES]:
        body = one.body[: max(room, 0)]
        room -= len(body)
        if body:
            when = f"{parse_instant(one.at).astimezone(UTC):%d %B %Y, %H:%M} UTC"
            who = company if one.author == "agent" else customer
            said.append(Quote(who, when, body.splitlines()))
    return said
