"""What `/v1/scoring/...` takes and answers."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.platform.configuration import Version
from shared.sales.scoring.rules import RuleSet


class NewRuleSet(BaseModel):
    """A rule set to store. `version` is the newest the author has seen (0: none): 412 when
    somebody stored another one meanwhile. Without it the new one simply follows."""

    model_config = ConfigDict(extra="forbid")

    rules: RuleSet
    version: Annotated[int, Field(ge=0)] | None = None


class RuleSetSummary(BaseModel):
    """One version without its rules. `active_since` is given on the one in force."""

    version: int
    saved_by: str
    saved_at: str
    active: bool
    active_since: str | None

    @classmethod
    def of(cls, stored: Version[RuleSet]) -> Self:
        """A stored version."""
        return cls(
            version=stored.number,
            saved_by=stored.saved_by,
            saved_at=stored.saved_at,
            active=stored.active_since is not None,
            active_since=stored.active_since,
        )


class RuleSetAnswer(RuleSetSummary):
    """One version with its rules."""

    rules: RuleSet

    @classmethod
    def of(cls, stored: Version[RuleSet]) -> Self:
        """A stored version."""
        summary = RuleSetSummary.of(stored)
        return cls(rules=stored.value, **summary.model_dump())


class RuleSetPage(BaseModel):
    """Some versions, newest first, and the cursor of the next page."""

    items: list[RuleSetSummary]
    next: str | None = None


class NewDryRun(BaseModel):
    """What to try out: rules as they are, or a stored version. Exactly one of the two."""

    model_config = ConfigDict(extra="forbid")

    rules: RuleSet | None = None
    version: Annotated[int, Field(ge=1)] | None = None
