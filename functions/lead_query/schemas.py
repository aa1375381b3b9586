"""What `lead_query` takes and answers."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from shared.sales.leads.model import LeadSummary
from shared.sales.leads.states import LeadState
from shared.sales.leads.submissions import submission_id_in


class ListQuery(BaseModel):
    """Which leads: of an `owner` (a staff id or `me`), or of everybody in a `state` (`new` when
    neither is given)."""

    state: LeadState | None = None
    owner: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    cursor: str | None = None


class LeadPage(BaseModel):
    """Some leads in short; `next` is the cursor of those that follow."""

    items: list[LeadSummary]
    next: str | None


class SubmissionView(BaseModel):
    """One submission: what was answered, from where, and what was agreed to."""

    submission_id: str
    received_at: str
    form_id: str | None
    staff_id: str | None
    answers: dict[str, str]
    touch: dict[str, str]
    consent: dict[str, str] | None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "SubmissionView":
        """The view of a stored submission."""
        return cls(
            submission_id=submission_id_in(item),
            received_at=item["received_at"],
            form_id=item.get("form_id"),
            staff_id=item.get("staff_id"),
            answers=item["answers"],
            touch=item.get("touch", {}),
            consent=item.get("consent"),
        )


class SubmissionPage(BaseModel):
    """Some submissions; `next` is the cursor of those that follow."""

    items: list[SubmissionView]
    next: str | None
