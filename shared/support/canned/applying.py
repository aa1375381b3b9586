"""Doing what a macro says: one change of the ticket, whatever it consists of."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.directory.model import StaffMember
from shared.kernel.errors import Conflict, NotFound, Stale
from shared.kernel.ids import new_id
from shared.platform import idempotency
from shared.platform.keys import key as secret_key
from shared.platform.requests import Item, Put
from shared.support.events import (
    TicketAssigned,
    TicketChanged,
    TicketEvent,
    TicketMessageAdded,
    TicketPriorityChanged,
)
from shared.support.tickets.changes import working_here
from shared.support.tickets.model import Message, Ticket
from shared.support.tickets.repository import living, need, support
from shared.support.tickets.states import ENDED, after_agent, check_move
from shared.support.tickets.stepping import Repeated, Step, fact, same_version, take

from .fields import filled, values_of
from .model import ME, NAME, NOBODY, CannedReply, Macro
from .stored import stored_macros, stored_replies

REASON = "macro"
MAX_TAGS = 20


def rendered_replies(ticket: Ticket, agent: StaffMember, now: datetime) -> list[CannedReply]:
    """The canned replies as they read on a ticket that `agent` answers; up to 30 s behind."""
    found = stored_replies.settled(NAME, now)
    values = values_of(ticket, agent)
    return [
        one.model_copy(update={"body": filled(one.body, values)})
        for one in (found.value.replies if found else ())
    ]


@dataclass(frozen=True, slots=True)
class Offered:
    """A macro as an agent may use it on a ticket: `says` is its answer or note as it would read
    there, `obstacle` why it cannot be done."""

    macro: Macro
    says: str | None
    obstacle: str | None


def offered_macros(ticket: Ticket, agent: StaffMember, now: datetime) -> list[Offered]:
    """The macros as they would work on a ticket; up to 30 s behind."""
    found = stored_macros.settled(NAME, now)
    values = values_of(ticket, agent)
    return [
        Offered(
            one,
            filled(one.reply or one.note or "", values) or None,
            _obstacle(ticket, one, agent),
        )
        for one in (found.value.macros if found else ())
    ]


def macro_of(macro_id: str, now: datetime) -> Macro:
    """The macro of an id, up to 30 s behind. Raises `NotFound`."""
    found = stored_macros.settled(NAME, now)
    macro = found.value.macro(macro_id) if found else None
    if macro is None:
        raise NotFound("macro_not_found", "There is no such macro")
    return macro


def apply_macro(
    ticket: Ticket,
    macro: Macro,
    agent: StaffMember,
    now: datetime,
    *,
    version: int | None = None,
    key: str | None = None,
    body: bytes = b"",
) -> tuple[Ticket, str | None]:
    """Do it, all or nothing, in one call: the ticket as it is then, and the id of the message it
    wrote. Again with its `key` it changes nothing. Raises `Conflict` for a ticket that has ended or an
    illegal move, `Rejected` for whom it gives the ticket to does not work here any more, `Stale`
    and `Busy`."""
    ticket = living(ticket)
    if macro.assign_to not in (None, ME, NOBODY):
        working_here(str(macro.assign_to))
    used = idempotency.check_key(key)
    whose = f"macro:{ticket.ticket_id}:{agent.staff_id}"
    speaks = bool(macro.reply or macro.note)
    name = idempotency.record_id("message", whose, used, now) if used else new_id("message", now)
    content = hmac.digest(secret_key("idempotency"), body, hashlib.sha256) if used else b""
    result = {"ticket_id": ticket.ticket_id, "message_id": name}
    receipt = idempotency.claim(whose, used, content, result, now) if used else None

    def decide(present: Ticket) -> Step:
        same_version(present, version)
        return _step(present, macro, agent, name, receipt)

    try:
        return take(ticket, decide, now), name if speaks else None
    except Repeated as repeated:
        found: Item | None = repeated.found
    except Stale:
        # What made the ticket newer than they saw may be the first sending of the same.
        if receipt is None:
            raise
        found = support.get({"pk": receipt.item["pk"], "sk": receipt.item["sk"]})
        if found is None:
            raise
    assert found is not None
    idempotency.result_of(found, content)
    return living(need(ticket.ticket_id)), name if speaks else None


def _step(
    ticket: Ticket, macro: Macro, agent: StaffMember, message_id: str, receipt: Put | None
) -> Step:
    values = _values(ticket, macro, agent)
    text = macro.reply or macro.note
    kind = "agent_reply" if macro.reply else "note" if macro.note else "macro"
    return Step(
        kind,
        agent.staff_id,
        values=values,
        details={"macro": macro.id},
        message=(lambda after: _message(after, macro, agent, message_id)) if text else None,
        events=lambda after: list(_events(ticket, after, macro, agent, message_id)),
        receipt=receipt,
    )


def _obstacle(ticket: Ticket, macro: Macro, agent: StaffMember) -> str | None:
    try:
        _values(ticket, macro, agent)
    except Conflict as refused:
        return refused.message
    return None


def _values(ticket: Ticket, macro: Macro, agent: StaffMember) -> dict[str, Any]:
    """What the ticket has since. Raises `Conflict`."""
    if ticket.state in ENDED:
        raise Conflict(
            "ticket_ended", f"A ticket that is {ticket.state.value} stays as it is",
            state=ticket.state.value,
        )  # fmt: skip
    values: dict[str, Any] = {}
    state = after_agent(ticket.state) if macro.reply else ticket.state
    if macro.then is not None and macro.then is not state:
        check_move(ticket.state, macro.then)
        state = macro.then
    values["state"] = state
    if macro.reply:
        values["last_author"] = "agent"
    if macro.priority is not None:
        values["priority"] = macro.priority
    if macro.assign_to is not None or macro.queue is not None:
        owner = {ME: agent.staff_id, NOBODY: None}
        who = macro.assign_to
        values["owner_id"] = ticket.owner_id if who is None else owner.get(who, who)
        values["queue"] = macro.queue or ticket.queue
        values["assign_at"] = None
    if macro.add_tags or macro.remove_tags:
        gone = {one.casefold() for one in macro.remove_tags}
        kept = [one for one in ticket.tags if one.casefold() not in gone]
        values["tags"] = list(dict.fromkeys([*kept, *macro.add_tags]))[:MAX_TAGS]
    return values


def _message(ticket: Ticket, macro: Macro, agent: StaffMember, message_id: str) -> Message:
    channel = ticket.channel
    if macro.reply and channel not in ("portal", "chat", "api"):
        channel = "email"
    return Message(
        message_id=message_id,
        ticket_id=ticket.ticket_id,
        sequence=ticket.version,
        at=ticket.updated_at,
        author="agent",
        by=agent.staff_id,
        public=macro.reply is not None,
        channel=channel,
        body=filled(macro.reply or macro.note or "", values_of(ticket, agent)),
    )


def _events(
    before: Ticket, after: Ticket, macro: Macro, agent: StaffMember, message_id: str
) -> Iterator[TicketEvent]:
    by = agent.staff_id
    if macro.reply or macro.note:
        public = macro.reply is not None
        about = {"message_id": message_id, "author": "agent", "public": public}
        yield fact(TicketMessageAdded, after, by, **about)
    if after.priority is not before.priority:
        moved = {
            "from_priority": before.priority.value,
            "to_priority": after.priority.value,
        }
        yield fact(TicketPriorityChanged, after, by, **moved)
    if (after.owner_id, after.queue) != (before.owner_id, before.queue):
        given = {"owner_id": after.owner_id, "queue": after.queue, "reason": REASON}
        yield fact(TicketAssigned, after, by, **given)
    if after.tags != before.tags:
        yield fact(TicketChanged, after, by, fields=["tags"])
