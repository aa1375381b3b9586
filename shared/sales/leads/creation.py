"""A lead typed in by staff, or sent by a system with staff's rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from shared.kernel.clock import iso
from shared.kernel.errors import Conflict
from shared.platform import idempotency
from shared.platform.auth import Staff
from shared.platform.requests import Condition, Op, Put
from shared.platform.writes import ConditionFailed

from . import intake
from .aliases import MAX_HOPS, alias, further_address
from .facts import checked, reachable
from .identity import lead_id_for
from .model import STAFF
from .repository import lead_key, sales, state_index
from .states import LeadState
from .submissions import Submission, content_digest

_NEW: Final = Condition(
    "lead_new",
    "attribute_not_exists(#pk)",
    "an address belongs to one lead: typing it twice is 409",
)


@dataclass(frozen=True, slots=True)
class NewLead:
    """What staff know of a lead. `hand_off: now` sends it to a salesperson without points."""

    facts: Mapping[str, str | None]
    source: str = "staff"
    hand_off: Literal["scored", "now"] = "scored"


@dataclass(frozen=True, slots=True)
class Created:
    """The lead and the submission that stands for the typing-in."""

    lead_id: str
    submission_id: str


def create_lead(new: NewLead, by: Staff, idempotency_key: str | None, at: datetime) -> Created:
    """Store a new lead. Sent again with its key, it changes nothing and is answered alike.

    Raises `Rejected` for unacceptable facts and `Conflict` (`lead_exists`, with its `lead_id`)
    when one of the addresses belongs to a lead already.
    """
    key = idempotency.check_key(idempotency_key)
    facts = {name: value for name, value in checked(new.facts).items() if value}
    email, phone = facts.get("email"), facts.get("phone")
    reachable(email, phone)
    content = content_digest("staff", by.staff_id, facts, new.source, new.hand_off)
    submission = Submission(
        digest=content_digest("staff-key", by.staff_id, key) if key else content,
        received_at=at,
        channel="staff",
        answers=facts,
        facts=facts,
        staff_id=by.staff_id,
        hand_off=new.hand_off,
    )
    lead_id = str(lead_id_for(email, phone))
    for _ in range(MAX_HOPS):
        item = _item(lead_id, facts, new.source, at)
        ops: list[Op] = [submission.put(lead_id, at), Put(item, _NEW)]
        created = {"lead_id": lead_id, "submission_id": submission.submission_id}
        if key:
            ops.append(idempotency.claim(by.staff_id, key, content, created, at))
        if further := further_address(email, phone):
            ops.append(alias(further, lead_id, at))
        try:
            sales.write(*ops)
            return Created(**created)
        except ConditionFailed as refused:
            if claimed := refused.found(2) if key else None:
                return Created(**idempotency.result_of(claimed, content))
            lead_id = _successor(lead_id, refused)
    raise intake.lost()


def _successor(lead_id: str, refused: ConditionFailed) -> str:
    """The lead to try next when the one found is closed; else the conflict that it is."""
    found = refused.found(1)
    if found is None:
        # An alias of the phone number, or the lead it came with, stood in the way.
        found = next(iter(item for item in refused.failures.values() if item), {})
        raise _exists(str(found.get("redirect_to") or found.get("lead_id") or lead_id))
    if "redirect_to" in found or not found.get("intake_closed"):
        raise _exists(str(found.get("redirect_to") or lead_id))
    return intake.onward(lead_id, found) or lead_id


def _exists(lead_id: str) -> Conflict:
    return Conflict("lead_exists", "This address belongs to a lead already", lead_id=lead_id)


def _item(lead_id: str, facts: Mapping[str, str], source: str, at: datetime) -> dict[str, Any]:
    created = iso(at)
    return {
        **lead_key(lead_id),
        "kind": "lead",
        "lead_id": lead_id,
        "state": LeadState.NEW,
        "source": source,
        "created_at": created,
        "updated_at": created,
        "submissions": 1,
        "version": 1,
        **{f"{STAFF}{name}": value for name, value in facts.items()},
        **state_index(LeadState.NEW, lead_id, created),
    }
