"""Putting people on a campaign's list, instead of sending: nothing leaves, so there is nothing to
be unknown. A row, its code, its person's cap, whom it stands for, and that the consent it relies on
still stands, are one write, fifteen people in each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.marketing.address_lists import codes
from shared.marketing.address_lists.codes import Code, code_of, given_out
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import marketing
from shared.marketing.channels.prices import MILLION, Prices
from shared.platform.requests import Op
from shared.platform.writes import ConditionFailed

from . import rows
from .checks import Go
from .claiming import claim_of
from .reading import Candidate, Reach, unchanged_consents
from .rows import Row
from .sharing import FREE, share_of, share_ops

Wanted = tuple[Candidate, Reach, Go]

AT_ONCE: Final = 15
"""Each takes six operations of the hundred that a transaction has."""

_ATTEMPTS: Final = 8

MINE: Final = frozenset({"recipient_unclaimed", "recipient_unchanged"})
"""Refused where somebody else was first: then the person is dealt with."""


def place(campaign: Campaign, wanted: Sequence[Wanted], prices: Prices, now: datetime) -> int:
    """Put people on the list; how many are to be looked at again, because something about them
    changed meanwhile."""
    again = 0
    waiting = list(wanted)
    while waiting:
        batch = list(_first_of_each(campaign, waiting))[:AT_ONCE]
        waiting = [one for one in waiting if one not in batch]
        again += _place(campaign, batch, prices, now)
    return again


def _first_of_each(campaign: Campaign, waiting: Sequence[Wanted]) -> Iterator[Wanted]:
    """Those who share a row with nobody before them: one write changes each item once."""
    seen: set[str] = set()
    for one in waiting:
        candidate, reach, _ = one
        assert candidate.contact
        whose = share_of(campaign, candidate.contact, reach.way.channel)
        if whose is None or whose not in seen:
            yield one
        if whose:
            seen.add(whose)


def _place(campaign: Campaign, batch: Sequence[Wanted], prices: Prices, now: datetime) -> int:
    left, again = list(batch), 0
    for _ in range(_ATTEMPTS):
        if not left:
            return again
        ops, whose = _ops(campaign, left, prices, now)
        same = [
            check
            for candidate, reach, _ in left
            for check in unchanged_consents(candidate.recipient.contact_id, campaign.purpose, reach)
        ]
        each = len(same) // len(left)
        whose |= {len(ops) + position: position // each for position in range(len(same))}
        try:
            marketing.write(*ops, beside=same)
        except ConditionFailed as refused:
            gone: set[int] = set()
            for position in refused.failures:
                if position not in whose:
                    continue  # others gave out codes: with the next numbers, then
                number = whose[position]
                gone.add(number)
                name = _name(ops, position)
                if name == FREE:
                    recipient = left[number][0].recipient
                    reason = f"same_{campaign.one_per}"
                    after = recipient.next(Row.SKIPPED, reason=reason, settled_at=iso(now))
                    rows.store([(recipient, after)])
                elif name not in MINE:
                    again += 1
            left = [one for number, one in enumerate(left) if number not in gone]
            continue
        return again
    return again + len(left)


def _name(ops: Sequence[Op], position: int) -> str:
    condition = ops[position].condition if position < len(ops) else None
    return condition.name if condition else ""


def _ops(
    campaign: Campaign, batch: Sequence[Wanted], prices: Prices, now: datetime
) -> tuple[list[Op], dict[int, int]]:
    """The write that puts a batch on the list, and whose each operation is, where it is one
    person's."""
    last = given_out(campaign.campaign_id)
    steps, given, own = [], [], []
    for number, (candidate, reach, go) in enumerate(batch, start=1):
        contact, before = candidate.contact, candidate.recipient
        assert contact and campaign.code_prefix
        code = code_of(campaign.code_prefix, last + number)
        after = claim_of(before, reach.way, go, now, Row.SENT)
        after = after.with_result(code, iso(now), round(prices.of_row(reach.way.channel) * MILLION))
        steps.append((before, after))
        channel, at = reach.way.channel, iso(now)
        given.append(Code(code, campaign.campaign_id, contact.contact_id, channel, at))
        slot = [] if before.slot else rows.slot_ops(after, reach.known.sent, reach.cap, now)
        own.append([*slot, *share_ops(campaign, contact, channel)])
    ops = rows.ops_of(steps)
    whose = dict(zip(range(len(steps)), range(len(steps)), strict=True))
    ops += codes.ops_of(given, last)
    for number, more in enumerate(own):
        whose |= {len(ops) + offset: number for offset in range(len(more))}
        ops += more
    return ops, whose
