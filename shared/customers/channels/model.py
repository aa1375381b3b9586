"""The list of channels as configuration."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .touch_points import TouchPoint

MAX_CHANNELS: Final = 200

WEB_FORM: Final = "web_form"
WEBSITE: Final = "website"
EMAIL: Final = "email"
PORTAL: Final = "portal"

OURS: Final = frozenset({WEB_FORM, WEBSITE, EMAIL, PORTAL})
"""The product itself reports under these: they may be renamed, never taken away."""

_MODEL: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)

ChannelId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Channel(BaseModel):
    """A way people and the company meet, such as `call_centre`; of exactly one type."""

    model_config = _MODEL

    channel_id: ChannelId
    title: Title
    touch_point: TouchPoint


class Channels(BaseModel):
    """All channels there are, as one versioned configuration.

    What happened on a channel keeps its type, whatever becomes of the channel later.
    """

    model_config = _MODEL

    channels: tuple[Channel, ...] = Field(max_length=MAX_CHANNELS)

    def by_id(self) -> dict[str, Channel]:
        """The channels by their ids."""
        return {one.channel_id: one for one in self.channels}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [one.channel_id for one in self.channels]
        if len(set(ids)) != len(ids):
            raise ValueError("channel ids must differ")
        if missing := OURS - set(ids):
            names = ", ".join(sorted(missing))
            raise ValueError(f"the product itself reports under {names}: they must stay")
        return self
