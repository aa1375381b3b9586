"""The public form: what a visitor sent becomes a ticket, in one write.

What looks automatic becomes one too, as spam: it is answered alike, and staff can bring it back.
The same content from the same address within a minute or two is one ticket.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.contacts.persons import of_nobody_else, someone_else
from shared.kernel.errors import Busy
from shared.kernel.ids import derived_id
from shared.platform import idempotency
from shared.platform.entry.problems import as_asked
from shared.platform.keys import key
from shared.platform.rates import within_limit
from shared.platform.requests import Check, Condition, Op
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.support.attachments.uploads import attach
from shared.support.queues.model import PublicForm

from .changes import custom_of
from .creation import Opening, open_ticket
from .model import MAX_ATTACHMENTS, MAX_LINES, Body, OrderLine, Subject, TicketType
from .repository import ticket_key
from .requesters import Asking, unread
from .states import TicketState

HONEYPOT: Final = "website"
"""A field people do not see: whoever fills it in is none."""

RETURN_URL: Final = "return_url"

WINDOW_SECONDS: Final = 60

_NUMBERED: Final = re.compile(
    r"(lines|attachments)\.(\d{1,2})(?:\.(order_id|sku|quantity|reason))?"
)
_ORDERED: Final = ("order_id", "sku", "quantity", "reason")


class FormTicket(BaseModel):
    """What the form asks."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=60)
    name: str | None = Field(default=None, max_length=200)
    subject: Subject
    message: Body
    type: TicketType = "question"
    lines: list[OrderLine] = Field(default=[], max_length=MAX_LINES)
    attachments: list[str] = Field(default=[], max_length=MAX_ATTACHMENTS)
    custom: dict[str, str] = Field(default={}, max_length=100)


@dataclass(frozen=True, slots=True)
class Post:
    """What was sent: its fields as text, from which network address, with which key."""

    sent: Mapping[str, str]
    client_address: str
    idempotency_key: str | None
    at: datetime


def submit(post: Post, form: PublicForm) -> str:
    """Open a ticket for what was posted; its id. One call, another where the address is a further
    one of a contact, and two for each attachment. Raises `Rejected` naming each field that is
    wrong or whose key was used for something else, and `Busy`."""
    with as_asked():
        asked = FormTicket.model_validate(structured(post.sent))
    whoever = unread(asked.email, asked.phone, asked.name)
    custom = custom_of(dict(asked.custom), None, post.at)
    content = asked.model_dump_json().encode()
    ids = _ids(post, content)

    def opening(asking: Asking, state: TicketState) -> Opening:
        return Opening(
            ticket_id=ids[0],
            requester=asking.requester,
            subject=asked.subject,
            body=asked.message,
            channel="form",
            by=asking.requester.contact_id,
            ticket_type=asked.type,
            proven=False,
            mark=asking.mark,
            custom=custom,
            lines=asked.lines,
            attachments=attach(asked.attachments, ids[0]) if asked.attachments else (),
            state=state,
            request_hash=idempotency.request_hash(content),
        )

    limit = within_limit("tickets", form.per_minute, post.client_address, post.at)
    also: list[Op] = [limit, *(Check(ticket_key(one), _NOT_JUST_SENT) for one in ids[1:])]

    def stored(asking: Asking, state: TicketState, *beside: tuple[Table, Op]) -> str:
        try:
            ticket = open_ticket(opening(asking, state), post.at, also=also, beside=beside)
        except ConditionFailed as refused:
            if _NOT_JUST_SENT.name in refused.conditions:
                return ids[1]
            other = someone_else(asking.lead_id, refused)
            asking = asking.of(other) if other else asking
            if limit.condition and limit.condition.name in refused.conditions:
                # Too many from one place are kept too, where they bother nobody.
                ticket = open_ticket(opening(asking, TicketState.SPAM), post.at)
            elif other:
                return stored(asking, state)
            else:
                raise Busy("contended", "Try again in a moment") from refused
        idempotency.same_request({"request_hash": ticket.request_hash}, content)
        return ticket.ticket_id

    first = TicketState.SPAM if post.sent.get(HONEYPOT) else TicketState.NEW
    return stored(whoever, first, of_nobody_else(whoever.lead_id))


def structured(sent: Mapping[str, str]) -> dict[str, Any]:
    """Flat names of a form as the structure they stand for: `lines.0.sku`, `attachments.0`,
    `custom.size`. Fields left empty were not sent."""
    found: dict[str, Any] = {}
    lines: dict[str, dict[str, str]] = {}
    attachments: dict[str, str] = {}
    for name, value in sent.items():
        if not value:
            continue
        numbered = _NUMBERED.fullmatch(name)
        if numbered and numbered[1] == "lines" and numbered[3]:
            lines.setdefault(numbered[2], {})[numbered[3]] = value
        elif numbered and numbered[1] == "attachments" and not numbered[3]:
            attachments[numbered[2]] = value
        elif name.startswith("custom."):
            found.setdefault("custom", {})[name.removeprefix("custom.")] = value
        else:
            found[name] = value
    in_order = sorted(lines, key=int)
    return {
        **{name: value for name, value in found.items() if name not in ("lines", "attachments")},
        **({"lines": [lines[one] for one in in_order]} if lines else {}),
        **(
            {"attachments": [attachments[one] for one in sorted(attachments, key=int)]}
            if attachments
            else {}
        ),
    }


_NOT_JUST_SENT: Final = Condition(
    "not_just_sent",
    "attribute_not_exists(#pk)",
    "a double click is one ticket, also across the turn of a minute",
)


def _ids(post: Post, content: bytes) -> list[str]:
    """The ids the ticket may have, the one to store first."""
    if used := idempotency.check_key(post.idempotency_key):
        return [idempotency.record_id("ticket", "form", used, post.at)]
    window = int(post.at.timestamp()) // WINDOW_SECONDS
    return [_window_id(content, window - earlier) for earlier in (0, 1)]


def _window_id(content: bytes, window: int) -> str:
    text = b"%d\0%b" % (window, content)
    return derived_id("ticket", hmac.digest(key("form-ticket"), text, hashlib.sha256))
