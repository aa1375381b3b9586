"""What a submission does to its lead: one write that makes the lead or adds to it, unread."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import Busy
from shared.platform.requests import Condition, Update
from shared.sales.leads.states import LeadState

from .identity import successor
from .model import FORM
from .repository import lead_key, state_index
from .submissions import REPEAT_WINDOW, Submission

_OPEN: Final = "attribute_not_exists(#redirect_to) AND attribute_not_exists(#intake_closed)"

OPEN_TO_INTAKE: Final = Condition(
    "lead_open_to_intake",
    _OPEN,
    "an alias leads to another lead; a converted lead's person starts a new one",
)


def in_order(submission: Submission) -> Condition:
    """`OPEN_TO_INTAKE`, nothing later has come in already, and what came last was not the same
    content less than 60 s ago."""
    return Condition(
        "lead_open_and_in_order",
        f"{_OPEN} AND (attribute_not_exists(#last_touch) OR #last_touch.#at <= :at)"
        " AND (attribute_not_exists(#last_submission) OR #last_submission <> :repeated"
        " OR #last_touch.#at <= :since)",
        "two clicks may fall into two minutes, and be stored in reverse",
        {
            "at": iso(submission.received_at),
            "repeated": submission.id_a_minute_before,
            "since": iso(submission.received_at - REPEAT_WINDOW),
        },
    )


def repeated(submission: Submission, found: Mapping[str, Any]) -> bool:
    """Whether the found lead refused a submission because it had it already."""
    return (
        found.get("last_submission") == submission.id_a_minute_before
        and submission.received_at - REPEAT_WINDOW < last_touched(found) <= submission.received_at
    )


def upsert(
    lead_id: str,
    submission: Submission,
    at: datetime,
    condition: Condition,
    *,
    latest: bool = True,
) -> Update:
    """Make the lead, or add to it what a form says: facts overwrite those of earlier forms and
    never those of staff. With `latest` false it came in late: the last touch stays."""
    created = iso(at)
    touch = dict(submission.touch)
    once: dict[str, Any] = {
        "kind": "lead",
        "lead_id": lead_id,
        "state": LeadState.NEW,
        "created_at": created,
        "first_touch": touch,
        "source": touch.get("utm_source", "web"),
        **state_index(LeadState.NEW, lead_id, created),
    }
    changes: dict[str, Any] = {f"{FORM}{name}": value for name, value in submission.facts.items()}
    changes["updated_at"] = created
    (changes if latest else once).update(last_touch=touch, last_submission=submission.submission_id)
    return Update(
        lead_key(lead_id),
        set=changes,
        set_once=once,
        add={"version": 1, "submissions": 1},
        condition=condition,
    )


def onward(lead_id: str, found: Mapping[str, Any]) -> str | None:
    """Which lead to try instead of the one found closed; `None` when it is not closed."""
    if "redirect_to" in found:
        return str(found["redirect_to"])
    return successor(lead_id) if found.get("intake_closed") else None


def last_touched(found: Mapping[str, Any]) -> datetime:
    """When the found lead was last touched."""
    return parse_instant(found["last_touch"]["at"])


def lost() -> Busy:
    """Aliases were followed for too long: they are being changed, or form a circle."""
    return Busy("lead_moving", "This lead is being changed by others, try again")
