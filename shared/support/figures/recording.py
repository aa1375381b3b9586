"""Keeping the figures: whatever happened to tickets, what they count as now is counted.

Not the event is counted but the ticket as it is, against what it counted as before (its receipt).
So events may come twice, late or in another order.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from shared.kernel.errors import Busy
from shared.platform.requests import Item, Op, Put
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed
from shared.support.sla.stored import rules_of
from shared.support.tickets.repository import from_item, ticket_key

from .counting import Place, counts_of, difference, present_only
from .repository import adding, counts_in, gone, receipt, receipt_key, support, version_of

ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class _Change:
    """What of a ticket is to be counted."""

    receipt: Put
    figures: dict[Place, dict[str, int]]


def count(ticket_ids: Collection[str]) -> None:
    """Count up to fifty tickets as they are now. One read for all, a write for each hundred
    figures. Raises `Busy`."""
    for _ in range(ATTEMPTS):
        try:
            for ops in _packed(_changes(ticket_ids)):
                support.write(*ops)
        except ConditionFailed:
            # Somebody else counted one of them meanwhile.
            continue
        return
    raise Busy("contended", "These tickets are being counted by others, try again")


def uncount(ticket_id: str) -> None:
    """A ticket is about to be no more: it counts for its past alone. A query and a write. Raises
    `Busy`."""
    for _ in range(ATTEMPTS):
        pk = receipt_key(ticket_id)["pk"]
        known = next(iter(support.query(pk, consistent=True).items), None)
        taken_out = difference(present_only(counts_in(known)), {})
        try:
            return support.write(gone(ticket_id, version_of(known)), *adding(taken_out))
        except ConditionFailed:
            continue
    raise Busy("contended", "This ticket is being counted by others, try again")


def _changes(ticket_ids: Collection[str]) -> Iterator[_Change]:
    wanted = sorted(set(ticket_ids))
    keys = [key for one in wanted for key in (ticket_key(one), receipt_key(one))]
    found = {item["pk"]: item for item in support.get_many(keys)}
    for ticket_id in wanted:
        head = found.get(ticket_key(ticket_id)["pk"])
        known: Item | None = found.get(receipt_key(ticket_id)["pk"])
        if head is None or version_of(known) >= head["version"]:
            continue
        ticket = from_item(head)
        counts = counts_of(ticket, rules_of(ticket.policy))
        put = receipt(ticket_id, ticket.version, counts, version_of(known))
        yield _Change(put, difference(counts_in(known), counts))


def _packed(changes: Iterable[_Change]) -> Iterator[list[Op]]:
    """The operations of as many tickets as one transaction holds, figures that several of them
    change added up."""
    receipts: list[Op] = []
    figures: dict[Place, Counter[str]] = defaultdict(Counter)
    for change in changes:
        if receipts and len(receipts) + 1 + len({*figures, *change.figures}) > TRANSACTION_LIMIT:
            yield [*receipts, *adding(figures)]
            receipts, figures = [], defaultdict(Counter)
        receipts.append(change.receipt)
        for place, held in change.figures.items():
            # Not `+`, which leaves out what is below nothing.
            figures[place].update(held)
    if receipts:
        yield [*receipts, *adding(figures)]
