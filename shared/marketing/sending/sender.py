"""Sending a part of a campaign: each recipient exactly one message or one recorded reason.

Everybody is decided on at the last moment. Whoever gets nothing now is written down together; then
each message is claimed, given to the provider and settled, one after the other. The result of a
message is stored with the next one's claim, in one write: so there is one call per message, and of
whatever dies at any moment one message at most is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import uuid4

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.planning import part_done
from shared.marketing.campaigns.repository import load, marketing
from shared.marketing.templates.model import Template
from shared.marketing.templates.rendering import NotRendered
from shared.marketing.templates.repository import stored_templates
from shared.platform.mail import Mail, Outcome, hand_over
from shared.platform.requests import Op
from shared.platform.writes import ConditionFailed

from . import rows
from .checks import Defer, Go, Known, Skip, decide
from .messages import Letterhead, mail_for
from .reading import Candidate, candidates
from .rows import OPEN, Recipient, Row, Step
from .rules import SendingRules
from .stored_rules import rules_in_force

LOOK_AGAIN: Final = 25
"""After so many messages it is looked again whether the campaign still goes on."""

ENOUGH: Final = 3
"""After the provider refused so many it is left alone for a while."""

TRIES: Final = 5
"""So often a message is tried that the provider rejects: it may be the message, or an address that
is not verified yet. What it does not take for other reasons is tried until it does."""

_REJECTED: Final = "MessageRejected"

_RESULTS: Final = {
    Outcome.SENT: Row.SENT,
    Outcome.FAILED: Row.FAILED,
    Outcome.RELEASED: Row.RELEASED,
    Outcome.UNKNOWN: Row.UNKNOWN,
}
_PAUSED_FOR: Final = timedelta(minutes=10)
_ATTEMPTS: Final = 5


def send_part(
    campaign_id: str, contact_ids: Sequence[str], page: int, part: int, now: datetime
) -> None:
    """Send to a part of a campaign's audience, as far as that was not done.

    Raises `AlreadyHandled` when the campaign does not go on, and `Busy` where some could not be
    sent for now: the same call goes on with those.
    """
    campaign = _going_on(campaign_id)
    if _Run(campaign, now).send(candidates(campaign, contact_ids, page, part)):
        raise Busy("mail_not_taken", "The provider takes no mail for now")
    part_done(campaign_id, page, part)


def send_deferred(campaign_id: str, contact_id: str, now: datetime) -> None:
    """Look again at somebody who was deferred. Raises as `send_part` does."""
    campaign = load(campaign_id)
    found = rows.load(campaign_id, contact_id, campaign.channel) if campaign else None
    if campaign is None or found is None or found.state is not Row.DEFERRED:
        raise AlreadyHandled("recipient_settled")
    if found.until and found.until > iso(now):
        raise AlreadyHandled("recipient_deferred")
    if campaign.state is State.CANCELLED:
        rows.store([(found, found.next(Row.SKIPPED, reason="cancelled", settled_at=iso(now)))])
        return
    if campaign.state is not State.ACTIVE:
        later = found.next(Row.DEFERRED, reason=found.reason, until=iso(now + _PAUSED_FOR))
        rows.store([(found, later)])
        return
    if _Run(campaign, now).send(candidates(campaign, [contact_id], found.page, found.part)):
        raise Busy("mail_not_taken", "The provider takes no mail for now")


@dataclass
class _Run:
    """One go through some candidates. `pending` is a message's result that is not stored yet."""

    campaign: Campaign
    now: datetime
    pending: list[Step] = field(default_factory=list)
    released: int = 0

    def send(self, asked: Sequence[Candidate]) -> int:
        """Decide on all of them and send; how many are left because the provider took none."""
        rules = rules_in_force(self.now)
        waiting: list[tuple[Candidate, Go]] = []
        settled: list[Step] = []
        for one in asked:
            state = one.recipient.state
            if state is Row.CLAIMED:
                # Its sender died, or is slow and will still say what happened.
                settled.append(self._step(one.recipient, Row.UNKNOWN, reason="sender_lost"))
            elif state is None or state in OPEN:
                verdict = decide(
                    one.known, self.campaign.purpose, self.campaign.channel, rules, self.now
                )
                if isinstance(verdict, Go):
                    waiting.append((one, verdict))
                elif not self._waits_as_before(one.recipient, verdict):
                    settled.append(self._put_off(one.recipient, verdict))
        rows.store(settled)
        for before, _ in settled:
            if before.state is Row.RELEASED:
                marketing.write(*rows.give_back(before))
        head = self._letterhead() if waiting else None
        for number, (one, go) in enumerate(waiting, start=1):
            assert head
            if number % LOOK_AGAIN == 1 and number > 1:
                self._still_going_on()
            self._send_one(head, one, go, rules)
            if self.released >= ENOUGH:
                break
        self._flush()
        return self.released

    def _send_one(self, head: Letterhead, one: Candidate, go: Go, rules: SendingRules) -> None:
        assert one.known.contact
        claimed = self._claimed(one.recipient, go)
        try:
            mail = mail_for(head, claimed, one.known.contact)
        except NotRendered as refused:
            self._flush()
            reason = f"{refused.code}:{refused.field}"
            rows.store([self._step(one.recipient, Row.FAILED, reason=reason)])
            return
        if self._claim(one, claimed, rules):
            self._hand_over(claimed, mail)

    def _claimed(self, recipient: Recipient, go: Go) -> Recipient:
        at = iso(self.now)
        return recipient.next(
            Row.CLAIMED,
            claim=uuid4().hex,
            attempt=recipient.attempt + (recipient.state is Row.RELEASED),
            claimed_at=at,
            slot=recipient.slot or f"{at}#{self.campaign.campaign_id}",
            template_version=self.campaign.template_version,
            consent=go.consent,
        )

    def _claim(self, one: Candidate, claimed: Recipient, rules: SendingRules) -> bool:
        """Claim a message, with the result of the one before; whether it is ours to send."""
        known, seen = one.known, one.cap
        for _ in range(_ATTEMPTS):
            # What was released before counts in the cap already.
            slot = [] if one.recipient.slot else rows.slot_ops(claimed, known.sent, seen, self.now)
            steps = [(one.recipient, claimed), *self.pending]
            try:
                marketing.write(*_together(steps, slot))
            except ConditionFailed as refused:
                if 0 in refused.failures:
                    return False
                if "recipient_unchanged" in refused.conditions:
                    self._flush()
                    continue
                key = rows.cap_key(claimed.contact_id, claimed.channel)
                cap = marketing.get(key) or {}
                sent = frozenset(cap.get("sent", ()))
                known = Known(known.contact, known.suppressed, known.consents, sent)
                seen = int(cap.get("revision", 0))
                verdict = decide(
                    known, self.campaign.purpose, self.campaign.channel, rules, self.now
                )
                if isinstance(verdict, Go):
                    continue
                rows.store([self._put_off(one.recipient, verdict)])
                return False
            self.pending = []
            return True
        raise Busy("contended", "This person is being written to by others, try again")

    def _hand_over(self, claimed: Recipient, mail: Mail) -> None:
        handed = hand_over(mail)
        state = _RESULTS[handed.outcome]
        if handed.error == _REJECTED and claimed.attempt >= TRIES:
            state = Row.FAILED
        after = self._step(claimed, state, reason=handed.error, provider_id=handed.provider_id)
        self.pending = [after]
        if state is Row.RELEASED:
            self.released += 1
        if state is Row.FAILED:
            self._flush()
            marketing.write(*rows.give_back(claimed))

    def _flush(self) -> None:
        """Store the result that is not stored yet."""
        for claimed, after in self.pending:
            rows.settle(claimed, after)
        self.pending = []

    def _step(self, before: Recipient, state: Row, **known: str | None) -> Step:
        return before, before.next(state, settled_at=iso(self.now), **known)

    def _put_off(self, before: Recipient, verdict: Skip | Defer) -> Step:
        if isinstance(verdict, Skip):
            return self._step(before, Row.SKIPPED, reason=verdict.reason, slot=None)
        until = iso(verdict.until)
        return self._step(before, Row.DEFERRED, reason=verdict.reason, until=until, slot=None)

    def _waits_as_before(self, recipient: Recipient, verdict: Skip | Defer) -> bool:
        return (
            recipient.state is Row.DEFERRED
            and isinstance(verdict, Defer)
            and recipient.until is not None
            and recipient.until > iso(self.now)
        )

    def _letterhead(self) -> Letterhead:
        version = self.campaign.template_version or 1
        return Letterhead(self.campaign, _template(self.campaign.template_id, version))

    def _still_going_on(self) -> None:
        found = load(self.campaign.campaign_id)
        if found is None or found.state is not State.ACTIVE:
            self._flush()
            raise AlreadyHandled("campaign_at_rest")


@lru_cache(maxsize=16)
def _template(template_id: str, version: int) -> Template:
    # A version never changes once it is stored.
    return stored_templates.version(template_id, version).value


def _together(steps: Sequence[Step], slot: Sequence[Op]) -> list[Op]:
    return [*rows.ops_of(steps), *slot]


def _going_on(campaign_id: str) -> Campaign:
    found = load(campaign_id)
    if found is None or found.state is not State.ACTIVE:
        raise AlreadyHandled("campaign_at_rest")
    return found
