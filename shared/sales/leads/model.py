"""A lead as the rest of the product sees it."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from .states import LeadState

FORM: Final = "form_"
STAFF: Final = "staff_"
"""Prefixes of stored facts: what a form claimed and what staff set. Staff's word wins, and an
anonymous form never overwrites it."""

STANDARD_FACTS: Final = (
    "first_name",
    "last_name",
    "company",
    "job_title",
    "email",
    "phone",
    "country",
)


class Touch(BaseModel):
    """Where a visitor came from: UTM parameters, referrer and landing page, and when."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    at: str
    form_id: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    referrer: str | None = None
    landing_page: str | None = None


class LeadSummary(BaseModel):
    """A lead as lists show it. Instants are ISO text, points are text with two decimals.

    `facts` are the effective values by field name (staff's before a form's). `cycle` counts
    qualification cycles from 1; `owner_id` is who works on it; `version` grows with each change.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    lead_id: str
    state: LeadState
    facts: dict[str, str]
    source: str | None = None
    owner_id: str | None = None
    fit: str = "0"
    engagement: str = "0"
    score: str = "0"
    cycle: int = 1
    created_at: str
    updated_at: str
    version: int


class Lead(LeadSummary):
    """One person who may buy, with all that is stored of them."""

    team_id: str | None = None
    submissions: int = 0
    first_touch: Touch | None = None
    last_touch: Touch | None = None
    tags: list[str] = Field(default_factory=list)


def effective_facts(item: Mapping[str, Any]) -> dict[str, str]:
    """The facts of a stored lead: every `form_` value, overlaid with the `staff_` ones."""
    facts: dict[str, str] = {}
    for prefix in (FORM, STAFF):
        for name, value in item.items():
            if name.startswith(prefix):
                facts[name.removeprefix(prefix)] = str(value)
    return facts
