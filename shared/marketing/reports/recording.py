"""Hearing what came of messages: hits are judged, counted, and become what the person did.

A queue holds a hit back for a minute, so that what a scanner does after it is seen with it. All of
a message is one transaction: its hits with the verdict and the event that says it, what came of the
message, and the campaign's figures. What a person did, in their history and for points and
segments, is written down after that, under an id it has however often that is done.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import save_new
from shared.customers.consents.model import ANY, Consent
from shared.customers.consents.repository import CONSENT
from shared.customers.consents.standing import by_key
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.customers.identity import lead_id_of, symbols_of
from shared.customers.privacy.erasures import ERASED, not_erased_since
from shared.customers.retention.repository import rules_in_force
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import Busy
from shared.marketing.campaigns.repository import marketing
from shared.marketing.events import MessageClicked, MessageHit, MessageOpened
from shared.marketing.sending import rows
from shared.marketing.sending.checks import TRACKING, may_be_tracked
from shared.marketing.tracking import hits
from shared.marketing.tracking.hits import HIT, Hit
from shared.marketing.tracking.human import judge
from shared.platform.batch_writes import delete_all
from shared.platform.requests import Condition, Item, Key, Op, Update
from shared.platform.tables import Table, get_across
from shared.platform.writes import ConditionFailed

from .engagement import Engagement
from .repository import engagement_key, ops_of, touch_op
from .repository import from_item as engagement_from

CHANNEL: Final = "email"
"""Only mails have a pixel and links that are followed through us."""

_ATTEMPTS: Final = 6

_UNJUDGED: Final = Condition(
    "hit_unjudged",
    "attribute_exists(#pk) AND attribute_not_exists(#human)",
    "a hit counts once, however often it is heard of",
)


@dataclass(frozen=True, slots=True)
class _Message:
    """One message to one person, what is known of it, and what asked for it so far."""

    engagement: Engagement
    sent_at: datetime | None
    subject_id: str
    links: int
    hits: Sequence[Hit]
    wanted: bool
    """Whether what it does is to be kept: the message is known, and nobody said no."""


def record_hits(facts: Sequence[MessageHit], now: datetime) -> None:
    """Judge and count the hits of a batch, at most ten. Two queries, a read and a write per message;
    one more write for what all of them did. Raises `Busy`."""
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in facts:
        asked[fact.campaign_id, fact.contact_id].add(fact.hit_id)
    behaviours: dict[tuple[str, str], Behaviour] = {}
    for (campaign_id, contact_id), hit_ids in asked.items():
        for one in _record(campaign_id, contact_id, hit_ids, now):
            behaviours.setdefault((one.subject_id, one.behaviour_id), one)
    if behaviours:
        kept = rules_in_force(now).behaviour_days
        save_new(list(behaviours.values()), kept_days=kept)


def _record(
    campaign_id: str, contact_id: str, hit_ids: Collection[str], now: datetime
) -> list[Behaviour]:
    for _ in range(_ATTEMPTS):
        known = _read(campaign_id, contact_id)
        ours = [one for one in known.hits if one.hit_id in hit_ids]
        if not known.wanted:
            delete_all(marketing, (one.key for one in ours))
            return []
        judged = [
            replace(one, human=said.human, reason=said.reason)
            for one in ours
            if one.human is None
            for said in [judge(one, known.hits, known.sent_at, known.links)]
        ]
        done = [one for one in ours if one.human is not None]
        try:
            if judged:
                _store(known.engagement, judged)
        except ConditionFailed as refused:
            if ERASED in refused.conditions:
                delete_all(marketing, (one.key for one in ours))
                return []
            continue
        return [_behaviour(known.subject_id, one, now) for one in (*done, *judged)]
    raise Busy("contended", "This message is being looked at by others, try again")


def _store(before: Engagement, judged: Sequence[Hit]) -> None:
    """Store what was judged, and count it. Raises `ConditionFailed`."""
    after, ops = before, list[Op]()
    for hit in judged:
        after = after.with_hit(hit)
        if hit.by_person and (touched := after.touch(hit.kind, hit.at)):
            after = touched
            ops.append(touch_op(after, hit.kind, iso(hit.at)))
        verdict = {"human": hit.human, "reason": hit.reason}
        event = _event(hit)
        ops.append(
            Update(hit.key, set=verdict, remove=("agent",), condition=_UNJUDGED, events=[event])
        )
    kept = not_erased_since(after.contact_id, iso(max(one.at for one in judged)))
    marketing.write(*ops_of(before, after), *ops, beside=[(customers, kept)])


def _event(hit: Hit) -> MessageOpened | MessageClicked:
    about = {
        "event_id": f"{hit.kind}_{hit.hit_id}",
        "occurred_at": hit.at,
        "campaign_id": hit.campaign_id,
        "contact_id": hit.contact_id,
        "hit_id": hit.hit_id,
        "human": hit.human,
        "reason": hit.reason,
    }
    if hit.kind == "opened":
        return MessageOpened.model_validate(about)
    return MessageClicked.model_validate({**about, "link": hit.link})


def _behaviour(subject_id: str, hit: Hit, now: datetime) -> Behaviour:
    """What the person did, or a robot in their name: of a kind, a link and a day it is one."""
    who = "p" if hit.by_person else "r"
    return Behaviour(
        subject_id=subject_id,
        behaviour_id=f"{hit.campaign_id}.{hit.kind}.{hit.link}.{who}.{hit.at:%Y-%m-%d}",
        name=f"email_{hit.kind}",
        occurred_at=iso(hit.at),
        recorded_at=iso(now),
        object_id=hit.campaign_id,
        properties={"link": str(hit.link)} if hit.kind == "clicked" else {},
        human=hit.by_person,
        source="signed",
    )


def _read(campaign_id: str, contact_id: str) -> _Message:
    whose = contact_key(contact_id)["pk"]
    keys: list[tuple[Table, Key]] = [
        (marketing, engagement_key(campaign_id, contact_id)),
        (marketing, hits.links_key(campaign_id)),
        (customers, contact_key(contact_id)),
        *((customers, {"pk": whose, "sk": f"{CONSENT}{TRACKING}#{one}"}) for one in (CHANNEL, ANY)),
    ]
    engagement, links, contact, *consents = get_across(*keys)
    messages = rows.all_of(campaign_id, contact_id)
    mail = next((one for one in messages if one.channel == CHANNEL and one.claimed_at), None)
    found = marketing.query_all(whose, begins=f"{HIT}{campaign_id}#", consistent=True)
    stands = by_key(Consent.model_validate(one) for one in consents if one)
    variant = mail.variant if mail else None
    return _Message(
        engagement=engagement_from(engagement)
        if engagement
        else Engagement(campaign_id, contact_id, CHANNEL, variant),
        sent_at=parse_instant(mail.claimed_at) if mail and mail.claimed_at else None,
        subject_id=_subject(contact_id, contact),
        links=len(links["addresses"]) if links else 0,
        hits=[hits.from_item(one) for one in found],
        wanted=mail is not None and may_be_tracked(stands),
    )


def _subject(contact_id: str, contact: Item | None) -> str:
    """The lead that points are given to: that of the address the mail went to."""
    email = from_item(contact).email if contact and "merged_into" not in contact else None
    return lead_id_of("email", email) if email else f"lead_{symbols_of(contact_id)}"
