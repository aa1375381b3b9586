"""From a request to one message per store: who the person is, and what must be kept."""

from collections.abc import Mapping, Sequence
from contextlib import suppress as suppress_error
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from shared.customers.identity import contact_id_of_lead
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.kernel.clock import iso, parse_instant
from shared.platform.queues import send_all
from shared.platform.requests import Op
from shared.platform.settings import settings
from shared.platform.writes import ConditionFailed

from . import holding
from .erasures import erased_op
from .model import ERASURE, FORGETTABLE, Hold, PrivacyRequest, RequestState, StoreProgress
from .person import Person
from .registry import Store, Widen, whole_person
from .remembering import remember
from .repository import (
    customers,
    hold_op,
    load,
    person_of,
    person_op,
    turn_op,
    waiting_op,
    with_stores,
)

_TOGETHER: Final = 100

PURGED: Final = frozenset({"contacts", "search", "sign_in_codes"})
"""What a rule of retention removes of a contact that was put away: the record. Whoever works on a
lead of the same person goes on with that."""


def plan(
    request_id: str, stores: Sequence[Store], finders: tuple[Widen, ...], now: datetime
) -> None:
    """Find out who the person is and begin, once; send a message for each store that is not
    done, each time. Nothing happens for a request that is over."""
    request = load(request_id)
    if request.state is RequestState.REQUESTED:
        person = person_of(request_id)
        if person is None:
            return
        _begin(request, whole_person(person, finders), stores, now)
    _send(request_id)


def look_again(request_id: str, now: datetime) -> None:
    """Begin the second round of an erasure whose time has come, once, and send its messages."""
    request, stores, _ = with_stores(request_id)
    if request.state is RequestState.SETTLING and (request.look_again_at or "~") <= iso(now):
        again = [one.model_copy(update={"round": request.round + 1}) for one in stores]
        ops: list[Op] = [
            turn_op(request, RequestState.RUNNING, round=request.round + 1),
            *(waiting_op(request_id, one) for one in again),
        ]
        # Refused where another delivery of the same timer did it.
        with suppress_error(ConditionFailed):
            customers.write(*ops)
    _send(request_id)


def _begin(request: PrivacyRequest, person: Person, stores: Sequence[Store], now: datetime) -> None:
    holds: list[Hold] = []
    if request.kind == ERASURE:
        holds = holding.in_force(person, now)
        kept = frozenset(entity for one in holds for entity in one.keeps)
        person = replace(person, kept=kept, request_id=request.request_id)
        _forbid(request, person, now)
    meant = [one for one in stores if request.cause != "retention" or one.name in PURGED]
    ops: list[Op] = [
        turn_op(request, RequestState.RUNNING, round=1),
        person_op(request.request_id, person),
        *(waiting_op(request.request_id, StoreProgress(store=one.name, round=1)) for one in meant),
        *(hold_op(request.request_id, one, parse_instant(one.until)) for one in holds),
    ]
    try:
        customers.write(*ops)
    except ConditionFailed:
        return  # another delivery of the same event did


def _forbid(request: PrivacyRequest, person: Person, now: datetime) -> None:
    """Before anything goes: nobody writes to the person any more, and what is still on its way
    does not bring them back. Each part changes nothing when done again."""
    if request.cause in FORGETTABLE:
        for start in range(0, len(person.addresses), _TOGETHER):
            suppress(person.addresses[start : start + _TOGETHER], None, Reason.ERASED, now)
    remember(request, person, now)
    at = parse_instant(request.requested_at)
    for contact_id in dict.fromkeys(
        (*person.contact_ids, *map(contact_id_of_lead, person.lead_ids))
    ):
        try:
            customers.write(erased_op(contact_id, request.request_id, at))
        except ConditionFailed:
            continue  # a later erasure is noted already


def _send(request_id: str) -> None:
    """A message for each store of a running request that is not done."""
    request, stores, _ = with_stores(request_id)
    if request.state is not RequestState.RUNNING:
        return
    waiting: list[Mapping[str, Any]] = [
        {"request_id": request_id, "store": one.store, "round": request.round}
        for one in stores
        if one.round == request.round and one.state != "done"
    ]
    send_all(settings().need("privacy_work_queue_url"), waiting)
