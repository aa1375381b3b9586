"""Changing a ticket: its state, its urgency, who has it, what is known of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.custom_fields.checking import checked_custom
from shared.customers.custom_fields.repository import fields_of
from shared.customers.inputs import CustomInput, StaffId, Tags
from shared.directory.model import Slug, StaffMember
from shared.directory.repository import staff_member
from shared.kernel.errors import Conflict, FieldError, Rejected
from shared.platform.writes import ConditionFailed
from shared.support.cases.keys import CASE_THERE, member_ops
from shared.support.events import TicketAssigned, TicketChanged, TicketPriorityChanged
from shared.support.queues.stored import queue_rules
from shared.support.sla.policy import Priority

from .model import MAX_WATCHERS, Subject, Ticket, TicketType
from .states import CUSTOMER_MOVES, ENDED, MOVES, TicketState, check_move
from .stepping import Step, fact, same_version, take

MAX_PAUSES: Final = 500
"""A ticket that was pending so often is no conversation any more; its deadlines depend on each."""

BY_HAND: Final = "by_hand"
TAKEN: Final = "taken"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change somebody wants, who saw the ticket at `version` (`None`: whatever it is)."""

    by: str
    version: int | None = None


def move(
    ticket: Ticket, to: TicketState, how: Wanted, now: datetime, *, reason: str | None = None
) -> Ticket:
    """Move a ticket to another state; one that is there already stays as it is. Raises `Conflict`
    naming the legal moves, `Stale` and `Busy`."""

    def decide(present: Ticket) -> Step:
        same_version(present, how.version)
        check_move(present.state, to, MOVES)
        if to is TicketState.PENDING and len(present.course["pauses"]) // 2 >= MAX_PAUSES:
            raise Conflict("too_many_pauses", f"A ticket is pending at most {MAX_PAUSES} times")
        return _moved(to, how.by, reason)

    return ticket if ticket.state is to else take(ticket, decide, now)


def close(ticket: Ticket, by: str, now: datetime) -> Ticket:
    """What customers do to their own; one that is closed stays so."""

    def decide(present: Ticket) -> Step:
        check_move(present.state, TicketState.CLOSED, CUSTOMER_MOVES)
        return _moved(TicketState.CLOSED, by, None)

    return ticket if ticket.state is TicketState.CLOSED else take(ticket, decide, now)


def prioritise(ticket: Ticket, to: Priority, how: Wanted, now: datetime) -> Ticket:
    """Give a ticket another priority: its deadlines are what they would have been with it from
    the start, less the pauses."""

    def decide(present: Ticket) -> Step:
        same_version(present, how.version)
        _alive(present)
        from_to = {"from_priority": present.priority.value, "to_priority": to.value}
        return Step(
            "prioritised",
            how.by,
            values={"priority": to},
            details={"from": present.priority.value, "to": to.value},
            events=lambda after: [fact(TicketPriorityChanged, after, how.by, **from_to)],
        )

    return ticket if ticket.priority is to else take(ticket, decide, now)


def assign(
    ticket: Ticket,
    owner_id: str | None,
    how: Wanted,
    now: datetime,
    *,
    queue: str | None = None,
    reason: str = BY_HAND,
    checked: bool = False,
) -> Ticket:
    """Give a ticket to somebody (`None`: to nobody), or put it into another queue, where it waits
    for somebody. Raises `Rejected` for a person who is not there or a queue nobody knows, unless
    that was `checked`."""
    if not checked:
        check_target(owner_id, queue, now)

    def decide(present: Ticket) -> Step:
        same_version(present, how.version)
        _alive(present)
        into = queue or present.queue
        return Step(
            "assigned",
            how.by,
            values={"owner_id": owner_id, "queue": into, "assign_at": None},
            details={"owner_id": owner_id, "queue": into, "reason": reason},
            events=lambda after: [
                fact(TicketAssigned, after, how.by, owner_id=owner_id, queue=into, reason=reason)
            ],
        )

    same = ticket.owner_id == owner_id and queue in (None, ticket.queue)
    return ticket if same else take(ticket, decide, now)


def check_target(owner_id: str | None, queue: str | None, now: datetime) -> None:
    """See that a ticket can be given there. Raises `Rejected`."""
    if owner_id:
        working_here(owner_id)
    if queue and queue_rules(now).queue(queue) is None:
        unknown = FieldError("queue", "queue_not_found", "There is no such queue")
        raise Rejected("validation_failed", fields=[unknown])


class TicketChange(BaseModel):
    """What to change of a ticket: the fields given. Lists are replaced whole; of `custom` only
    the fields named, of which `null` takes one away."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    version: int = Field(ge=1)
    subject: Subject | None = None
    type: TicketType | None = None
    tags: Tags | None = None
    custom: CustomInput | None = None
    watchers: Annotated[list[StaffId], Field(max_length=MAX_WATCHERS)] | None = None
    case_id: Annotated[str, StringConstraints(pattern=r"^case_[0-9A-HJKMNP-TV-Z]{26}$")] | None = (
        None
    )

    def given(self) -> dict[str, Any]:
        """The fields the caller named, by what a ticket calls them."""
        names = {"type": "ticket_type"}
        found = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        return {names.get(name, name): value for name, value in found.items()}


def change(ticket: Ticket, wanted: TicketChange, by: str, now: datetime) -> Ticket:
    """Change facts of a ticket. Without a change nothing is written. Raises `Rejected`, `Stale`
    and `Busy`."""
    given = wanted.given()
    for name in ("subject", "ticket_type", "tags", "watchers"):
        if name in given and given[name] is None:
            missing = FieldError("type" if name == "ticket_type" else name, "missing", "It has one")
            raise Rejected("validation_failed", fields=[missing])
    if wanted.custom is not None:
        given["custom"] = custom_of(wanted.custom, ticket.custom, now)
    if "tags" in given:
        given["tags"] = list(dict.fromkeys(given["tags"]))
    for one in set(given.get("watchers") or ()) - set(ticket.watchers):
        working_here(one, "watchers")

    def decide(present: Ticket) -> Step:
        same_version(present, wanted.version)
        fields = sorted(name for name, value in given.items() if getattr(present, name) != value)
        return Step(
            "changed",
            by,
            values=given,
            details={"fields": fields},
            events=lambda after: [fact(TicketChanged, after, by, fields=fields)],
            also=member_ops(
                present.ticket_id, present.case_id, given.get("case_id", present.case_id)
            ),
        )

    if all(getattr(ticket, name) == value for name, value in given.items()):
        same_version(ticket, wanted.version)
        return ticket
    try:
        return take(ticket, decide, now)
    except ConditionFailed as refused:
        if CASE_THERE.name not in refused.conditions:
            raise
        missing = FieldError("case_id", "case_not_found", "There is no such case")
        raise Rejected("validation_failed", fields=[missing]) from refused


def custom_of(
    given: dict[str, Any], present: dict[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """The custom values to store. Raises `Rejected` naming each field that is wrong."""
    wrong: list[FieldError] = []
    values = checked_custom(given, fields_of("ticket", now, given), present, None, wrong)
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    return values


def working_here(staff_id: Slug, field: str = "owner_id") -> StaffMember:
    """The person, who works here. Raises `Rejected`."""
    person = staff_member(staff_id)
    if person is None or person.disabled:
        code = "staff_disabled" if person else "staff_not_found"
        wrong = FieldError(field, code, "Nobody of that name works here now")
        raise Rejected("validation_failed", fields=[wrong])
    return person


def _moved(to: TicketState, by: str, reason: str | None) -> Step:
    # The event of the move itself is told with every step that moves.
    return Step("moved", by, values={"state": to}, details={"reason": reason} if reason else {})


def _alive(ticket: Ticket) -> None:
    if ticket.state in ENDED:
        raise Conflict(
            "ticket_ended",
            f"A ticket that is {ticket.state.value} stays as it is",
            state=ticket.state.value,
        )
