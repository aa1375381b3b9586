"""What counts as a touch, and how fast touches fade. Pure."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

TouchKind = Literal["clicked", "opened", "sent"]

Named = Literal["named"]
"""Somebody named the code of a letter or call: a touch of what they named it for, whatever else
counts as one."""

MOST_DAYS: Final = 90


class AttributionRules(BaseModel):
    """Of which kinds a touch is (clicks and opens are those of people), and in how many days it
    counts half by `time_decay`. It holds for what people do from now on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    touches: Annotated[tuple[TouchKind, ...], Field(min_length=1, max_length=3)] = ("clicked",)
    half_life_days: Annotated[float, Field(gt=0, le=365, allow_inf_nan=False)] = 7

    @property
    def half_life(self) -> timedelta:
        """After so long a touch counts half."""
        return timedelta(days=self.half_life_days)


class Goal(BaseModel):
    """What a campaign is meant to lead to: that its people buy something, send a form, or turn to
    us, within so many days of a touch. `what` narrows it: a product's id, a form's, or a kind of
    interaction."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    event: Literal["purchase", "form", "interaction"] = "purchase"
    what: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    within_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 30

    def met_by(self, event: str, what: frozenset[str]) -> bool:
        """Whether what somebody did is what was meant."""
        return event == self.event and (self.what is None or self.what in what)
