"""Making two tickets one: what was said in either is read together, and what is still sent to the
one that went lands on the one that stays.

Nothing is moved: the ticket that stays names those that became part of it. Both change in one
write, each only as it was read, and a merged ticket takes part in no other merge: so there are no
circles, whoever merges what at the same time.
"""

from datetime import datetime

from shared.kernel.errors import Busy, Conflict, FieldError, Rejected
from shared.platform.writes import ConditionFailed
from shared.support.events import TicketMerged
from shared.support.tickets.model import MAX_MERGED, MAX_WATCHERS, Ticket
from shared.support.tickets.repository import from_item, need, support
from shared.support.tickets.states import MERGEABLE, TicketState
from shared.support.tickets.stepping import ATTEMPTS, Step, fact, stepped


def merge(
    ticket: Ticket, into_id: str, by: str, now: datetime, *, across_customers: bool = False
) -> Ticket:
    """Make `ticket` part of another; that one as it is then. Done again it changes nothing.

    Tickets of two customers are merged only where `across_customers` says that this is meant:
    each then sees what the other wrote. Raises `Rejected`, `NotFound`, `Conflict`
    (`ticket_merged` with where it went, `move_not_allowed`, `other_customer`) and `Busy`.
    """
    if into_id == ticket.ticket_id:
        wrong = FieldError("into", "same_ticket", "A ticket is no part of itself")
        raise Rejected("validation_failed", fields=[wrong])
    into = need(into_id)
    for _ in range(ATTEMPTS):
        if ticket.merged_into == into.ticket_id:
            return into
        _check(ticket, into, across_customers)
        after, staying = stepped(into, _stays(into, ticket, by), now)
        _, going = stepped(ticket, _goes(into, by), now)
        try:
            support.write(*staying, *going)
            return after
        except ConditionFailed as refused:
            into = from_item(found) if (found := refused.found(0)) else into
            found = refused.found(len(staying))
            ticket = from_item(found) if found else ticket
    raise Busy("contended", "These tickets are being changed by others, try again")


def _check(ticket: Ticket, into: Ticket, across_customers: bool) -> None:
    for one in (ticket, into):
        if one.state is TicketState.MERGED:
            raise Conflict(
                "ticket_merged",
                "This ticket is part of another one",
                ticket_id=one.ticket_id,
                merged_into=one.merged_into,
            )
        if one.state not in MERGEABLE:
            raise Conflict(
                "ticket_ended",
                f"A ticket that is {one.state.value} is not merged",
                ticket_id=one.ticket_id,
                state=one.state.value,
            )
    if ticket.contact_id != into.contact_id and not across_customers:
        raise Conflict("other_customer", "These tickets are of two customers")
    if len(into.merged) + len(ticket.merged) + 1 > MAX_MERGED:
        raise Conflict("too_many_merged", f"A ticket is made of at most {MAX_MERGED}")


def _stays(into: Ticket, ticket: Ticket, by: str) -> Step:
    watchers = sorted({*into.watchers, *ticket.watchers})[:MAX_WATCHERS]
    merged = [*into.merged, ticket.ticket_id, *ticket.merged]
    return Step(
        "merged",
        by,
        values={"merged": merged, "watchers": watchers},
        details={"merged_id": ticket.ticket_id},
        events=lambda after: [fact(TicketMerged, after, by, merged_id=ticket.ticket_id)],
    )


def _goes(into: Ticket, by: str) -> Step:
    values = {"state": TicketState.MERGED, "merged_into": into.ticket_id}
    return Step("merged_away", by, values=values, details={"into": into.ticket_id})
