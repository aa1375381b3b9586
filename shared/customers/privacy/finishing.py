"""The end of a request: when all stores are done, once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.customers.events import ContactErased, PrivacyRequestCompleted
from shared.kernel.clock import iso
from shared.platform.requests import Op
from shared.platform.tables import Item
from shared.platform.writes import ConditionFailed

from .certificate import canonical, made, signature_of
from .documents import KEPT, write_archive
from .model import ERASURE, EXPORT, FORGETTABLE, Hold, PrivacyRequest, RequestState, StoreProgress
from .person import Person
from .repository import (
    HOLD,
    certificate_op,
    customers,
    done_ops,
    person_of,
    person_op,
    turn_op,
    with_stores,
)

LOOK_AGAIN_AFTER: Final = timedelta(minutes=20)
"""What was on its way when an erasure began is delivered by then: a queue tries for a quarter of
an hour."""

_ROUNDS: Final = 2


def conclude(request_id: str, now: datetime) -> None:
    """Go on with a request all of whose stores are done: an erasure after its first round is
    looked through again in a while, everything else is done. Once, whoever is last."""
    request, stores, _ = with_stores(request_id)
    if request.state is not RequestState.RUNNING or not _all_done(request, stores):
        return
    person = person_of(request_id)
    if person is None:
        return
    if request.kind == EXPORT:
        write_archive(request, stores)
        ops = _exported(request, now)
    elif request.round < _ROUNDS:
        ops = _settling(request, person, now)
    else:
        ops = _erased(request, person, stores, now)
    try:
        customers.write(*ops)
    except ConditionFailed:
        return  # another worker was last as well


def _all_done(request: PrivacyRequest, stores: list[StoreProgress]) -> bool:
    return all(one.round == request.round and one.state == "done" for one in stores)


def _settling(request: PrivacyRequest, person: Person, now: datetime) -> list[Op]:
    at = now + LOOK_AGAIN_AFTER
    until = min(person.until, iso(now))
    return [
        turn_op(request, RequestState.SETTLING, look_again_at=at),
        person_op(request.request_id, replace(person, until=until)),
    ]


def _exported(request: PrivacyRequest, now: datetime) -> list[Op]:
    done = turn_op(
        request,
        RequestState.DONE,
        completed_at=iso(now),
        expires_at=iso(now + KEPT),
        events=[_completed(request, now)],
    )
    return [done, *done_ops(request)]


def _erased(
    request: PrivacyRequest, person: Person, stores: list[StoreProgress], now: datetime
) -> list[Op]:
    holds = [Hold.model_validate(one) for one in _holds(person)]
    suppressed = len(person.addresses) if request.cause in FORGETTABLE else 0
    document = made(request, stores, holds, suppressed, now)
    erased = [
        ContactErased(
            event_id=f"{request.request_id}.{contact_id}",
            occurred_at=now,
            contact_id=contact_id,
            request_id=request.request_id,
        )
        for contact_id in person.contact_ids
    ]
    done = turn_op(
        request,
        RequestState.DONE,
        completed_at=iso(now),
        reason="",  # whoever wrote it may have named the person
        events=[*erased, _completed(request, now)],
    )
    signed = certificate_op(request.request_id, canonical(document), signature_of(document))
    return [done, signed, *done_ops(request)]


def _holds(person: Person) -> list[Item]:
    return customers.query_all(person.held_partition, begins=HOLD, consistent=True)


def _completed(request: PrivacyRequest, now: datetime) -> PrivacyRequestCompleted:
    return PrivacyRequestCompleted(
        event_id=f"{request.request_id}.completed",
        occurred_at=now,
        request_id=request.request_id,
        kind=ERASURE if request.kind == ERASURE else EXPORT,
    )
