"""A lead typed in by staff, or sent by a system with staff's rights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from shared.kernel.clock import iso
from shared.kernel.errors import Conflict
from shared.platform import idempotency
from shared.platform.auth import Staff
from shared.platform.requests import Condition, Item, Op, Put
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
_LEAD: Final = 1
"""Position of the lead in a draft's operations."""


@dataclass(frozen=True, slots=True)
class NewLead:
    """What staff know of a lead. `hand_off: now` sends it to a salesperson without points."""

    facts: Mapping[str, str | None]
    source: str = "staff"
    hand_off: Literal["scored", "now"] = "scored"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new lead whose facts were checked, with the submission that stands for how it came.
    `further` are attributes of its own to store beside."""

    facts: Mapping[str, str]
    source: str
    submission: Submission
    at: datetime
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lead_id(self) -> str:
        """The id its address stands for."""
        return str(lead_id_for(self.facts.get("email"), self.facts.get("phone")))

    def ops(self, lead_id: str) -> list[Op]:
        """What storing it as `lead_id` takes: the submission, the lead, and the alias of its
        phone number where it has an e-mail address too."""
        ops: list[Op] = [
            self.submission.put(lead_id, self.at),
            Put(_item(lead_id, self.facts, self.source, self.at) | dict(self.further), _NEW),
        ]
        if further := further_address(self.facts.get("email"), self.facts.get("phone")):
            ops.append(alias(further, lead_id, self.at))
        return ops


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
    facts = acceptable(new.facts)
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
    draft = Draft(facts, new.source, submission, at)
    lead_id = draft.lead_id
    for _ in range(MAX_HOPS):
        ops = draft.ops(lead_id)
        of_draft = len(ops)
        created = {"lead_id": lead_id, "submission_id": submission.submission_id}
        if key:
            ops.append(idempotency.claim(by.staff_id, key, content, created, at))
        try:
            sales.write(*ops)
            return Created(**created)
        except ConditionFailed as refused:
            if claimed := refused.found(of_draft) if key else None:
                return Created(**idempotency.result_of(claimed, content))
            lead_id, free = instead(lead_id, refused.failures)
            if not free:
                raise Conflict(
                    "lead_exists", "This address belongs to a lead already", lead_id=lead_id
                ) from refused
    raise intake.lost()


def acceptable(given: Mapping[str, str | None]) -> dict[str, str]:
    """The facts of a new lead as they are stored. Raises `Rejected`."""
    facts = {name: value for name, value in checked(given).items() if value}
    reachable(facts.get("email"), facts.get("phone"))
    return facts


def instead(lead_id: str, failures: Mapping[int, Item]) -> tuple[str, bool]:
    """What it means that operations of a draft (`Draft.ops`) were refused: the lead that is there
    already, or (true) the one to try next because the lead found takes in nothing any more."""
    found = failures.get(_LEAD)
    if found is None:
        # An alias of the phone number, or the lead it came with, stood in the way.
        found = next(iter(item for item in failures.values() if item), {})
        return str(found.get("redirect_to") or found.get("lead_id") or lead_id), False
    if "redirect_to" in found or not found.get("intake_closed"):
        return str(found.get("redirect_to") or lead_id), False
    return intake.onward(lead_id, found) or lead_id, True


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
