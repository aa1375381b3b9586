"""Which ticket an address is about: it is read in the same call as whoever asks."""

from shared.console.entry import PageRequest
from shared.kernel.ids import is_id
from shared.platform.requests import Key
from shared.platform.tables import Table
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import MESSAGE, from_item, support, there, ticket_key

_DIGITS = 6


def own(ticket_id: str, **_: str) -> tuple[Table, Key] | None:
    """The ticket that an address names."""
    return (support, ticket_key(ticket_id)) if is_id("ticket", ticket_id) else None


def message(ticket_id: str, sequence: str) -> tuple[Table, Key] | None:
    """The message that an address names."""
    if not is_id("ticket", ticket_id) or not (sequence.isdecimal() and len(sequence) <= _DIGITS):
        return None
    return support, {"pk": f"TICKET#{ticket_id}", "sk": f"{MESSAGE}{int(sequence):0{_DIGITS}d}"}


def found(request: PageRequest) -> Ticket:
    """The ticket that was read. Raises `NotFound`."""
    return there(from_item(request.found) if request.found else None)
