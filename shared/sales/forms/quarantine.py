"""Submissions that look automatic: kept apart for up to 90 days, shown to staff, never dropped.

| entity | pk | sk |
|---|---|---|
| quarantined submission, carrying its `SubmissionQuarantined` | `QUARANTINE` | `<submission_id>` |

| question | key | asked by |
|---|---|---|
| newest first: an id begins with its minute | table | quarantine_review |
| one | table | quarantine_review |

One partition takes about a thousand writes a second; the gateway lets in fifty posts.
"""

import hashlib
import hmac
from typing import Any, Final

from shared.kernel.clock import parse_instant
from shared.kernel.ids import derived_id
from shared.platform.keys import key
from shared.platform.requests import Condition, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.events import SubmissionQuarantined
from shared.sales.leads.submissions import Submission
from shared.sales.tables import SALES

PARTITION: Final = "QUARANTINE"

sales: Final = Table(SALES)

_NEW: Final = Condition(
    "not_yet_quarantined", "attribute_not_exists(#pk)", "a repetition is the same submission"
)


def quarantine_key(submission_id: str) -> dict[str, str]:
    """The key of a quarantined submission. Its id starts with its minute, as a ULID does."""
    return {"pk": PARTITION, "sk": submission_id}


def keep(submission: Submission, address_id: str, reason: str) -> None:
    """Put a submission aside, for as long as the rules of retention say. `address_id` is the lead
    its address means. Repeating it changes nothing."""
    # Most posts are people's: only these few pay for knowing the rules.
    from shared.customers.retention.model import expiry
    from shared.customers.retention.repository import rules_in_force

    days = rules_in_force(submission.received_at).quarantine_days
    item: dict[str, Any] = {
        **quarantine_key(submission.submission_id),
        "kind": "quarantined",
        "address_id": address_id,
        "submission_id": submission.submission_id,
        "reason": reason,
        "digest": submission.digest,
        "facts": dict(submission.facts),
        "visitor_id": submission.visitor_id,
        "hand_off": submission.hand_off,
        "expires_at": expiry(submission.received_at, days),
        **submission.stored(),
        "touch": dict(submission.touch),
    }
    try:
        sales.write(Put(item, _NEW, [_event(submission, reason)]))
    except ConditionFailed:
        return  # the first one is kept


def submission_of(item: dict[str, Any]) -> Submission:
    """The submission a quarantined item stands for."""
    return Submission(
        digest=item["digest"],
        received_at=parse_instant(item["received_at"]),
        channel="form",
        answers=item["answers"],
        facts=item["facts"],
        form_id=item["form_id"],
        touch=item["touch"],
        consent=item.get("consent"),
        visitor_id=item.get("visitor_id"),
        hand_off=item["hand_off"],
    )


def _event(submission: Submission, reason: str) -> SubmissionQuarantined:
    text = f"quarantined:{submission.submission_id}".encode()
    return SubmissionQuarantined(
        event_id=derived_id("event", hmac.digest(key("submission"), text, hashlib.sha256)),
        occurred_at=submission.received_at,
        submission_id=submission.submission_id,
        form_id=submission.form_id or "",
        reason=reason,
    )
