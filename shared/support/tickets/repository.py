"""Where tickets are kept (table `support`).

| entity | pk | sk |
|---|---|---|
| ticket, carrying its events | `TICKET#<ticket_id>` | `TICKET` |
| what happened to it, one for each version | `TICKET#<ticket_id>` | `EVENT#<000001>` |
| message, under the version it came with | `TICKET#<ticket_id>` | `MESSAGE#<000001>` |

| question | key | asked by |
|---|---|---|
| one ticket | table | whatever changes one |
| a ticket with its latest messages | table, `MESSAGE#` to `TICKET`, newest first | ticket_admin, portal_tickets |
| everything that happened to it, in order | table, `EVENT#` | ticket_admin (`/sla`, `/events`) |
| a queue's tickets that are with us, most urgent first | `by_queue`: `QUEUE#<queue>#with_us`, `<due>#<ticket_id>` | ticket_admin |
| a queue's tickets that wait, are resolved or ended, latest first | `by_queue`: `QUEUE#<queue>#<group>` | ticket_admin |
| the same of a person | `by_owner`: `OWNER#<staff_id>#<group>` | ticket_admin, ticket_assign |
| tickets of a contact or an account, latest first | `by_contact`: `CONTACT#<contact_id>`, `by_account`: `ACCOUNT#<account_id>` | ticket_admin, portal_tickets |
| tickets with something to be done by now | `by_timer` (platform.timers) | timer_deliver |

A ticket's version counts what happened to it, and event and message are called by it: that there
is one event for each version follows from the keys.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.platform import timers
from shared.platform.requests import Condition, Item, Op, Put
from shared.platform.tables import Table
from shared.support.tables import SUPPORT

from .deadlines import ahead
from .loads import load_ops
from .model import Happened, Message, Ticket, TicketSummary
from .states import ENDED, WITH_US, TicketState

TICKET: Final = "TICKET"
EVENT: Final = "EVENT#"
MESSAGE: Final = "MESSAGE#"
TIMER: Final = "ticket_timer"
"""The kind of a ticket's timer."""

NOBODY: Final = "unassigned"
MAX_HOPS: Final = 8

_RANK: Final = {"urgent": "0", "high": "1", "normal": "2", "low": "3"}

support = Table(SUPPORT)


def ticket_key(ticket_id: str) -> dict[str, str]:
    """The key of a ticket."""
    return {"pk": f"TICKET#{ticket_id}", "sk": TICKET}


def load(ticket_id: str) -> Ticket | None:
    """One ticket, as it is. One strong read."""
    item = support.get(ticket_key(ticket_id)) if is_id("ticket", ticket_id) else None
    return from_item(item) if item else None


def need(ticket_id: str) -> Ticket:
    """`load`, where there must be one. Raises `NotFound`."""
    return there(load(ticket_id))


def there(ticket: Ticket | None) -> Ticket:
    """The ticket, or `NotFound`."""
    if ticket is None:
        raise NotFound("ticket_not_found", "There is no such ticket")
    return ticket


def living(ticket: Ticket) -> Ticket:
    """The ticket that one lives on in after merging: itself mostly; a read for each merge."""
    for _ in range(MAX_HOPS):
        if ticket.merged_into is None:
            return ticket
        ticket = need(ticket.merged_into)
    raise NotFound("ticket_not_found", "There is no such ticket")


def from_item(item: Item) -> Ticket:
    """The ticket an item stands for."""
    return Ticket.model_validate({**item, "ticket_id": item["pk"].removeprefix("TICKET#")})


def summary(item: Item) -> TicketSummary:
    """The ticket a projected item stands for, in short."""
    return TicketSummary.model_validate({**item, "ticket_id": item["pk"].removeprefix("TICKET#")})


def save_ops(
    before: Ticket | None,
    after: Ticket,
    happened: Happened,
    message: Message | None,
    events: Sequence[DomainEvent],
    at: datetime,
    *,
    load_seen: int | None = None,
) -> tuple[Ticket, list[Op]]:
    """The ticket with its deadline as of `at`, and what stores it: itself first, then what
    happened, the message that came with it and the loads it changes, if any (`load_seen`: see there)."""
    coming = ahead(after, at)
    after = after.model_copy(
        update={"due_at": iso(coming.due) if coming.due else None, "due_clock": coming.clock}
    )
    item: Item = {**ticket_key(after.ticket_id), **_attributes(after), **_indexes(after)}
    if coming.look_at:
        item |= timers.attributes(TIMER, coming.look_at, after.ticket_id)
    ops: list[Op] = [
        Put(item, unchanged(before) if before else _NEW, events),
        Put(happened_item(after.ticket_id, happened), _NEW),
    ]
    if message:
        ops.append(Put(message_item(message), _NEW))
    return after, [*ops, *load_ops(before, after, load_seen)]


_NEW: Final = Condition(
    "ticket_part_new", "attribute_not_exists(#pk)", "what happened once is told once"
)


def unchanged(ticket: Ticket) -> Condition:
    """That nothing happened to the ticket since it was read."""
    return Condition(
        "ticket_unchanged",
        "#version = :version_read",
        "two people answering at once must not lose what the other did",
        {"version_read": ticket.version},
    )


def happened_item(ticket_id: str, happened: Happened) -> Item:
    """One thing that happened, as stored."""
    key = {"pk": f"TICKET#{ticket_id}", "sk": f"{EVENT}{happened.sequence:06d}"}
    return {**key, **happened.model_dump(mode="json", exclude_defaults=True)}


def message_item(message: Message) -> Item:
    """A message as stored."""
    key = {"pk": f"TICKET#{message.ticket_id}", "sk": f"{MESSAGE}{message.sequence:06d}"}
    return {**key, **message.model_dump(mode="json", exclude={"ticket_id"}, exclude_none=True)}


def message_of(item: Item) -> Message:
    """The message an item stands for."""
    return Message.model_validate({**item, "ticket_id": item["pk"].removeprefix("TICKET#")})


def message_at(ticket_id: str, sequence: int) -> Message | None:
    """The message that came with a version of a ticket. One strong read."""
    item = support.get({"pk": f"TICKET#{ticket_id}", "sk": f"{MESSAGE}{sequence:06d}"})
    return message_of(item) if item else None


def happenings(ticket_id: str) -> list[Happened]:
    """Everything that happened to a ticket, in order. One query per megabyte."""
    pk = f"TICKET#{ticket_id}"
    items = support.query_all(pk, begins=EVENT, consistent=True)
    return [Happened.model_validate(item) for item in items]


class Conversation(NamedTuple):
    """A ticket (`None`: not read), its messages, the oldest first, whether there are `older` ones
    than these, and what else lies beside."""

    ticket: Ticket | None
    messages: list[Message]
    older: bool
    beside: list[Item]


def conversation(ticket_id: str, *, limit: int, before: int | None = None) -> Conversation:
    """A ticket with its latest `limit` messages, or those before the sequence `before` alone. One
    strong query."""
    page = support.query(
        f"TICKET#{ticket_id}",
        between=(MESSAGE, TICKET if before is None else f"{MESSAGE}{before - 1:06d}"),
        forward=False,
        limit=limit + 1 + _BESIDE,
        consistent=True,
    )
    ticket = next((from_item(one) for one in page.items if one["sk"] == TICKET), None)
    found = [message_of(one) for one in page.items if str(one["sk"]).startswith(MESSAGE)]
    more = len(found) > limit or page.after is not None
    beside = [one for one in page.items if not str(one["sk"]).startswith((MESSAGE, TICKET))]
    return Conversation(ticket, found[:limit][::-1], more, beside)


_BESIDE: Final = 60
"""Room for what lies between messages and ticket: notices of escalations, people looking at it."""


def group_of(state: TicketState) -> str:
    """Which of a queue's lists a ticket in that state is in."""
    if state in WITH_US:
        return "with_us"
    return "ended" if state in ENDED else state.value


def queue_partition(queue: str, group: str) -> str:
    """Tickets of a queue in a group of states."""
    return f"QUEUE#{queue}#{group}"


def owner_partition(owner_id: str, group: str) -> str:
    """Tickets of a person in a group of states."""
    return f"OWNER#{owner_id}#{group}"


def _attributes(ticket: Ticket) -> Item:
    kept: dict[str, Any] = ticket.model_dump(mode="json", exclude={"ticket_id"}, exclude_none=True)
    return kept


def _indexes(ticket: Ticket) -> Item:
    group = group_of(ticket.state)
    if group == "with_us":
        # What has no deadline comes behind all that has, the most urgent first.
        no_due = f"~{_RANK[ticket.priority]}#{ticket.created_at}"
        place = f"{ticket.due_at or no_due}#{ticket.ticket_id}"
    else:
        place = f"{ticket.updated_at}#{ticket.ticket_id}"
    made = f"{ticket.created_at}#{ticket.ticket_id}"
    keys = {
        "queue_pk": queue_partition(ticket.queue, group),
        "queue_sk": place,
        "contact_pk": f"CONTACT#{ticket.contact_id}",
        "contact_sk": made,
    }
    if ticket.owner_id:
        keys |= {"owner_pk": owner_partition(ticket.owner_id, group), "owner_sk": place}
    if ticket.account_id:
        keys |= {"account_pk": f"ACCOUNT#{ticket.account_id}", "account_sk": made}
    return keys
