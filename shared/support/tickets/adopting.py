"""When records of one person become one, so do their tickets; when they part again, they part."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from shared.customers.events import ContactsMerged, MergeUndone
from shared.kernel.errors import AlreadyHandled
from shared.support.events import TicketChanged

from .model import Ticket
from .repository import from_item, support, ticket_key
from .stepping import Step, fact, take

_AT_ONCE: Final = 100


def adopt(merged: ContactsMerged, now: datetime) -> int:
    """Give the tickets of the record that went to the one that stays; how many. Done again it
    finds those that are left."""

    def decide(ticket: Ticket) -> Step:
        if ticket.contact_id != merged.merged_id:
            raise AlreadyHandled("ticket_adopted")
        origins = [*ticket.origins, [merged.merge_id, ticket.contact_id]]
        return _step(ticket, merged.contact_id, origins, merged.by, merged.merge_id)

    return _each(merged.merged_id, decide, now)


def give_back(undone: MergeUndone, now: datetime) -> int:
    """Give those tickets back that came by that merge; how many."""

    def decide(ticket: Ticket) -> Step:
        if not ticket.origins or ticket.origins[-1][0] != undone.merge_id:
            raise AlreadyHandled("ticket_not_of_that_merge")
        whose = ticket.origins[-1][1]
        return _step(ticket, whose, ticket.origins[:-1], undone.by, undone.merge_id)

    return _each(undone.contact_id, decide, now)


def _each(contact_id: str, decide: Callable[[Ticket], Step], now: datetime) -> int:
    done = 0
    for ticket in _tickets(contact_id):
        try:
            take(ticket, decide, now)
            done += 1
        except AlreadyHandled:
            continue
    return done


def _step(
    ticket: Ticket, contact_id: str, origins: list[list[str]], by: str, merge_id: str
) -> Step:
    requester = ticket.requester.model_copy(update={"contact_id": contact_id})
    return Step(
        "adopted",
        by,
        values={"contact_id": contact_id, "requester": requester, "origins": origins},
        details={"merge_id": merge_id},
        events=lambda after: [fact(TicketChanged, after, by, fields=["contact_id"])],
    )


def _tickets(contact_id: str) -> Iterator[Ticket]:
    listed = support.query_all(f"CONTACT#{contact_id}", index="by_contact")
    ids = [str(one["pk"]).removeprefix("TICKET#") for one in listed]
    for number in range(0, len(ids), _AT_ONCE):
        keys = [ticket_key(one) for one in ids[number : number + _AT_ONCE]]
        yield from map(from_item, support.get_many(keys))
