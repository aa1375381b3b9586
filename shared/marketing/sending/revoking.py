"""A consent is withdrawn: what waits for its time and relied on it is cancelled at once (row X9).

What does not wait needs nothing: everybody is decided on when their message leaves.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.kernel.clock import iso
from shared.marketing.campaigns.repository import load, marketing

from . import rows
from .checks import Skip
from .choosing import choose
from .reading import candidates
from .recipient import Recipient, Row, Step, from_item
from .rules import MAX_DAYS
from .sender import ways_left
from .stored_rules import rules_in_force

_WAITS: Final = timedelta(days=MAX_DAYS + 1)
"""Nobody is put off for longer."""


def revoke(contact_id: str, purpose: str, now: datetime) -> list[Recipient]:
    """Cancel the messages for `purpose` that wait for somebody and that nothing allows any more, in
    every campaign; which ones. What another way may still bring waits on.

    A query, and some reads for each message that waits. One that was put off just now may not be
    found yet: it is decided on when its time comes.
    """
    steps = [
        step
        for found in _waiting(contact_id, now)
        if (step := _cancelled(found, purpose, now)) is not None
    ]
    lost = rows.store(steps)
    return [after for before, after in steps if before not in lost]


def _waiting(contact_id: str, now: datetime) -> list[Recipient]:
    listed = marketing.query_all(
        f"CONTACT#{contact_id}", index="by_contact", beyond=iso(now - _WAITS)
    )
    keys = [{"pk": one["pk"], "sk": one["sk"]} for one in listed if one["state"] == Row.DEFERRED]
    found = [from_item(item) for item in marketing.get_many(keys)] if keys else []
    return [one for one in found if one.state is Row.DEFERRED]


def _cancelled(found: Recipient, purpose: str, now: datetime) -> Step | None:
    campaign = load(found.campaign_id)
    if campaign is None or campaign.purpose != purpose:
        return None
    ways = ways_left(campaign, found.contact_id) if found.number > 1 else ()
    (one,) = candidates(
        campaign, [found.contact_id], found.page, found.part, now, number=found.number, ways=ways
    )
    verdict = choose(campaign, one, rules_in_force(now), now).verdict
    if not isinstance(verdict, Skip) or one.recipient.state is not Row.DEFERRED:
        return None
    known = {"reason": verdict.reason, "slot": None, "settled_at": iso(now)}
    return one.recipient, one.recipient.next(Row.SKIPPED, **known)
