"""How many tickets people have to work on.

| entity | pk | sk |
|---|---|---|
| load: open, held and pending tickets of a person | `STAFF#<staff_id>` | `TICKETS` |

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
    return {"pk": f"STAFF#{staff_id}", "sk": "TICKETS"}


def load_of(item: Item | None) -> int:
    """The number of tickets a stored load stands for."""
    return int((item or {}).get("tickets", 0))


def load_ops(before: Ticket | None, after: Ticket, seen: int | None = None) -> list[Op]:
    """What counts a change of a ticket in the loads of whoever had it and has it. `seen`: only if
    whoever has it now had so many before."""
    had, has = _counted(before) if before else None, _counted(after)
    if had == has:
        return []
    ops: list[Op] = [_counted_by(had, -1)] if had else []
    if has:
        ops.append(_counted_by(has, +1, None if seen is None else _still(seen)))
    return ops


def gone_ops(ticket: Ticket) -> list[Op]:
    """What counts a ticket that is taken away."""
    had = _counted(ticket)
    return [_counted_by(had, -1)] if had else []


def _still(seen: int) -> Condition:
    return Condition(
        "load_as_seen",
        "#tickets = :seen" if seen else "attribute_not_exists(#tickets) OR #tickets = :seen",
        "tickets given at the same time are given as if one after the other",
        {"seen": seen},
    )


def _counted_by(staff_id: str, change: int, condition: Condition | None = None) -> Update:
    return Update(load_key(staff_id), add={"tickets": change}, condition=condition)


def _counted(ticket: Ticket) -> str | None:
    return ticket.owner_id if ticket.state in _WORKED_ON else None
