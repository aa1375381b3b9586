"""A submission: one filled-in form (or one typing-in by staff) of a lead.

Its id says when and what: the minute it came in, as a ULID says it, and a keyed digest of its
content. The same content within one minute therefore has the same id and the same key, so that
a double click is refused by the write itself. Two clicks around a full minute are refused by the
lead, which knows its last submission.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from shared.kernel.clock import iso
from shared.kernel.ids import derived_id
from shared.platform.keys import key
from shared.platform.requests import Condition, Item, Put
from shared.sales.events import LeadCaptured

from .repository import SUBMISSION, submission_key

REPEAT_WINDOW: Final = timedelta(seconds=60)
"""The same content of the same form within this time is one submission."""

_TIME_BYTES, _DIGEST_BYTES = 6, 10
_TOLD_OF_CONSENT: Final = ("purpose", "channel", "version")

NOT_SEEN: Final = Condition(
    "submission_new",
    "attribute_not_exists(#pk)",
    "a double click, or a request sent again, is one submission",
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What came in. `digest` identifies its content (`content_digest`); `facts` are the answers
    the lead keeps; `consent` is the evidence of what was agreed to, if anything was."""

    digest: bytes
    received_at: datetime
    channel: Literal["form", "staff"]
    answers: Mapping[str, str]
    facts: Mapping[str, str]
    form_id: str | None = None
    touch: Mapping[str, str] = field(default_factory=dict)
    consent: Mapping[str, str] | None = None
    visitor_id: str | None = None
    staff_id: str | None = None
    hand_off: Literal["scored", "now"] = "scored"

    @property
    def submission_id(self) -> str:
        """The id in the minute it was received."""
        return self._id_at(self.received_at)

    @property
    def id_a_minute_before(self) -> str:
        """The id that the same content had in the minute before."""
        return self._id_at(self.received_at - REPEAT_WINDOW)

    def received(self, at: datetime) -> "Submission":
        """The same, received at another instant."""
        touch = {**self.touch, "at": iso(at)} if self.touch else self.touch
        return replace(self, received_at=at, touch=touch)

    def stored(self) -> Item:
        """What is kept of it beside its key. Kept short: a write costs by the kilobyte."""
        item: Item = {"received_at": iso(self.received_at), "answers": dict(self.answers)}
        # The touch's instant and form are the submission's own.
        touch = {k: v for k, v in self.touch.items() if k not in ("at", "form_id")}
        optional = {
            "form_id": self.form_id,
            "staff_id": self.staff_id,
            "touch": touch,
            "consent": dict(self.consent or {}),
        }
        return item | {name: value for name, value in optional.items() if value}

    def put(self, lead_id: str, at: datetime) -> Put:
        """Store it at its lead, with the event that says so."""
        item = {**submission_key(lead_id, self.submission_id), **self.stored()}
        return Put(item, NOT_SEEN, [self._captured(lead_id, at)])

    def _id_at(self, at: datetime) -> str:
        minute = int(at.timestamp()) // 60 * 60_000
        digest = self.digest[:_DIGEST_BYTES]
        return derived_id("submission", minute.to_bytes(_TIME_BYTES, "big") + digest)

    def _captured(self, lead_id: str, at: datetime) -> LeadCaptured:
        text = f"captured:{lead_id}:{self.submission_id}".encode()
        agreed = self.consent or {}
        return LeadCaptured(
            event_id=derived_id("event", hmac.digest(key("submission"), text, hashlib.sha256)),
            occurred_at=at,
            lead_id=lead_id,
            submission_id=self.submission_id,
            form_id=self.form_id,
            channel=self.channel,
            hand_off=self.hand_off,
            visitor_id=self.visitor_id,
            consent_unconfirmed="confirm" in agreed,
            **{f"consent_{name}": agreed.get(name) for name in _TOLD_OF_CONSENT},
        )


def submission_id_in(item: Mapping[str, Any]) -> str:
    """The id of a stored submission: the end of its key."""
    return str(item["sk"]).removeprefix(SUBMISSION)


def content_digest(*content: Any) -> bytes:
    """The keyed digest of text, numbers and mappings of them; the order of names is no matter."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(key("submission"), text, hashlib.sha256)
