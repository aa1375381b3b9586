"""Which ticket a mail belongs to: by the reference we put into every mail, else by the messages it
answers.

A reference is a ticket's id with a signature: `01JWQ6Y3M8Z4T0V5B7C9D1E2F3-K7M2Q9PA`. It stands in
the subject, and as an id of its own in `References`, which mail programs hand on where people
shorten the subject. Nobody can make one, and whoever got hold of one must be a participant of its
ticket all the same.

| entity | pk | sk |
|---|---|---|
| mail that came in (its receipt), or that we sent | `MAIL#<keyed digest of mailbox and Message-ID>` | digest of its content, or `SENT` |
"""

import hmac
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from shared.kernel.clock import iso
from shared.kernel.ids import is_id
from shared.platform.keys import key, keyed_hash
from shared.platform.requests import Condition, Put
from shared.platform.writes import ConditionFailed
from shared.support.tickets.repository import support

_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNED: Final = 8
_TOKEN: Final = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{26}-[0-9A-HJKMNP-TV-Z]{8})(?![0-9A-Z-])")
_PROVIDER: Final = ".amazonses.com"

KEPT: Final = timedelta(days=1_100)
"""As long as the mails themselves."""

ARRIVING: Final = "mail"
"""Where SES puts mails: `mail/<its id>`."""

SENT: Final = "SENT"
_MAX_TOKENS: Final = 5


def reference(ticket_id: str) -> str:
    """What stands for a ticket in mails."""
    ulid = ticket_id.removeprefix("ticket_")
    digest = hmac.digest(key("ticket-reference"), ulid.encode(), "sha256")
    return f"{ulid}-{''.join(_SYMBOLS[one & 31] for one in digest[:_SIGNED])}"


def subject_of(subject: str, ticket_id: str) -> str:
    """A subject with the reference, once."""
    return f"{_TOKEN.sub('', subject).replace('[#]', '').strip()} [#{reference(ticket_id)}]"


def without_reference(subject: str) -> str:
    """A subject as it is kept: without what we put there."""
    return _TOKEN.sub("", subject).replace("[#]", "").strip() or subject


def tokens_in(text: str) -> list[str]:
    """What looks like references, each once."""
    return list(dict.fromkeys(_TOKEN.findall(text)))[:_MAX_TOKENS]


def ticket_of(token: str) -> str | None:
    """The ticket a reference stands for; `None` where we did not make it."""
    ticket_id = f"ticket_{token[:26]}"
    if is_id("ticket", ticket_id) and hmac.compare_digest(reference(ticket_id), token):
        return ticket_id
    return None


def tickets_answered(mailbox: str, answers: Iterable[str]) -> Iterable[str]:
    """Tickets with the messages of these ids, the newest first. One query for each id."""
    for one in answers:
        page = support.query(mail_key(mailbox, one), limit=1, consistent=True)
        yield from (str(item["ticket_id"]) for item in page.items)


def mail_key(mailbox: str, message_id: str) -> str:
    """The partition of a mail. Of the provider's ids the domain tells only the region."""
    name, _, domain = message_id.strip("<>").rpartition("@")
    if f".{domain.lower()}".endswith(_PROVIDER):
        message_id = name
    told = f"{mailbox}\0{message_id}"
    return f"MAIL#{keyed_hash('ticket-mail', told)}"


def remember_sent(mailbox: str, provider_id: str, ticket_id: str, now: datetime) -> None:
    """Know a mail of ours again by the provider's id. One write."""
    key = {"pk": mail_key(mailbox, provider_id), "sk": SENT}
    with suppress(ConditionFailed):
        support.write(Put({**key, "ticket_id": ticket_id, "at": iso(now), **expiry(now)}, _SAME))


def expiry(now: datetime) -> dict[str, int]:
    """When what is kept of a mail goes."""
    return {"expires_at": int((now + KEPT).timestamp())}


_SAME: Final = Condition(
    "mail_ids_unique",
    "attribute_not_exists(#pk)",
    "the provider gives each mail an id of its own",
)
