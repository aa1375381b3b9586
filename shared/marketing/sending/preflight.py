"""What would happen if a campaign started now (rows M2 and X4): by the same checks that are made
when it does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.customers.lists.repository import need as need_list
from shared.marketing.campaigns.audience import Place, audience_page
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import PART_SIZE
from shared.marketing.segments.repository import members_of
from shared.marketing.templates.rendering import NotRendered, render
from shared.marketing.templates.repository import need_template

from .checks import Defer, Skip, decide
from .reading import candidates
from .stored_rules import rules_in_force

EXACT: Final = 1_000
"""So many people are looked at while somebody waits; of a larger audience they are a sample."""

SHOWN: Final = 10

_LINKS: Final = {
    "company_name": "x",
    "unsubscribe_url": "https://example.com/u/x",
    "preferences_url": "https://example.com/u/x",
}


@dataclass(frozen=True, slots=True)
class Preflight:
    """`looked_at` people of the `audience`: how many would get it at once, how many not and why,
    how many later and why, and how many messages cannot be made. `exact`: they are all.

    Cost in cents and the instant the last message leaves are for the whole audience.
    """

    audience: int
    looked_at: int
    exact: bool
    sendable: int
    why_not: Mapping[str, int]
    later: Mapping[str, int]
    sample: list[str]
    cost_cents: float
    done_at: datetime


def preflight(campaign: Campaign, now: datetime) -> Preflight:
    """Look at up to a thousand of a campaign's audience. Some seven reads per fifty of them."""
    rules = rules_in_force(now)
    template = need_template(campaign.template_id).value
    why_not: Counter[str] = Counter()
    later: Counter[str] = Counter()
    sample: list[str] = []
    sendable = looked_at = 0
    latest = now
    place: Place | None = None
    while True:
        ids, place = audience_page(campaign.audience, place, PART_SIZE)
        for one in candidates(campaign, ids, 0, 0) if ids else ():
            verdict = decide(one.known, campaign.purpose, campaign.channel, rules, now)
            if isinstance(verdict, Skip):
                why_not[verdict.reason] += 1
                continue
            assert one.known.contact
            try:
                render(template, one.known.contact, _LINKS)
            except NotRendered as refused:
                why_not[f"{refused.code}:{refused.field}"] += 1
                continue
            if isinstance(verdict, Defer):
                later[verdict.reason] += 1
                latest = max(latest, verdict.until)
                continue
            sendable += 1
            if len(sample) < SHOWN:
                sample.append(one.recipient.contact_id)
        looked_at += len(ids)
        if place is None or looked_at >= EXACT:
            break
    exact = place is None
    audience = looked_at if exact else _size(campaign, looked_at)
    mails = (sendable + sum(later.values())) * audience / max(looked_at, 1)
    return Preflight(
        audience=audience,
        looked_at=looked_at,
        exact=exact,
        sendable=sendable,
        why_not=dict(why_not),
        later=dict(later),
        sample=sample,
        cost_cents=round(mails * rules.price_of_a_thousand / 1_000, 2),
        done_at=max(latest, now + timedelta(seconds=mails / rules.mails_a_second)),
    )


def _size(campaign: Campaign, looked_at: int) -> int:
    segment_id = campaign.audience.segment_id
    if segment_id:
        return max(looked_at, members_of([segment_id])[segment_id])
    return max(looked_at, need_list(str(campaign.audience.list_id)).members)
