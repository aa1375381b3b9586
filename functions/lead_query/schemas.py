"""What `lead_query` takes and answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared.sales.hand_offs.model import HandOff
from shared.sales.leads.listing import LeadList
from shared.sales.leads.model import Lead, LeadSummary
from shared.sales.leads.submissions import submission_id_in
from shared.sales.scoring.explain import ScoreExplanation
from shared.sales.tasks.model import Task
from shared.sales.timeline.history import LeadHistory
from shared.sales.timeline.model import TimelineEntry


class LeadPage(BaseModel):
    """Some leads in short; `next` is the cursor of those that follow. `truncated`: only the
    newest of more leads than can be sorted were looked at."""

    items: list[LeadSummary]
    next: str | None
    truncated: bool

    @classmethod
    def of(cls, page: LeadList) -> "LeadPage":
        """The page of a list."""
        return cls(items=page.items, next=page.next, truncated=page.truncated)


class LeadView(Lead):
    """A lead. `contact_id` is the record of its person, where there is one."""

    contact_id: str | None

    @classmethod
    def of(cls, lead: Lead, contact_id: str | None) -> "LeadView":
        """The view of a lead whose contact is known."""
        known = {name: getattr(lead, name) for name in Lead.model_fields}
        return cls(**known, contact_id=contact_id)


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


class HistoryPage(BaseModel):
    """A lead and what happened to it (see `LeadHistory`); `next` is the cursor of what is older."""

    lead: Lead
    score: ScoreExplanation
    waiting: HandOff | None
    tasks: list[Task]
    entries: list[TimelineEntry]
    next: str | None
    complete: bool

    @classmethod
    def of(cls, history: LeadHistory) -> "HistoryPage":
        """The page of a history."""
        return cls(**{name: getattr(history, name) for name in cls.model_fields})
