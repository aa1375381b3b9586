"""A test of several mails within a campaign (row M16)."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

TemplateId = Annotated[str, StringConstraints(pattern=r"^template_[0-9A-HJKMNP-TV-Z]{26}$")]
Metric = Literal["opened", "clicked", "converted"]

NAMES: Final = "abcde"

BY_TEST: Final = "test"
BY_POLICY: Final = "policy"
"""Who chose a winner that no person chose: what was found, or what was said for when nothing is."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant, to how many it went, and how many of them did what was hoped for."""

    name: str
    sent: int
    reached: int

    @property
    def rate(self) -> float:
        """The share of them."""
        return self.reached / self.sent if self.sent else 0.0


class AbTestInput(BaseModel):
    """`templates` are those tried beside the campaign's own, which is variant `a`; they are `b`,
    `c` and so on. `sample_percent` of the audience get one of them by lot; `wait_hours` after
    these left, whatever more people `metric` (people, never robots) goes to the
    rest, if that is no chance with `confidence_percent`; else the first one, or whatever a person chooses
    (`without_winner`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    templates: Annotated[tuple[TemplateId, ...], Field(min_length=1, max_length=len(NAMES) - 1)]
    sample_percent: Annotated[int, Field(ge=1, le=100)]
    metric: Metric = "clicked"
    wait_hours: Annotated[int, Field(ge=1, le=30 * 24)] = 24
    confidence_percent: Annotated[int, Field(ge=50, le=99)] = 95
    without_winner: Literal["first", "person"] = "first"


class AbTest(BaseModel):
    """A test as stored with its campaign. `versions` are those of the templates when it started;
    `sampled_at` is when the sample had its mails. The winner is set once, `decided_by` a
    person, the test itself or its policy; `arms` is how the variants stood then, as what
    the rest does with the winner says nothing about the others."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    templates: tuple[str, ...]
    sample_percent: int
    metric: Metric = "clicked"
    wait_hours: int = 24
    confidence_percent: int = 95
    without_winner: Literal["first", "person"] = "first"
    versions: tuple[int, ...] = ()
    sampled_at: str | None = None
    winner: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None
    arms: tuple[Arm, ...] = ()

    @property
    def variants(self) -> str:
        """The names of the variants, one letter each."""
        return NAMES[: len(self.templates) + 1]
