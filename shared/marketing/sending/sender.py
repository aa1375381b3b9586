"""Sending to a part of a campaign, or to somebody who was put off: who is meant, and whether it still
goes on. How they are sent to is in `run`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.marketing.ab_tests.splitting import due
from shared.marketing.campaigns.model import Campaign, State, Way
from shared.marketing.campaigns.planning import part_done_op
from shared.marketing.campaigns.repository import load

from . import rows
from .reading import candidates
from .recipient import Row
from .run import Run

DELAYED: Final = timedelta(minutes=10)


def send_part(
    campaign_id: str, contact_ids: Sequence[str], page: int, part: int, now: datetime
) -> None:
    """Send to a part of a campaign's audience, as far as that was not done.

    Raises `AlreadyHandled` when the campaign does not go on, and `Busy` where some could not be
    sent for now: the same call goes on with those.
    """
    campaign = _going_on(campaign_id)
    now_due = due(campaign, contact_ids)
    # A part of which some wait for the winner of a test is not done.
    done = [part_done_op(campaign_id, page, part)] if len(now_due) == len(contact_ids) else []
    asked = candidates(campaign, now_due, page, part, now) if now_due else []
    if Run(campaign, now).send(asked, *done):
        raise Busy("mail_not_taken", "The provider takes no mail for now")


def send_deferred(campaign_id: str, contact_id: str, number: int, now: datetime) -> None:
    """Look again at somebody who was deferred. Raises as `send_part` does."""
    campaign = load(campaign_id)
    found = rows.load(campaign_id, contact_id, number) if campaign else None
    if campaign is None or found is None or found.state is not Row.DEFERRED:
        raise AlreadyHandled("recipient_settled")
    if found.until and found.until > iso(now):
        raise AlreadyHandled("recipient_deferred")
    if campaign.state is State.CANCELLED:
        rows.store([(found, found.next(Row.SKIPPED, reason="cancelled", settled_at=iso(now)))])
        return
    if not _may_go_on(campaign, number):
        later = found.next(Row.DEFERRED, reason=found.reason, until=iso(now + DELAYED))
        rows.store([(found, later)])
        return
    ways = ways_left(campaign, contact_id) if number > 1 else ()
    asked = candidates(
        campaign, [contact_id], found.page, found.part, now, number=number, ways=ways
    )
    if Run(campaign, now).send(asked):
        raise Busy("mail_not_taken", "The provider takes no mail for now")


def ways_left(campaign: Campaign, contact_id: str) -> Sequence[Way]:
    """The ways by which nothing was sent to somebody yet."""
    used = {one.channel for one in rows.all_of(campaign.campaign_id, contact_id) if one.provider_id}
    return [way for way in campaign.ways if way.channel not in used]


def _may_go_on(campaign: Campaign, number: int) -> bool:
    """What follows on a message that came back leaves also when the campaign is done."""
    return campaign.state is State.ACTIVE or (number > 1 and campaign.state is State.DONE)


def _going_on(campaign_id: str) -> Campaign:
    found = load(campaign_id)
    if found is None or found.state is not State.ACTIVE:
        raise AlreadyHandled("campaign_at_rest")
    return found
