"""What happens in marketing, as other areas may know it."""

from typing import ClassVar

from shared.kernel.events import DomainEvent


class MarketingEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "marketing"


class SegmentEntered(MarketingEvent):
    """A contact is in a segment now, by the version of its rule that is named."""

    segment_id: str
    contact_id: str
    segment_version: int


class SegmentLeft(MarketingEvent):
    """A contact is in a segment no longer."""

    segment_id: str
    contact_id: str
    segment_version: int
