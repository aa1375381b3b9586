"""How many tickets people have to work on.

| entity | pk | sk |
|---|---|---|
| load: open, held and pending tickets of a person | `STAFF#<staff_id>` | `LOAD` |

Counted in the transaction that changes the ticket, so it is exact. Read by key by ticket_assign.
"""

from shared.platform.requests import Condition, Item, Op, Update

from .model import Ticket
from .states import TicketState

_WORKED_ON = frozenset(
    {TicketState.NEW, TicketState.OPEN, TicketState.PENDING, TicketState.ON_HOLD}
)


def load_key(staff_id: str) -> dict[str, str]:
    """The key of a person's load."""
    return {"pk": f"STAFF#{staff_id}", "sk": "LOAD"}


def load_of(item: Item | None) -> int:
    """The number of tickets a stored load stands for."""
    return int((item or {}).get("tickets", 0))


def load_ops(before: Ticket | None, after: Ticket) -> list[Op]:
    """What counts a change of a ticket in the loads of whoever had it and has it."""
    had, has = _counted(before) if before else None, _counted(after)
    if had == has:
        return []
    changes = [(had, -1), (has, +1)]
    return [_counted_by(staff_id, change) for staff_id, change in changes if staff_id]


def gone_ops(ticket: Ticket) -> list[Op]:
    """What counts a ticket that is taken away."""
    had = _counted(ticket)
    return [_counted_by(had, -1)] if had else []


def room(staff_id: str, capacity: int) -> Condition:
    """That a person has fewer tickets than `capacity`."""
    return Condition(
        "capacity_left",
        "attribute_not_exists(#tickets) OR #tickets < :capacity",
        "tickets given at the same time by several ways must not overload a person",
        {"capacity": capacity},
    )


def _counted_by(staff_id: str, change: int) -> Update:
    return Update(load_key(staff_id), add={"tickets": change})


def _counted(ticket: Ticket) -> str | None:
    return ticket.owner_id if ticket.state in _WORKED_ON else None
