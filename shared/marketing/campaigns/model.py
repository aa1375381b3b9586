"""A campaign: what for, to whom, what, and where it stands."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from shared.kernel.clock import parse_instant
from shared.marketing.ab_tests.model import AbTest, AbTestInput
from shared.marketing.attribution.rules import Goal
from shared.marketing.channels.model import ChannelName
from shared.marketing.segments.definition import Description, SegmentName
from shared.marketing.segments.rule import SegmentId

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)

ListId = Annotated[str, StringConstraints(pattern=r"^list_[0-9A-HJKMNP-TV-Z]{26}$")]
TemplateId = Annotated[str, StringConstraints(pattern=r"^template_[0-9A-HJKMNP-TV-Z]{26}$")]
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
WebhookId = Annotated[str, StringConstraints(pattern=r"^webhook_[0-9A-HJKMNP-TV-Z]{26}$")]
MAX_FALLBACKS: Final = 3
OnePer = Literal["household", "account"]
HIGHEST: Final = 9
Priority = Annotated[int, Field(ge=1, le=HIGHEST)]
ORDINARY: Final = 5
CodePrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
_FIRST_ZONE: Final = timedelta(hours=14)
"""Nowhere is it later than so much after UTC."""


def _is_a_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


LocalTime = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"),
    AfterValidator(_is_a_time),
]
"""A time on whoever's clock, such as `2026-12-01T09:00`."""

Minor = Annotated[int, Field(ge=0, le=10**12)]
"""An amount in the currency's minor unit."""


class State(StrEnum):
    """Where a campaign stands; `states.MOVES` says what may follow."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Audience(BaseModel):
    """Who gets it: whoever is in a segment, or on a list, when it starts."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    segment_id: SegmentId | None = None
    list_id: ListId | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.segment_id is None) == (self.list_id is None):
            raise ValueError("an audience is a segment or a list")
        return self


class WayInput(BaseModel):
    """A way to reach people: by which channel, with what words, and by which program where the
    channel is `webhook`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    channel: ChannelName = "email"
    template_id: TemplateId | None = None
    webhook_id: WebhookId | None = None


class Way(BaseModel):
    """The same as stored; `template_version` is set when the campaign starts."""

    model_config = _STORED

    channel: ChannelName
    template_id: str | None = None
    template_version: int | None = None
    webhook_id: str | None = None


class CampaignInput(WayInput):
    """What people say of a campaign. `purpose` is what its recipients must have agreed to.
    `start_at` starts it by itself; with `local_at`, a time without zone, it does so when that time
    comes in the first zone of the world, and each person gets it when it comes in their own, or
    later.

    `fallbacks` are further ways, in this order, for whoever cannot be reached by the first, or
    whose mail comes back. `preferred_first`: the channel somebody likes comes before all others.

    `cost` is what it costs beside its messages, `budget` what it may.

    With `one_per` a household (who share a postal address, or the number that is called), or an
    account, gets one message: its main contact if one is named and in the audience, otherwise
    whoever of them comes first. Rows of lists have response codes that begin with `code_prefix`,
    which belongs to one campaign.

    Where somebody's cap has no room for all that is due to them, campaigns of a higher `priority`
    (1 to 9) go first.

    `goal` is what counts as reached because of it.

    With `ab_test` several mails are tried on a part of the audience first.

    With `tracking` it is noted who opens its mails and follows which of their links, but of nobody
    who said no to that (the purpose `tracking`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: SegmentName
    objective: Description = ""
    audience: Audience
    fallbacks: Annotated[tuple[WayInput, ...], Field(max_length=MAX_FALLBACKS)] = ()
    preferred_first: bool = True
    one_per: OnePer | None = None
    code_prefix: CodePrefix | None = None
    priority: Priority = ORDINARY
    purpose: Purpose = "marketing"
    budget: Minor | None = None
    cost: Minor | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    start_at: AwareDatetime | None = None
    local_at: LocalTime | None = None
    tracking: bool = False
    goal: Goal = Field(default_factory=Goal)
    ab_test: AbTestInput | None = None

    @model_validator(mode="after")
    def _starts_by_one_clock(self) -> Self:
        if self.start_at and self.local_at:
            raise ValueError("it starts at one time, or at a time of each clock")
        return self


class Campaign(BaseModel):
    """A campaign as stored. Instants are ISO text. `template_version` is set when it starts: what
    is changed of the template later is not sent.

    While its audience is written down, `frozen` is false and `place` is where the next page
    begins; `pages`, `audience_size` and, of a test, `sample_size` are those so far. What was queued before `resumed_at` and is
    not done is to be queued again. `version` grows with what people change, `step` with each page.
    """

    model_config = _STORED

    campaign_id: str
    name: str
    objective: str = ""
    audience: Audience
    channel: ChannelName = "email"
    template_id: str | None = None
    template_version: int | None = None
    webhook_id: str | None = None
    fallbacks: tuple[Way, ...] = ()
    preferred_first: bool = True
    one_per: OnePer | None = None
    code_prefix: str | None = None
    priority: int = ORDINARY
    purpose: str = "marketing"
    budget: int | None = None
    cost: int | None = None
    currency: str = "EUR"
    start_at: str | None = None
    local_at: str | None = None
    tracking: bool = False
    goal: Goal = Field(default_factory=Goal)
    ab_test: AbTest | None = None
    state: State = State.PLANNED
    created_at: str
    created_by: str
    started_at: str | None = None
    started_by: str | None = None
    ended_at: str | None = None
    frozen: bool = False
    place: dict[str, str] | None = None
    pages: int = 0
    audience_size: int = 0
    sample_size: int = 0
    step: int = 0
    resumed_at: str | None = None
    request_hash: str = ""
    version: int = 1

    @property
    def starts_at(self) -> datetime | None:
        """When it starts by itself."""
        if self.start_at:
            return parse_instant(self.start_at)
        return self.local_time and self.local_time.replace(tzinfo=UTC) - _FIRST_ZONE

    @property
    def local_time(self) -> datetime | None:
        """Before this time of their own clock nobody gets it."""
        return datetime.fromisoformat(self.local_at) if self.local_at else None

    @property
    def ways(self) -> tuple[Way, ...]:
        """By what it reaches people, the first one first."""
        first = Way(
            channel=self.channel,
            template_id=self.template_id,
            template_version=self.template_version,
            webhook_id=self.webhook_id,
        )
        return (first, *self.fallbacks)
