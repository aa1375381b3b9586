"""What the pages of leads take: filters and forms as browsers send them."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.console.reading import read
from shared.sales.hand_offs.moves import Move
from shared.sales.hand_offs.reasons import MAX_REASON_LENGTH
from shared.sales.leads.creation import NewLead
from shared.sales.leads.query import PAGING, LeadQuery
from shared.sales.leads.states import LeadState

FACT = "facts."
SEEN = "was."
"""Prefixes of form fields: a fact as typed, and as it was when the form was shown."""


def list_asked(query: Mapping[str, str], **fixed: str) -> LeadQuery:
    """The list that the address of a page asks for. Raises `Rejected`."""
    asked = {name: value for name, value in query.items() if name in LeadQuery.model_fields}
    return read(LeadQuery, {**asked, **fixed})


def filters_in(query: Mapping[str, str]) -> dict[str, str]:
    """The filters in an address, without state, order and page."""
    return {
        name: value
        for name, value in query.items()
        if value and name not in ("state", "sort", *PAGING)
    }


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")


class NewLeadForm(_Form):
    """A lead typed in."""

    source: str = Field(default="staff", pattern=r"^[\w .-]{1,100}$")
    hand_off: Literal["scored", "now"] = "scored"

    @field_validator("source", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        return value or "staff"

    def new_lead(self, form: Mapping[str, str]) -> NewLead:
        """The same for the use case."""
        return NewLead(facts_in(form), self.source, self.hand_off)


class VersionForm(_Form):
    """A form about something as it was read in `version`."""

    version: int = Field(ge=1)


class MoveForm(VersionForm):
    """What is to become of a lead."""

    to: LeadState
    reason: str | None = Field(default=None, max_length=MAX_REASON_LENGTH)
    owner_id: str | None = Field(default=None, max_length=128)

    @field_validator("reason", "owner_id", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        return (value.strip() or None) if isinstance(value, str) else value

    def move(self) -> Move:
        """The same for the use case."""
        return Move(self.to, self.version, self.reason, self.owner_id)


def facts_in(form: Mapping[str, str], prefix: str = FACT) -> dict[str, str | None]:
    """The facts a form holds, by name."""
    return {
        name.removeprefix(prefix): value.replace("\r\n", "\n")
        for name, value in form.items()
        if name.startswith(prefix)
    }


def facts_touched(form: Mapping[str, str]) -> dict[str, str | None]:
    """The facts somebody typed something else into than what the form showed them."""
    seen = facts_in(form, SEEN)
    return {
        name: value for name, value in facts_in(form).items() if value != (seen.get(name) or "")
    }
