"""Why an address must not be written to."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Reason(StrEnum):
    """What happened. `soft_bounces`: messages came back too often; `erased`: the person wanted
    nothing to be kept of them."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    ERASED = "erased"


class Suppression(BaseModel):
    """One address, for one purpose or (`None`) for everything. `reasons` are all there were,
    `since` is the instant of the first."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    purpose: str | None
    reasons: frozenset[Reason]
    since: str
