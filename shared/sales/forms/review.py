"""Looking through the quarantine, and releasing what was sent by a person after all."""

from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.auth import Staff
from shared.platform.keys import key
from shared.platform.requests import Condition, Item, Op, Update
from shared.platform.writes import ConditionFailed
from shared.sales.leads import intake
from shared.sales.leads.aliases import MAX_HOPS, alias, further_address

from .quarantine import PARTITION, quarantine_key, sales, submission_of

_SCOPE: Final = "quarantine"
_RELEASE, _SUBMISSION, _LEAD = range(3)

_HELD: Final = Condition(
    "still_quarantined",
    "attribute_exists(#pk) AND attribute_not_exists(#released_at)",
    "two people releasing at once make one lead",
)


def quarantined(*, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
    """Quarantined submissions, newest first, and the cursor of the next page. One query."""
    after = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    page = sales.query(PARTITION, limit=limit, forward=False, after=after)
    rest = {name: str(value) for name, value in page.after.items()} if page.after else None
    return page.items, seal(rest, key("cursor"), _SCOPE) if rest else None


def held(submission_id: str) -> Item:
    """One submission of the quarantine, released or not. One read. Raises `NotFound`."""
    item = sales.get(quarantine_key(submission_id)) if is_id("submission", submission_id) else None
    if item is None:
        raise NotFound("submission_not_found", "There is no such submission in quarantine")
    return item


def release(submission_id: str, by: Staff, now: datetime, reason: str = "") -> Item:
    """Make a quarantined submission an ordinary one, with its lead and its event, exactly once;
    returns the quarantined item with `released_at`, `lead_id` and, when one was given, the
    `release_reason`. Again, it changes nothing.

    Raises `NotFound`.
    """
    item = held(submission_id)
    why = {"release_reason": reason} if reason else {}
    lead_id: str = item["address_id"]
    answers = item["answers"]
    further = further_address(answers.get("email"), answers.get("phone"))
    stored = False
    for _ in range(MAX_HOPS):
        if "released_at" in item:
            return item
        by_whom = {"released_at": iso(now), "released_by": by.staff_id}
        released = {**by_whom, **why, "lead_id": lead_id}
        ops: list[Op] = [Update(quarantine_key(submission_id), set=released, condition=_HELD)]
        if not stored:
            ops += _ops(item, lead_id, further, now)
        try:
            sales.write(*ops)
            return item | released
        except ConditionFailed as refused:
            if present := refused.found(_RELEASE):
                item = present
            elif refused.found(_SUBMISSION):
                # The same content came again, slowly, and was accepted then.
                stored = True
            elif (lead := refused.found(_LEAD)) is not None:
                lead_id = intake.onward(lead_id, lead) or lead_id
            else:
                further = None
    raise intake.lost()


def _ops(item: dict[str, Any], lead_id: str, further: str | None, now: datetime) -> list[Op]:
    submission = submission_of(item)
    ops: list[Op] = [
        submission.put(lead_id, now),
        intake.upsert(lead_id, submission, now, intake.OPEN_TO_INTAKE, latest=False),
    ]
    if further and further != lead_id:
        ops.append(alias(further, lead_id, now))
    return ops
