"""Giving way to more important campaigns (row M11): of messages that are due to one person whose cap
has no room for all of them, those of the higher priority leave, whichever sender comes first.

It costs a read only where the cap is nearly used up: whose turn it is with whom is in the items of
recipients, lists and segments that there are anyway. Whoever gives way waits for two days at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.customers.lists.repository import customers, member_key
from shared.kernel.clock import parse_instant
from shared.marketing.campaigns.on_the_way import OnTheWay
from shared.marketing.campaigns.repository import marketing
from shared.marketing.segments.repository import membership_key
from shared.platform.requests import Item, Key
from shared.platform.tables import Table, get_across

from .candidate import Candidate, Reach
from .checks import caps_of, room
from .recipient import Recipient, Row, from_item, recipient_key
from .rules import SendingRules

PATIENCE: Final = timedelta(hours=48)
"""Whoever gave way for so long does not any more: nobody waits for ever."""

AGAIN: Final = timedelta(minutes=15)
"""After so long it is looked again whether the other campaign has had its turn."""

PAUSED: Final = timedelta(hours=1)
"""The same of one that is paused."""

MOST: Final = 8
"""So many campaigns are looked at, the most important ones."""

_AT_ONCE: Final = 100


def giving_way(
    asked: Sequence[Candidate], others: Sequence[OnTheWay], rules: SendingRules, now: datetime
) -> list[Candidate]:
    """The same people, with when messages of the `others` are awaited for those whose cap may not
    have room for all of them."""
    ways = {reach.way.channel for one in asked for reach in one.reaches}
    rivals = [other for other in others if other.channels & ways][:MOST]
    near = [
        one.recipient.contact_id
        for one in asked
        # What was claimed before counts in the cap already.
        if one.recipient.slot is None
        and patient_until(one.recipient, now) > now
        and any(0 < _room(reach, rules, now) <= len(rivals) for reach in one.reaches)
    ]
    found = awaited(near, rivals, now)
    return [
        _knowing(one, rivals, found[one.recipient.contact_id], now)
        if one.recipient.contact_id in found
        else one
        for one in asked
    ]


def patient_until(recipient: Recipient, now: datetime) -> datetime:
    """How long somebody's message gives way. Pure."""
    since = parse_instant(recipient.gave_way_at) if recipient.gave_way_at else now
    return since + PATIENCE


def awaited(
    contact_ids: Sequence[str], others: Sequence[OnTheWay], now: datetime
) -> Mapping[str, Mapping[str, datetime]]:
    """Of each of some people, for which of the `others` a message is still to come, and when to look
    at that again. A strong read for fifty pairs of a person and a campaign."""
    pairs = [(one, other) for one in contact_ids for other in others]
    found: dict[str, dict[str, datetime]] = {one: {} for one in contact_ids}
    for start in range(0, len(pairs), _AT_ONCE // 2):
        some = pairs[start : start + _AT_ONCE // 2]
        keys: list[tuple[Table, Key]] = []
        for one, other in some:
            keys.append((marketing, recipient_key(other.campaign_id, one)))
            keys.append(_place_in(other, one))
        items = get_across(*keys)
        for (one, other), row, place in zip(some, items[::2], items[1::2], strict=True):
            if again := _again(other, row, place, now):
                found[one][other.campaign_id] = again
    return found


def _knowing(
    one: Candidate, others: Sequence[OnTheWay], found: Mapping[str, datetime], now: datetime
) -> Candidate:
    latest = patient_until(one.recipient, now)
    reaches = []
    for reach in one.reaches:
        waits = [
            min(found[other.campaign_id], latest)
            for other in others
            if other.campaign_id in found and reach.way.channel in other.channels
        ]
        reaches.append(replace(reach, known=replace(reach.known, awaited=waits)))
    return replace(one, reaches=reaches)


def _room(reach: Reach, rules: SendingRules, now: datetime) -> float:
    return room(reach.known.sent, caps_of(reach.known, rules), now)


def _again(other: OnTheWay, row: Item | None, place: Item | None, now: datetime) -> datetime | None:
    """When to look again whether somebody's message of another campaign is still to come; `None`: it
    is not. What was claimed counts in the cap by itself. Pure."""
    if row is not None:
        state = from_item(row)
        if state.state is not Row.DEFERRED or state.until is None:
            return None
        return max(parse_instant(state.until), now) + AGAIN
    if place is None or not place.get("member", True):
        return None
    if other.paused:
        return now + PAUSED
    return max(other.starts_at or now, now) + AGAIN


def _place_in(other: OnTheWay, contact_id: str) -> tuple[Table, Key]:
    """Where it is found whether somebody is in its audience, as that is now."""
    if other.audience.list_id:
        return customers, member_key(other.audience.list_id, contact_id)
    return marketing, membership_key(contact_id, str(other.audience.segment_id))
