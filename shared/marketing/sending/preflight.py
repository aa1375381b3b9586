"""What would happen if a campaign started now (rows M2 and X4): by the same checks that are made
when it does."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.customers.lists.repository import need as need_list
from shared.kernel.clock import iso, parse_instant
from shared.kernel.paging import seal, unseal
from shared.marketing.campaigns.audience import Place, audience_page
from shared.marketing.campaigns.model import Audience, Campaign
from shared.marketing.campaigns.repository import PART_SIZE
from shared.marketing.campaigns.ways import with_version
from shared.marketing.channels.messages import cents_of
from shared.marketing.segments.repository import members_of
from shared.marketing.templates.rendering import NotRendered
from shared.platform.keys import key

from .candidate import Candidate
from .checks import Defer, Skip
from .choosing import choose
from .letterheads import letterhead
from .main_contacts import first_of_all
from .messages import Letterhead
from .reading import candidates
from .recipient import Row
from .rules import SendingRules
from .sharing import share_of
from .stored_rules import rules_in_force

EXACT: Final = 1_000
"""So many people are looked at while somebody waits; of a larger audience they are a sample, or
the beginning."""

SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Preflight:
    """`looked_at` people of the `audience`: how many would get it at once, how many not and why,
    how many later and why, and how many messages cannot be made. `by_channel` is by what those
    of now and later are reached. `exact`: they are all, and of those who share a message everybody
    was compared with everybody.

    Cost in cents and the instant the last message leaves are for the whole audience. `next` goes
    on with the next thousand people; what it answers is of all those looked at until then.
    """

    audience: int
    looked_at: int
    exact: bool
    sendable: int
    by_channel: Mapping[str, int]
    why_not: Mapping[str, int]
    later: Mapping[str, int]
    sample: list[str]
    cost_cents: float
    done_at: datetime
    next: str | None = None


@dataclass
class Tally:
    """What was seen so far. It travels in the cursor, so that no more is held of a large audience
    than of a small one."""

    now: datetime
    latest: datetime
    looked_at: int = 0
    sendable: int = 0
    why_not: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    cents: float = 0
    sample: list[str] = field(default_factory=list)
    shares: set[str] = field(default_factory=set)
    behind: list[Candidate] = field(default_factory=list)
    pages: int = 0

    def sealed(self, place: Place, scope: str) -> str:
        """The cursor that goes on from here."""
        counters = {name: dict(getattr(self, name)) for name in _COUNTERS}
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        known = {**counters, **numbers, "latest": iso(self.latest), "place": dict(place)}
        return seal({"seen": json.dumps(known)}, key("cursor"), scope)


_COUNTERS: Final = ("why_not", "later", "by_channel")
_NUMBERS: Final = ("looked_at", "sendable", "cents", "pages")


def _went_on(cursor: str, scope: str, now: datetime) -> tuple[Tally, Place]:
    known = json.loads(unseal(cursor, key("cursor"), scope)["seen"])
    tally = Tally(now, max(now, parse_instant(known["latest"])))
    for name in _COUNTERS:
        setattr(tally, name, Counter(known[name]))
    for name in _NUMBERS:
        setattr(tally, name, known[name])
    return tally, known["place"]


def preflight(campaign: Campaign, now: datetime, cursor: str | None = None) -> Preflight:
    """Look at up to a thousand of a campaign's audience, or at the next thousand. Some seven reads
    per fifty of them. Raises `Rejected` for a cursor of something else."""
    rules = rules_in_force(now)
    scope = f"preflight.{campaign.campaign_id}.{campaign.version}"
    place: Place | None = None
    tally = Tally(now, now)
    if cursor:
        tally, place = _went_on(cursor, scope, now)
    until = tally.looked_at + EXACT
    heads: dict[str, Letterhead] = {
        way.channel: letterhead(campaign, with_version(way), now) for way in campaign.ways
    }
    while True:
        ids, place = audience_page(campaign.audience, place, PART_SIZE)
        for one in candidates(campaign, ids, 0, 0, now) if ids else ():
            _look(campaign, heads, one, rules, tally)
        tally.looked_at += len(ids)
        if place is None or tally.looked_at >= until:
            break
    for one in tally.behind:
        _look(campaign, heads, first_of_all(one), rules, tally)
    tally.pages += 1
    if place is not None and _ends_at(campaign.audience, place):
        place = None
    whole = place is None
    audience = tally.looked_at if whole else _size(campaign, tally.looked_at)
    share = audience / max(tally.looked_at, 1)
    seconds = sum(rules.seconds_of(name) * n for name, n in tally.by_channel.items())
    return Preflight(
        audience=audience,
        looked_at=tally.looked_at,
        exact=whole and (campaign.one_per is None or tally.pages == 1),
        sendable=tally.sendable,
        by_channel=dict(tally.by_channel),
        why_not=dict(tally.why_not),
        later=dict(tally.later),
        sample=tally.sample,
        cost_cents=round(tally.cents * share, 2),
        done_at=max(tally.latest, now + timedelta(seconds=seconds * share)),
        next=tally.sealed(place, scope) if place is not None else None,
    )


def _ends_at(audience: Audience, place: Place) -> bool:
    """Whether nobody follows: a page that was filled to the last says that more may."""
    at: Place | None = place
    while at is not None:
        ids, at = audience_page(audience, at, 1)
        if ids:
            return False
    return True


def _look(
    campaign: Campaign,
    heads: Mapping[str, Letterhead],
    one: Candidate,
    rules: SendingRules,
    tally: Tally,
) -> None:
    """Decide on one person as the sender would, and make their message."""
    choice = choose(campaign, one, rules, tally.now)
    verdict, channel = choice.verdict, choice.reach.way.channel
    if isinstance(verdict, Defer) and verdict.reason == "main_contact":
        # Whether their account's main contact gets it is known when everybody was looked at.
        tally.behind.append(one)
        return
    if isinstance(verdict, Skip):
        tally.why_not[verdict.reason] += 1
        return
    assert one.contact
    whose = share_of(campaign, one.contact, channel)
    if whose in tally.shares:
        tally.why_not[f"same_{campaign.one_per}"] += 1
        return
    would_be = one.recipient.next(Row.CLAIMED, channel=channel, claimed_at=iso(tally.now))
    try:
        cents = cents_of(heads[channel], would_be, one.contact, rules)
    except NotRendered as refused:
        tally.why_not[f"{refused.code}:{refused.field}"] += 1
        return
    if whose:
        tally.shares.add(whose)
    tally.by_channel[channel] += 1
    tally.cents += cents
    if isinstance(verdict, Defer):
        tally.later[verdict.reason] += 1
        tally.latest = max(tally.latest, verdict.until)
        return
    tally.sendable += 1
    if len(tally.sample) < SHOWN:
        tally.sample.append(one.recipient.contact_id)


def _size(campaign: Campaign, looked_at: int) -> int:
    segment_id = campaign.audience.segment_id
    if segment_id:
        return max(looked_at, members_of([segment_id])[segment_id])
    return max(looked_at, need_list(str(campaign.audience.list_id)).members)
