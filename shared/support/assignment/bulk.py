"""Giving many tickets away at once: each by itself, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.kernel.errors import CrmError, Rejected
from shared.kernel.ids import is_id
from shared.support.tickets.changes import Wanted, assign, check_target
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import from_item, support, ticket_key

AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ticket: its version since, or the stable code of why not."""

    ticket_id: str
    version: int | None = None
    refused: str | None = None


def assign_many(
    ticket_ids: Sequence[str], owner_id: str | None, queue: str | None, by: str, now: datetime
) -> list[Result]:
    """Give up to fifty tickets to one person or queue, in the order given: one read, and a write
    for each that changes. Done again it changes nothing. Raises `Rejected` for a person or queue
    that is not there, before anything is written."""
    ids = list(dict.fromkeys(ticket_ids))
    if len(ids) > AT_ONCE:
        raise Rejected("too_many", f"At most {AT_ONCE} at once")
    check_target(owner_id, queue, now)
    keys = [ticket_key(one) for one in ids if is_id("ticket", one)]
    found = {one.ticket_id: one for one in map(from_item, support.get_many(keys) if keys else ())}
    return [_one(found.get(one), one, owner_id, queue, by, now) for one in ids]


def _one(
    ticket: Ticket | None,
    ticket_id: str,
    owner_id: str | None,
    queue: str | None,
    by: str,
    now: datetime,
) -> Result:
    if ticket is None:
        return Result(ticket_id, refused="ticket_not_found")
    try:
        after = assign(ticket, owner_id, Wanted(by), now, queue=queue, checked=True)
    except CrmError as error:
        return Result(ticket_id, refused=error.code)
    return Result(ticket_id, version=after.version)
