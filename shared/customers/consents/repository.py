"""Where consents are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| consent as it stands | `CONTACT#<contact_id>` | `CONSENT#<purpose>#<channel>` |
| decision, written once, carrying its event | `CONTACT#<contact_id>` | `CONSENT_LOG#<entry_id>` |

| question | key | asked by |
|---|---|---|
| what a person allows, and every decision | table, `CONSENT` | consent_admin, portal_query |
| what a person allows | table, `CONSENT#` | contact_merge |

A decision's id comes from what made it (a submission, an `Idempotency-Key`), so that making it
again finds it there. Decisions stand under a person's id from the first form on, whether or not
there is a record of them.
"""

from collections.abc import Sequence
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.kernel.events import DomainEvent
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table

from .model import Consent, ConsentState, Decision

CONSENT: Final = "CONSENT#"
LOG: Final = "CONSENT_LOG#"
BOTH: Final = "CONSENT"

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "decision_new", "attribute_not_exists(#pk)", "what a person decided is written down once"
)


def of_contact(contact_id: str) -> list[Consent]:
    """What stands for a person, by purpose and channel. One strong query."""
    items = customers.query_all(_pk(contact_id), begins=CONSENT, consistent=True)
    return [Consent.model_validate(item) for item in items]


def with_log(contact_id: str) -> tuple[list[Consent], list[Decision]]:
    """What stands for a person, and every decision they made, the latest first. One strong
    query."""
    items = customers.query_all(_pk(contact_id), begins=BOTH, consistent=True)
    now = [Consent.model_validate(item) for item in items if item["sk"].startswith(CONSENT)]
    log = [Decision.model_validate(item) for item in items if item["sk"].startswith(LOG)]
    return now, sorted(log, key=lambda one: (one.at, one.recorded_at), reverse=True)


def log_op(
    contact_id: str, decision: Decision, events: Sequence[DomainEvent], request_hash: str | None
) -> Put:
    """Write a decision down."""
    item: Item = {
        **decision_key(contact_id, decision.entry_id),
        **_stored(decision),
        "entry_id": decision.entry_id,
        "recorded_at": decision.recorded_at,
    }
    if request_hash:
        item["request_hash"] = request_hash
    return Put(item, _NEW, events)


def stands_op(contact_id: str, consent: Consent) -> Put:
    """Let a decision stand, unless a later one does. Of two of one instant a withdrawal does."""
    later = ">" if consent.state is ConsentState.WITHDRAWN else ">="
    condition = Condition(
        "no_later_decision",
        f"attribute_not_exists(#at) OR NOT #at {later} :decided_at",
        "forms are heard of late: an old yes must not undo a new no",
        {"decided_at": consent.at},
    )
    return Put(consent_item(contact_id, consent), condition)


def consent_item(contact_id: str, consent: Consent) -> Item:
    """What stands, as stored."""
    return {**consent_key(contact_id, consent), **_stored(consent)}


def consent_key(contact_id: str, consent: Consent) -> dict[str, str]:
    """The key of what stands for a purpose and channel."""
    return {"pk": _pk(contact_id), "sk": f"{CONSENT}{consent.purpose}#{consent.channel}"}


def decision_key(contact_id: str, entry_id: str) -> dict[str, str]:
    """The key of one decision."""
    return {"pk": _pk(contact_id), "sk": f"{LOG}{entry_id}"}


def _stored(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "channel": consent.channel,
        "state": consent.state,
        "at": consent.at,
        "evidence": consent.evidence.model_dump(exclude_none=True),
    }


def _pk(contact_id: str) -> str:
    return f"CONTACT#{contact_id}"
