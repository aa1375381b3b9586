"""By which of a campaign's ways somebody is reached (row M5). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.marketing.campaigns.model import Campaign
from shared.marketing.channels.model import PREFERRED

from .candidate import Candidate, Reach
from .checks import Defer, Go, Verdict, decide
from .rules import SendingRules


@dataclass(frozen=True, slots=True)
class Choice:
    """A way, and what is to be done by it."""

    reach: Reach
    verdict: Verdict


def choose(campaign: Campaign, one: Candidate, rules: SendingRules, now: datetime) -> Choice:
    """The first way by which a message may leave now: the person's own preference before the
    campaign's order. Where none does, the one that may the soonest; where none ever may, the first
    one, with its reason. What is claimed already stays with its channel."""
    purpose, local_time = campaign.purpose, campaign.local_time
    found = [
        Choice(reach, decide(reach.known, purpose, reach.way.channel, rules, now, local_time))
        for reach in _in_order(campaign, one)
    ]
    for choice in found:
        if isinstance(choice.verdict, Go):
            return choice
    waiting = [choice for choice in found if isinstance(choice.verdict, Defer)]
    return min(waiting, key=_until, default=found[0])


def _in_order(campaign: Campaign, one: Candidate) -> Sequence[Reach]:
    bound = one.recipient.channel if one.recipient.slot else None
    if bound:
        return [reach for reach in one.reaches if reach.way.channel == bound]
    liked = PREFERRED.get(one.contact.preferred_channel or "") if one.contact else None
    if not campaign.preferred_first or liked is None:
        return one.reaches
    return sorted(one.reaches, key=lambda reach: reach.way.channel != liked)


def _until(choice: Choice) -> datetime:
    assert isinstance(choice.verdict, Defer)
    return choice.verdict.until
