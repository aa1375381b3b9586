"""How long things are kept, as the company decides."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=1, le=3_660)]


class RetentionRules(BaseModel):
    """Days that things are kept; `null`: until somebody has them erased.

    `deleted_contacts_days`: contacts that were put away, from then on. `behaviour_days`: what
    visitors of pages did, as reported; what counted for a person is in their history by then.
    Rules look at the last thirty days, so it is kept for at least as long. `quarantine_days`:
    submissions that look automatic. A rule holds for what is put away or comes in from now on;
    for contacts also for those put away before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    deleted_contacts_days: Days | None = 90
    behaviour_days: Annotated[int, Field(ge=31, le=3_660)] | None = 400
    quarantine_days: Annotated[int, Field(ge=1, le=90)] = 90


DEFAULT: Final = RetentionRules()
"""Holds where nobody decided otherwise."""


def expiry(at: datetime, days: int) -> int:
    """When something stored at `at` goes, as tables count (epoch seconds)."""
    return int((at + timedelta(days=days)).timestamp())
