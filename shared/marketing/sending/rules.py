"""How often and when people may be written to, for all campaigns. Pure."""

from datetime import time
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.marketing.attribution.rules import AttributionRules
from shared.marketing.channels.model import CHANNELS
from shared.marketing.channels.prices import Prices

MAX_DAYS: Final = 31

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Cap(BaseModel):
    """At most `times` messages to a person by a channel within any `days`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    times: Annotated[int, Field(ge=1, le=100)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]


class SendingRules(Prices):
    """Caps hold all together. What is too much is sent as soon as it is not any more (`defer`), or
    not at all (`drop`). Between `quiet_from` and `quiet_to`, by the person's own clock (or that of
    `zone` where it is not known), nothing is sent.

    After `soft_bounces.times` messages that came back for now within its days, an address gets no
    more marketing.

    `attribution` says what of campaigns counts as having led people to something.

    No more than so many of each kind leave a second, of all campaigns together; that and the
    prices are the provider's, and foretell when a campaign is done and what it costs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    caps: Annotated[tuple[Cap, ...], Field(max_length=5)] = (Cap(times=4, days=7),)
    overflow: Literal["defer", "drop"] = "defer"
    quiet_from: Clock = "21:00"
    quiet_to: Clock = "09:00"
    zone: Annotated[str, StringConstraints(min_length=1, max_length=60)] = "UTC"
    soft_bounces: Cap = Cap(times=5, days=14)
    attribution: AttributionRules = Field(default_factory=AttributionRules)
    mails_a_second: Annotated[float, Field(gt=0, le=100_000)] = 10
    texts_a_second: Annotated[float, Field(gt=0, le=100_000)] = 20

    @property
    def quiet(self) -> tuple[time, time]:
        """From when and until when nothing is sent."""
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)

    def seconds_of(self, channel: str) -> float:
        """How long a message by a channel takes the provider."""
        if CHANNELS[channel].placed:
            return 0
        return 1 / (self.texts_a_second if channel == "sms" else self.mails_a_second)
