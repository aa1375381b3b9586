"""Giving a ticket to whoever is to take it, at once or as soon as somebody can (row V5).

| entity | pk | sk |
|---|---|---|
| turn: who got the last ticket of a queue that goes round | `QUEUE#<queue>` | `TURN` |

The chosen person's load is counted in the same write, if it still is what was seen, and so is the
turn: tickets given at the same time are given as if one after the other.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from shared.directory.model import StaffMember
from shared.directory.repository import people_of
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.platform.requests import Condition, Item, Op, Update
from shared.platform.writes import ConditionFailed
from shared.support.events import TicketAssigned
from shared.support.queues.model import Queue
from shared.support.queues.stored import queue_of
from shared.support.tickets.changes import Wanted, assign
from shared.support.tickets.creation import facts_of
from shared.support.tickets.loads import load_key, load_of
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import load, owner_partition, support
from shared.support.tickets.states import TicketState
from shared.support.tickets.stepping import ATTEMPTS, Overtaken, Step, apply, fact

from .choice import choose, next_chance

ROUTER: Final = "router"
"""Who gave a ticket where nobody did."""

LEFT: Final = "left"
"""Why a ticket has no owner any more: whoever had it does not work here."""

_WAITING: Final = frozenset({TicketState.NEW, TicketState.OPEN})


def rotation_key(queue_id: str) -> dict[str, str]:
    """The key of a queue's rotation."""
    return {"pk": f"QUEUE#{queue_id}", "sk": "TURN"}


def give(ticket: Ticket | None, now: datetime) -> Ticket:
    """Give a ticket that waits for nobody in particular to the person its queue's strategy says,
    or note when to look again. Raises `AlreadyHandled` when there is nothing to do and `Busy`."""
    for _ in range(ATTEMPTS):
        queue = queue_of(ticket.queue, now) if ticket else None
        if ticket is None or queue is None or not _waits(ticket, queue, now):
            raise AlreadyHandled("nothing_to_give")
        try:
            return apply(ticket, _decide(ticket, queue, now), now)
        except Overtaken as overtaken:
            ticket = overtaken.ticket
        except ConditionFailed:
            # Somebody got another ticket meanwhile: look at the loads again.
            continue
    raise Busy("contended", "This ticket is being changed by others, try again")


def release(staff_id: str, now: datetime) -> int:
    """Take back what somebody who left had to work on; how many. What fails on the way is found
    again when it is done again."""
    released = 0
    for ticket_id in _worked_on(staff_id):
        ticket = load(ticket_id)
        if ticket and ticket.owner_id == staff_id:
            assign(ticket, None, Wanted(ROUTER), now, reason=LEFT)
            released += 1
    return released


def _worked_on(staff_id: str) -> Iterator[str]:
    for group in ("with_us", "pending"):
        pk = owner_partition(staff_id, group)
        for item in support.query_all(pk, index="by_owner"):
            yield str(item["pk"]).removeprefix("TICKET#")


def _waits(ticket: Ticket, queue: Queue, now: datetime) -> bool:
    looked = ticket.assign_at is not None and ticket.assign_at > iso(now)
    automatic = queue.strategy != "by_hand" and queue.team_id is not None
    return automatic and ticket.owner_id is None and ticket.state in _WAITING and not looked


def _decide(ticket: Ticket, queue: Queue, now: datetime) -> Step:
    people = people_of(queue.team_id or "")
    keys = [rotation_key(queue.id), *(load_key(one.staff_id) for one in people)]
    items = {item["pk"]: item for item in support.get_many(keys)}
    loads = {one.staff_id: load_of(items.get(load_key(one.staff_id)["pk"])) for one in people}
    rotation = items.get(rotation_key(queue.id)["pk"], {})
    skills = queue.skills_for(facts_of(ticket))
    person = choose(queue, people, loads, skills, rotation.get("last"), now)
    if person is None:
        again = next_chance(people, skills, now)
        return Step("waits", ROUTER, values={"assign_at": iso(again)}, details={"queue": queue.id})
    return _given(ticket, queue, person, loads[person.staff_id], rotation)


def _given(ticket: Ticket, queue: Queue, person: StaffMember, seen: int, rotation: Item) -> Step:
    owner, reason = person.staff_id, queue.strategy
    about: dict[str, Any] = {"owner_id": owner, "queue": queue.id, "reason": reason}
    return Step(
        "assigned",
        ROUTER,
        values={"owner_id": owner, "assign_at": None},
        details=about,
        events=lambda after: [fact(TicketAssigned, after, ROUTER, **about)],
        load_seen=seen,
        also=[_turn(queue.id, owner, rotation)] if queue.strategy == "round_robin" else [],
    )


def _turn(queue_id: str, staff_id: str, rotation: Item) -> Op:
    version = int(rotation.get("version", 0))
    unchanged = Condition(
        "rotation_unchanged",
        "#version = :rotation_version" if version else "attribute_not_exists(#version)",
        "turns taken at the same time would give the same person two of them",
        {"rotation_version": version} if version else {},
    )
    return Update(
        rotation_key(queue_id), set={"last": staff_id, "version": version + 1}, condition=unchanged
    )
