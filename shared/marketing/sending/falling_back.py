"""What follows on a message that came back for good: the next attempt, by the next of the
campaign's ways (row M5)."""

from dataclasses import replace
from datetime import datetime

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import load

from . import rows
from .reading import candidates
from .recipient import Recipient, Row
from .run import Run
from .sender import DELAYED, ways_left


def fall_back(campaign_id: str, contact_id: str, claim: str, now: datetime) -> None:
    """Send to somebody, whose message with the mark `claim` came back, by the next way that they
    agreed to, at once; where there is none, what became of the first message stands.

    In a campaign that is paused it waits until that is over. Raises `AlreadyHandled` when there is
    nothing to do, and `Busy` where the provider takes nothing for now.
    """
    campaign = load(campaign_id)
    if campaign is None or campaign.state not in (State.ACTIVE, State.PAUSED, State.DONE):
        raise AlreadyHandled("campaign_at_rest")
    found = rows.all_of(campaign_id, contact_id)
    came_back = next((one for one in found if one.claim == claim), None)
    ways = ways_left(campaign, contact_id)
    if came_back is None or not ways:
        raise AlreadyHandled("no_other_way")
    number = came_back.number + 1
    if campaign.state is State.PAUSED:
        _wait(found, came_back, number, now)
        return
    asked = candidates(
        campaign, [contact_id], came_back.page, came_back.part, now, number=number, ways=ways
    )
    following = [replace(one, recipient=_following(one.recipient, came_back)) for one in asked]
    if Run(campaign, now).send(following):
        raise Busy("mail_not_taken", "The provider takes no messages for now")


def _following(recipient: Recipient, before: Recipient) -> Recipient:
    if recipient.revision:
        return recipient
    return replace(recipient, stands_for=before.counts_as)


def _wait(found: list[Recipient], before: Recipient, number: int, now: datetime) -> None:
    if any(one.number == number for one in found):
        raise AlreadyHandled("recipient_known")
    new = Recipient(
        before.campaign_id,
        before.contact_id,
        before.channel,
        before.page,
        before.part,
        number=number,
        stands_for=before.counts_as,
    )
    until = iso(now + DELAYED)
    rows.store([(new, new.next(Row.DEFERRED, reason="paused", until=until))])
