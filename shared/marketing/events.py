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


class MessageSent(MarketingEvent):
    """A person's message of a campaign left: the provider took it. `claim` is the message's own
    mark."""

    campaign_id: str
    contact_id: str
    channel: str
    claim: str


class MessageFailed(MarketingEvent):
    """A person's message of a campaign cannot be made, or will never be taken. `claim` is missing
    where it was not even tried."""

    campaign_id: str
    contact_id: str
    channel: str
    claim: str | None = None
    reason: str


class MessageCancelled(MarketingEvent):
    """A message that waited for its time is not sent after all, for `reason`: its consent was
    withdrawn, or its campaign cancelled."""

    campaign_id: str
    contact_id: str
    channel: str
    reason: str


class MessageDelivered(MarketingEvent):
    """A message arrived, as the provider says."""

    campaign_id: str
    contact_id: str
    channel: str
    claim: str


class MessageBounced(MarketingEvent):
    """A message came back. `permanent`: the address will never take one; `reason` is the
    provider's word for it."""

    campaign_id: str
    contact_id: str
    channel: str
    claim: str
    permanent: bool
    reason: str


class MessageComplained(MarketingEvent):
    """Somebody called a message unwanted in their mail program. `reason` is the provider's word
    for it."""

    campaign_id: str
    contact_id: str
    channel: str
    claim: str
    reason: str


class MessageHit(MarketingEvent):
    """Something asked for a message's pixel or followed one of its links; whether it was a person
    is decided a little later. What exactly is read from the record."""

    campaign_id: str
    contact_id: str
    hit_id: str


class MessageOpened(MarketingEvent):
    """A message was opened, `human` percent likely by a person. `reason` says what that follows
    from."""

    campaign_id: str
    contact_id: str
    hit_id: str
    human: int
    reason: str


class MessageClicked(MarketingEvent):
    """A link of a message was followed, `human` percent likely by a person. `link` is its number
    within the campaign, 0 one that people do not see."""

    campaign_id: str
    contact_id: str
    hit_id: str
    link: int
    human: int
    reason: str


class AddressFileRequested(MarketingEvent):
    """Somebody wants a campaign's list of people as a file. What exactly is read from the record."""

    campaign_id: str
    file_id: str


class ResponseCodeUsed(MarketingEvent):
    """Somebody named the code of the letter or call that a campaign meant for a contact: what
    `kind` of thing (`order`, `purchase`, `interaction`) and `reference` say is owed to it. An
    order says what it is worth, in the currency's minor unit."""

    campaign_id: str
    contact_id: str
    code: str
    kind: str
    reference: str
    amount_minor: int | None = None
    currency: str | None = None


class Converted(MarketingEvent):
    """A person did what campaigns are meant to lead to, after a touch of these. `event` is
    `purchase`, `form` or `interaction`; the amount is in the currency's minor unit, below zero for
    what was brought back."""

    contact_id: str
    deed_id: str
    event: str
    campaign_ids: list[str]
    amount_minor: int = 0
    currency: str = ""


class WinnerChosen(MarketingEvent):
    """Of the mails a campaign tries, the rest of its audience gets this one. `by` is a person,
    `test` (it is better) or `policy` (none is)."""

    campaign_id: str
    variant: str
    by: str
