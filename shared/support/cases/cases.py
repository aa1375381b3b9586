"""Beginning a case, and reading it with its tickets."""

from datetime import datetime

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.platform import idempotency
from shared.platform.requests import Condition, Put
from shared.platform.writes import ConditionFailed
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import from_item, support, ticket_key

from .keys import CASE, MEMBER, case_key
from .model import Case, NewCase

MOST_SHOWN = 100


def begin_case(new: NewCase, by: str, key: str | None, body: bytes, now: datetime) -> Case:
    """Store a case; with a key the same request again gives the same. One write."""
    case = Case(
        case_id=idempotency.record_id("case", by, key, now),
        title=new.title,
        created_at=iso(now),
        created_by=by,
    )
    made = {"request_hash": idempotency.request_hash(body)} if key else {}
    absent = Condition("case_new", "attribute_not_exists(#pk)", "a case is begun once")
    try:
        support.write(Put({**case_key(case.case_id), **case.model_dump(), **made}, absent))
    except ConditionFailed as refused:
        found = refused.found(0) or {}
        idempotency.same_request(found, body)
        return Case.model_validate(found)
    return case


def case_with_tickets(case_id: str) -> tuple[Case, list[Ticket]]:
    """A case and its tickets (a hundred at most), the oldest first. Two reads. Raises
    `NotFound`."""
    items = []
    if is_id("case", case_id):
        page = support.query(f"CASE#{case_id}", limit=MOST_SHOWN + 1, consistent=True)
        items = page.items
    head = next((one for one in items if one["sk"] == CASE), None)
    if head is None:
        raise NotFound("case_not_found", "There is no such case")
    ids = [one["sk"].removeprefix(MEMBER) for one in items if one["sk"] != CASE]
    tickets = [from_item(one) for one in support.get_many(map(ticket_key, ids))] if ids else []
    return Case.model_validate(head), sorted(tickets, key=lambda one: one.created_at)
