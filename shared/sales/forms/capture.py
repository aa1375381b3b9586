"""Capturing a lead: what a web form sent becomes a submission and its lead, in one write.

Nothing is read once the form is cached. Whether the lead is new or known, and whose the browser
was, is found out by the consumers of `LeadCaptured`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.platform import idempotency
from shared.platform.keys import keyed_hash
from shared.platform.rates import within_limit
from shared.platform.requests import Op
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.leads import intake
from shared.sales.leads.aliases import MAX_HOPS, alias, further_address
from shared.sales.leads.identity import lead_id_for
from shared.sales.leads.submissions import Submission, content_digest, submission_id_in
from shared.sales.tables import SALES

from . import quarantine, timestamps
from .attribution import touch, visitor
from .model import Form
from .values import Filled, fill

sales = Table(SALES)

_SUBMISSION, _LEAD, _RATE, _CLAIM = range(4)
"""Positions of the operations in the write. The claim is there if there is a key; the last one
may make the phone number an alias."""


@dataclass(frozen=True, slots=True)
class Post:
    """What was sent to a form: its fields as text, from which address, with which key."""

    form_id: str
    form: Form
    sent: Mapping[str, str]
    client_address: str
    idempotency_key: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Captured:
    """What a caller is told. Equal for people and bots, known and unknown persons: `lead_id` is
    what the typed address stands for, and asking for it answers the lead it now belongs to."""

    lead_id: str
    submission_id: str


def capture(post: Post) -> Captured:
    """Store the submission and make or extend its lead; or quarantine it, with the same answer.

    The same content within 60 s, or under the same idempotency key, is stored once and answered
    alike. Raises `Rejected` for unacceptable fields and for a key used for another body, `Busy`
    when the lead is contended.
    """
    idempotency_key = idempotency.check_key(post.idempotency_key)
    filled = fill(post.form, post.sent)
    content = content_digest(post.form_id, dict(filled.answers), filled.consented)
    arrival = _Arrival(
        post,
        idempotency_key,
        content,
        _submission(post, filled, content, idempotency_key),
        lead_id_for(filled.email, filled.phone),
        further_address(filled.email, filled.phone),
    )
    if reason := _suspicion(post):
        return arrival.quarantined(reason)
    return arrival.stored()


def _suspicion(post: Post) -> str | None:
    form = post.form
    if post.sent.get(form.honeypot):
        return "honeypot_filled"
    # Plain pages without the script carry no token: nothing can be said of them.
    if token := post.sent.get(timestamps.FIELD):
        return timestamps.suspicion(token, post.form_id, form.minimum_fill_seconds, post.at)
    return None


def _submission(
    post: Post, filled: Filled, content: bytes, idempotency_key: str | None
) -> Submission:
    form = post.form
    consent = None
    if form.consent and filled.consented:
        consent = {
            "version": form.consent.version,
            "purpose": form.consent.purpose,
            "channel": form.consent.channel,
            "address_hash": keyed_hash("ip", post.client_address),
        }
        if form.consent.double_opt_in:
            consent["confirm"] = "yes"
    key = idempotency_key
    return Submission(
        digest=content_digest("key", post.form_id, key) if key else content,
        received_at=post.at,
        channel="form",
        answers=filled.answers,
        facts=filled.facts,
        form_id=post.form_id,
        touch=touch(post.form_id, form, post.sent, post.at),
        consent=consent,
        visitor_id=visitor(post.sent),
        hand_off=form.hand_off,
    )


@dataclass(slots=True)
class _Arrival:
    """A submission on its way to its lead."""

    post: Post
    idempotency_key: str | None
    content: bytes
    submission: Submission
    address_id: str
    further_id: str | None

    def stored(self) -> Captured:
        lead_id: str = self.address_id
        for _ in range(MAX_HOPS):
            try:
                sales.write(*self._ops(lead_id))
                return self._answer()
            except ConditionFailed as refused:
                # A claim first: it knows whether the key was used for the same content.
                if self.idempotency_key and (claim := refused.found(_CLAIM)):
                    first = idempotency.result_of(claim, self.content)["submission_id"]
                    return Captured(self.address_id, first)
                if found := refused.found(_SUBMISSION):
                    return Captured(self.address_id, submission_id_in(found))
                lead = refused.found(_LEAD)
                if lead is not None:
                    if intake.repeated(self.submission, lead):
                        return Captured(self.address_id, lead["last_submission"])
                    lead_id = self._around(lead_id, lead)
                elif refused.found(_RATE) is not None:
                    return self.quarantined("rate_limited")
                else:
                    # The number is another lead's: whether both are one person, staff decide.
                    self.further_id = None
        raise intake.lost()

    def _around(self, lead_id: str, lead: Mapping[str, Any]) -> str:
        """Where to store it instead of, or when to store it at, the lead that refused it."""
        if elsewhere := intake.onward(lead_id, lead):
            return elsewhere
        self.submission = self.submission.received(intake.last_touched(lead))
        return lead_id

    def quarantined(self, reason: str) -> Captured:
        quarantine.keep(self.submission, self.address_id, reason)
        return self._answer()

    def _ops(self, lead_id: str) -> list[Op]:
        submission, post = self.submission, self.post
        at = submission.received_at
        limit = post.form.submissions_per_minute
        ops: list[Op] = [
            submission.put(lead_id, at),
            intake.upsert(lead_id, submission, at, intake.in_order(submission)),
            within_limit(post.form_id, limit, post.client_address, post.at),
        ]
        if self.idempotency_key:
            ops.append(self._claim(self.idempotency_key))
        if self.further_id and self.further_id != lead_id:
            ops.append(alias(self.further_id, lead_id, at))
        return ops

    def _claim(self, key: str) -> Op:
        result = {"submission_id": self.submission.submission_id}
        return idempotency.claim(self.post.form_id, key, self.content, result, self.post.at)

    def _answer(self) -> Captured:
        return Captured(self.address_id, self.submission.submission_id)
