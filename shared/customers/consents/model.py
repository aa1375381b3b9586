"""A consent: whether a channel may be used for a purpose, since when, and how we know."""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Channel = Literal["email", "phone", "sms", "whatsapp", "chat", "post", "any"]
"""What may be used. `any` stands for all that are not decided on their own."""

ANY: Final = "any"

Source = Literal[
    "form",
    "staff",
    "portal",
    "partner",
    "import",
    "unsubscribe",
    "complaint",
    "preferences",
    "confirmation",
]
"""Where a decision was made: by the person (on a form, in the portal, by a link in a mail, in their
mail program), or said by others."""

MAX_PURPOSE: Final = 40
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""What for, such as `marketing`: a word of the company's own."""


class ConsentState(StrEnum):
    """What was decided. `pending`: asked for, and not confirmed yet."""

    GRANTED = "granted"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"


class Evidence(BaseModel):
    """How we know. `text_version` names the wording agreed to, `address_hash` is the keyed hash
    of the network address it came from; that of a form is kept with its `submission_id`. `by` is
    the member of staff who wrote it down."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    source: Source
    text_version: str | None = None
    form_id: str | None = None
    submission_id: str | None = None
    address_hash: str | None = None
    by: str | None = None


class Consent(BaseModel):
    """One decision. `at` is when the person made it (ISO text); it stands until a later one."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    purpose: str
    channel: Channel
    state: ConsentState
    at: str
    evidence: Evidence


class Decision(Consent):
    """A decision as it stays in the log: `recorded_at` is when we learned of it."""

    entry_id: str
    recorded_at: str


def purpose_of(text: str) -> str | None:
    """The purpose that the words of a form mean: `Product news` is `product-news`. `None` when
    nothing is left of them."""
    code = re.sub(r"[^a-z0-9_]+", "-", text.strip().casefold()).strip("-_")
    code = re.sub(r"^[^a-z]+", "", code)[:MAX_PURPOSE].rstrip("-_")
    return code or None
