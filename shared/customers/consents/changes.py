"""Deciding: a person gives a consent, or takes it back; both at once, whoever writes it down."""

from datetime import datetime
from typing import Final

from shared.customers.contacts.repository import MAX_HOPS, contact_key
from shared.customers.events import ConsentGiven, ConsentWithdrawn, CustomersEvent
from shared.customers.privacy.erasures import not_erased_since
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import AlreadyHandled, Busy, Rejected
from shared.platform.requests import Check, Condition, Op
from shared.platform.writes import ConditionFailed

from .model import Consent, ConsentState, Decision
from .repository import customers, log_op, stands_op

_LOG, _RECORD, _ERASED = range(3)

_NOT_MERGED: Final = Condition(
    "contact_not_merged",
    "attribute_not_exists(#merged_into)",
    "a decision belongs to the record that counts, also while two are becoming one",
)


def decide(
    contact_id: str,
    consent: Consent,
    entry_id: str,
    now: datetime,
    *,
    request_hash: str | None = None,
) -> Decision:
    """Write a decision down and let it stand, unless a later one does already. Once per
    `entry_id`: again, it changes nothing. One write call.

    It is kept at the record that `contact_id` now means. Raises `Rejected` when the same
    `entry_id` was used for another request, `AlreadyHandled` when the person was erased after
    they decided, and `Busy`.
    """
    decision = Decision(**consent.model_dump(), entry_id=entry_id, recorded_at=iso(now))
    stands = True
    for _ in range(MAX_HOPS):
        ops: list[Op] = [
            log_op(contact_id, decision, _events(contact_id, decision), request_hash),
            Check(contact_key(contact_id), _NOT_MERGED),
            not_erased_since(contact_id, decision.at),
        ]
        if stands:
            ops.append(stands_op(contact_id, consent))
        try:
            customers.write(*ops)
            return decision
        except ConditionFailed as refused:
            if (known := refused.found(_LOG)) is not None:
                if known.get("request_hash") != request_hash:
                    message = "This key was used for another request"
                    raise Rejected("idempotency_key_reused", message) from refused
                return Decision.model_validate(known)
            if (record := refused.found(_RECORD)) is not None:
                contact_id = str(record["merged_into"])
            elif refused.found(_ERASED) is not None:
                raise AlreadyHandled("person_erased") from refused
            else:
                stands = False
    raise Busy("contact_moving", "This contact is being changed by others, try again")


def _events(contact_id: str, decision: Decision) -> list[CustomersEvent]:
    if decision.state is ConsentState.PENDING:
        return []
    kind = ConsentGiven if decision.state is ConsentState.GRANTED else ConsentWithdrawn
    return [
        kind(
            event_id=f"{contact_id}.{decision.entry_id}",
            occurred_at=parse_instant(decision.at),
            contact_id=contact_id,
            purpose=decision.purpose,
            channel=decision.channel,
            origin=decision.evidence.source,
        )
    ]
