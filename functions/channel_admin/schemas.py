"""What `/v1/channels` takes and answers."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.customers.channels.model import Channels
from shared.customers.channels.results import MAX_MONTHS, ChannelResult, months
from shared.customers.channels.touch_points import (
    CLASS_OF,
    TITLES,
    TouchPoint,
    TouchPointClass,
)

Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class ChannelView(BaseModel):
    """A channel with its type's class."""

    channel_id: str
    title: str
    touch_point: TouchPoint
    touch_point_class: TouchPointClass


class TouchPointView(BaseModel):
    """One of the 15 types."""

    touch_point: TouchPoint
    title: str
    touch_point_class: TouchPointClass


class ChannelList(BaseModel):
    """All channels (`version` 0: as delivered) and the types a channel may be of."""

    version: int
    channels: list[ChannelView]
    touch_points: list[TouchPointView]

    @classmethod
    def of(cls, version: int, known: Channels) -> Self:
        """The list of a version."""
        return cls(
            version=version,
            channels=[
                ChannelView(**one.model_dump(), touch_point_class=CLASS_OF[one.touch_point])
                for one in known.channels
            ],
            touch_points=[
                TouchPointView(touch_point=one, title=TITLES[one], touch_point_class=known_as)
                for one, known_as in CLASS_OF.items()
            ],
        )


class ChannelsBody(Channels):
    """The whole list, saved as the version after `version` (0: there is none yet)."""

    version: Annotated[int, Field(ge=0, le=999_999)]

    def channels_given(self) -> Channels:
        """The list alone."""
        return Channels(channels=self.channels)


class Saved(BaseModel):
    """The version that is in force now."""

    version: int


class ReportQuery(BaseModel):
    """`?from=2025-01&to=2025-06`: months (UTC) in which it happened."""

    model_config = ConfigDict(populate_by_name=True)

    first: Month = Field(alias="from")
    last: Month = Field(alias="to")

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if not 1 <= len(months(self.first, self.last)) <= MAX_MONTHS:
            raise ValueError(f"a report covers 1 to {MAX_MONTHS} months")
        return self


class Report(BaseModel):
    """The results of each channel in each month it has any, by month and channel."""

    items: list[ChannelResult]
