"""Putting people on a campaign's list, or a message on their pages, instead of sending: nothing
leaves, so there is nothing to be unknown. A row with its code, or the message, the person's cap,
whom it stands for, and that the consent it relies on still stands, are one write, fifteen people
in each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.marketing.address_lists import codes
from shared.marketing.address_lists.codes import Code, code_of, given_out
from shared.marketing.campaigns.model import Campaign, Way
from shared.marketing.campaigns.repository import marketing
from shared.marketing.channels.messages import text_for
from shared.marketing.channels.model import CHANNELS
from shared.marketing.channels.prices import MILLION, Prices
from shared.marketing.templates.model import Rendered
from shared.marketing.templates.rendering import NotRendered
from shared.marketing.web_messages.inbox import place_op
from shared.platform.requests import Op
from shared.platform.writes import ConditionFailed

from . import rows
from .candidate import Candidate, Reach
from .checks import Go
from .claiming import claim_of, slot_of
from .messages import Letterhead
from .reading import unchanged_consents
from .recipient import Row, Step
from .sharing import FREE, share_of, share_ops

Wanted = tuple[Candidate, Reach, Go]

AT_ONCE: Final = 15
"""Each takes six operations of the hundred that a transaction has."""

_ATTEMPTS: Final = 8

MINE: Final = frozenset({"recipient_unclaimed", "recipient_unchanged"})
"""Refused where somebody else was first: then the person is dealt with."""


@dataclass(frozen=True, slots=True)
class Placing:
    """What is the same for all people of a part. `head_of` gives what is said by a way."""

    campaign: Campaign
    prices: Prices
    head_of: Callable[[Way], Letterhead]
    now: datetime

    def place(self, wanted: Sequence[Wanted]) -> int:
        """Put people on the list, or messages on their pages; how many are to be looked at again,
        because something about them changed meanwhile."""
        again = 0
        waiting = list(wanted)
        while waiting:
            batch = list(_first_of_each(self.campaign, waiting))[:AT_ONCE]
            waiting = [one for one in waiting if one not in batch]
            again += self._place(batch)
        return again

    def _place(self, batch: Sequence[Wanted]) -> int:
        left, again = self._sayable(batch), 0
        for _ in range(_ATTEMPTS):
            if not left:
                return again
            ops, whose = self._ops(left)
            same = [
                check
                for (candidate, reach, _), _ in left
                for check in unchanged_consents(
                    candidate.recipient.contact_id, self.campaign.purpose, reach
                )
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
                        reason = f"same_{self.campaign.one_per}"
                        self._settle(left[number][0], Row.SKIPPED, reason)
                    elif name not in MINE:
                        again += 1
                left = [one for number, one in enumerate(left) if number not in gone]
                continue
            return again
        return again + len(left)

    def _sayable(self, batch: Sequence[Wanted]) -> list[tuple[Wanted, Rendered | None]]:
        """Those whom something can be said to, with what; the others are settled."""
        found: list[tuple[Wanted, Rendered | None]] = []
        for one in batch:
            candidate, reach, _ = one
            assert candidate.contact
            if CHANNELS[reach.way.channel].coded:
                found.append((one, None))
                continue
            recipient = candidate.recipient.next(Row.CLAIMED, channel=reach.way.channel)
            try:
                text = text_for(self.head_of(reach.way), recipient, candidate.contact)
            except NotRendered as refused:
                self._settle(one, Row.FAILED, f"{refused.code}:{refused.field}")
            else:
                found.append((one, text))
        return found

    def _settle(self, one: Wanted, state: Row, reason: str) -> None:
        candidate, reach, _ = one
        before, at = candidate.recipient, iso(self.now)
        after = before.next(state, channel=reach.way.channel, reason=reason, settled_at=at)
        rows.store([(before, after)])

    def _ops(
        self, batch: Sequence[tuple[Wanted, Rendered | None]]
    ) -> tuple[list[Op], dict[int, int]]:
        """The write that places a batch, and whose each operation is, where it is one
        person's."""
        steps: list[Step] = []
        given: list[Code] = []
        own: list[list[Op]] = []
        campaign, at = self.campaign, iso(self.now)
        coded = any(text is None for _, text in batch)
        last = given_out(campaign.campaign_id) if coded else 0
        for (candidate, reach, go), text in batch:
            contact, before, channel = candidate.contact, candidate.recipient, reach.way.channel
            assert contact
            after = claim_of(before, reach.way, go, self.now, Row.SENT)
            more = [] if before.slot else slot_of(after, reach, self.now)
            more += share_ops(campaign, contact, channel)
            if text is None:
                mark = code_of(str(campaign.code_prefix), last + len(given) + 1)
                whom = contact.contact_id
                given.append(Code(mark, campaign.campaign_id, whom, channel, at))
                cost = round(self.prices.of_row(channel) * MILLION)
            else:
                mark, cost = f"web.{after.claim}", 0
                place = (contact.contact_id, campaign.campaign_id, text.subject, text.text)
                more.append(place_op(*place, self.now))
            steps.append((before, after.with_result(mark, at, cost)))
            own.append(more)
        ops = rows.ops_of(steps)
        whose = {number: number for number in range(len(steps))}
        ops += codes.ops_of(given, last) if given else []
        for number, more in enumerate(own):
            whose |= {len(ops) + offset: number for offset in range(len(more))}
            ops += more
        return ops, whose


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


def _name(ops: Sequence[Op], position: int) -> str:
    condition = ops[position].condition if position < len(ops) else None
    return condition.name if condition else ""
