"""Sending a part of a campaign: each recipient exactly one message or one recorded reason.

Everybody is decided on at the last moment. Whoever gets nothing now is written down together; then
each message is claimed, given to the provider and settled, one after the other. The result of a
message is stored with the next one's claim, in one write: so there is one call per message, and of
whatever dies at any moment one message at most is unknown.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.marketing.ab_tests.splitting import variant_of, way_of
from shared.marketing.campaigns.model import Campaign, State, Way
from shared.marketing.campaigns.repository import load, marketing
from shared.marketing.channels.messages import Outgoing, message_for
from shared.marketing.channels.model import CHANNELS
from shared.marketing.channels.prices import MILLION
from shared.marketing.templates.rendering import NotRendered
from shared.platform import clock
from shared.platform.mail import Outcome
from shared.platform.requests import Op
from shared.platform.writes import ConditionFailed

from . import rows
from .candidate import Candidate, Reach
from .caps import give_back
from .checks import Defer, Go, Skip, decide
from .choosing import choose
from .claiming import claim_of, slot_of
from .letterheads import letterhead
from .messages import Letterhead
from .placing import Placing
from .reading import candidates, unchanged_consents
from .recipient import OPEN, Recipient, Row, Step
from .rules import SendingRules
from .sharing import FREE as SHARE_FREE
from .sharing import share_ops
from .stored_rules import rules_in_force
from .throttle import take

LOOK_AGAIN: Final = 25
"""After so many messages it is looked again whether the campaign still goes on."""

ENOUGH: Final = 3
"""After the provider refused so many it is left alone for a while."""

TRIES: Final = 5
"""So often a message is tried that the provider rejects: it may be the message, or an address that
is not verified yet. What it does not take for other reasons is tried until it does."""

SECONDS: Final = 60.0
"""No message is begun later than that: programs that take their time are gone on with later."""

GAVE_WAY: Final = ("priority", "main_contact")
"""Reasons to wait for others, which is not done for ever."""

_REJECTED: Final = "MessageRejected"

_RESULTS: Final = {
    Outcome.SENT: Row.SENT,
    Outcome.FAILED: Row.FAILED,
    Outcome.RELEASED: Row.RELEASED,
    Outcome.UNKNOWN: Row.UNKNOWN,
}

_ATTEMPTS: Final = 5


Message = tuple[Candidate, Reach, Go]
"""Whom, by which way, and relying on what."""


@dataclass
class Run:
    """One go through some candidates. `pending` is a message's result that is not stored yet."""

    campaign: Campaign
    now: datetime
    pending: list[Step] = field(default_factory=list)
    released: int = 0
    heads: dict[tuple[str, str | None], Letterhead] = field(default_factory=dict)
    until: float = field(default_factory=lambda: monotonic() + SECONDS)

    def send(self, asked: Sequence[Candidate], *done: Op) -> int:
        """Decide on all of them and send; how many are left because the provider took none, or
        takes no more for now. `done` is stored when none is."""
        rules = rules_in_force(self.now)
        waiting: list[Message] = []
        settled: list[Step] = []
        for one in asked:
            state = one.recipient.state
            if state is Row.CLAIMED:
                # Its sender died, or is slow and will still say what happened.
                settled.append(self._step(one.recipient, Row.UNKNOWN, reason="sender_lost"))
            elif state is None or state in OPEN:
                choice = choose(self.campaign, one, rules, self.now)
                verdict = choice.verdict
                if isinstance(verdict, Go):
                    waiting.append((one, choice.reach, verdict))
                elif not self._stays_as_before(one.recipient, verdict):
                    settled.append(self._put_off(one.recipient, verdict, choice.reach.way))
        rows.store(settled)
        for before, _ in settled:
            if before.state is Row.RELEASED:
                marketing.write(*give_back(before))
        placing = Placing(self.campaign, rules, self._letterhead, self.now)
        self.released += placing.place(
            [one for one in waiting if CHANNELS[one[1].way.channel].placed]
        )
        leaving = [one for one in waiting if not CHANNELS[one[1].way.channel].placed]
        sent = 0
        for one, reach, go in self._paced(leaving, rules):
            if sent % LOOK_AGAIN == 0 and sent:
                self._still_going_on()
            if self.released >= ENOUGH or monotonic() > self.until:
                break
            self._send_one(one, reach, go, rules)
            sent += 1
        left = self.released + len(leaving) - sent
        self._flush(*(() if left else done))
        return left

    def _paced(self, waiting: Sequence[Message], rules: SendingRules) -> Iterator[Message]:
        """As many as the providers take within the next while, each when it may leave."""
        wanted = Counter(reach.way.channel for _, reach, _ in waiting)
        paces = {
            channel: take(channel, count, 1 / rules.seconds_of(channel), self.now)
            for channel, count in wanted.items()
        }
        taken: Counter[str] = Counter()
        for one in waiting:
            channel = one[1].way.channel
            if taken[channel] < paces[channel].count:
                clock.wait(paces[channel].at(taken[channel]))
                taken[channel] += 1
                yield one

    def _send_one(self, one: Candidate, reach: Reach, go: Go, rules: SendingRules) -> None:
        assert one.contact
        variant = variant_of(self.campaign, one.recipient.contact_id, reach.way)
        way = way_of(self.campaign, reach.way, variant)
        claimed = replace(claim_of(one.recipient, way, go, self.now), variant=variant)
        try:
            head = self._letterhead(way)
            message = message_for(head, claimed, one.contact, track=one.trackable)
        except NotRendered as refused:
            self._flush()
            reason = f"{refused.code}:{refused.field}"
            known = {"reason": reason, "channel": reach.way.channel}
            rows.store([self._step(one.recipient, Row.FAILED, **known)])
            return
        shared = share_ops(self.campaign, one.contact, reach.way.channel)
        if ours := self._claim(one.recipient, reach, claimed, rules, shared):
            self._hand_over(ours, message, round(message.cents(rules) * MILLION))

    def _claim(
        self,
        before: Recipient,
        reach: Reach,
        claimed: Recipient,
        rules: SendingRules,
        shared: Sequence[Op],
    ) -> Recipient | None:
        """Claim a message, with the result of the one before, as long as the consent that it
        relies on stands; the claim, if it is ours to send."""
        purpose, way = self.campaign.purpose, reach.way
        for _ in range(_ATTEMPTS):
            # What was released before counts in the cap already.
            slot = [] if before.slot else slot_of(claimed, reach, self.now)
            steps = [(before, claimed), *self.pending]
            same = unchanged_consents(before.contact_id, purpose, reach)
            try:
                marketing.write(*rows.ops_of(steps), *slot, *shared, beside=same)
            except ConditionFailed as refused:
                if 0 in refused.failures:
                    return None
                if SHARE_FREE in refused.conditions:
                    reason = f"same_{self.campaign.one_per}"
                    self._flush()
                    rows.store([self._step(before, Row.SKIPPED, reason=reason, slot=None)])
                    return None
                if "recipient_unchanged" in refused.conditions:
                    self._flush()
                    continue
                reach = self._looked_again(before, way)
                verdict = decide(
                    reach.known, purpose, way.channel, rules, self.now, self.campaign.local_time
                )
                if isinstance(verdict, Go):
                    claimed = replace(claimed, consent=verdict.consent)
                    continue
                rows.store([self._put_off(before, verdict, way)])
                return None
            self.pending = []
            return claimed
        self._flush()
        raise Busy("contended", "This person is being written to by others, try again")

    def _looked_again(self, before: Recipient, way: Way) -> Reach:
        (one,) = candidates(
            self.campaign,
            [before.contact_id],
            before.page,
            before.part,
            self.now,
            number=before.number,
            ways=[way],
        )
        return one.reaches[0]

    def _hand_over(self, claimed: Recipient, message: Outgoing, cost: int) -> None:
        handed = message.hand_over()
        state = _RESULTS[handed.outcome]
        if handed.error == _REJECTED and claimed.attempt >= TRIES:
            state = Row.FAILED
        known = {"reason": handed.error, "provider_id": handed.provider_id, "cost": cost}
        after = self._step(claimed, state, **known)
        self.pending = [after]
        if state is Row.RELEASED:
            self.released += 1
        if state is Row.FAILED:
            self._flush()
            marketing.write(*give_back(claimed))

    def _flush(self, *also: Op) -> None:
        """Store the result that is not stored yet, together with what else is to be."""
        try:
            if ops := [*rows.ops_of(self.pending), *also]:
                marketing.write(*ops)
        except ConditionFailed:
            for claimed, after in self.pending:
                rows.settle(claimed, after)
            for op in also:
                with suppress(ConditionFailed):
                    marketing.write(op)
        self.pending = []

    def _step(self, before: Recipient, state: Row, **known: str | int | None) -> Step:
        return before, before.next(state, settled_at=iso(self.now), **known)

    def _put_off(self, before: Recipient, verdict: Skip | Defer, way: Way) -> Step:
        known: dict[str, Any] = {
            "reason": verdict.reason,
            "slot": None,
            "channel": way.channel,
        }
        if isinstance(verdict, Skip):
            return self._step(before, Row.SKIPPED, **known)
        if verdict.reason in GAVE_WAY:
            known["gave_way_at"] = before.gave_way_at or iso(self.now)
        return self._step(before, Row.DEFERRED, until=iso(verdict.until), **known)

    def _stays_as_before(self, recipient: Recipient, verdict: Skip | Defer) -> bool:
        if recipient.number > 1 and recipient.state is None and isinstance(verdict, Skip):
            return True  # there is no other way: what became of the first message stands
        return (
            recipient.state is Row.DEFERRED
            and isinstance(verdict, Defer)
            and recipient.until is not None
            and recipient.until > iso(self.now)
        )

    def _letterhead(self, way: Way) -> Letterhead:
        kind = (way.channel, way.template_id)
        if kind not in self.heads:
            self.heads[kind] = letterhead(self.campaign, way, self.now)
        return self.heads[kind]

    def _still_going_on(self) -> None:
        found = load(self.campaign.campaign_id)
        if found is None or found.state is not State.ACTIVE:
            self._flush()
            raise AlreadyHandled("campaign_at_rest")
