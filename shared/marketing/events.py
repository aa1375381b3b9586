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


class CampaignStarted(MarketingEvent):
    """A campaign began: who gets it is written down next, and mails leave."""

    campaign_id: str
    by: str


class CampaignPaused(MarketingEvent):
    """No more messages of a campaign leave, until it is resumed."""

    campaign_id: str
    by: str


class CampaignResumed(MarketingEvent):
    """A campaign goes on where it was."""

    campaign_id: str
    by: str


class CampaignCancelled(MarketingEvent):
    """No more messages of a campaign leave, ever."""

    campaign_id: str
    by: str


class CampaignFinished(MarketingEvent):
    """Everybody of a campaign's audience has a message or a recorded reason."""

    campaign_id: str
    audience: int
    sent: int
    skipped: int
    failed: int
    unknown: int
