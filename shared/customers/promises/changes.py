"""Settling promises."""

from datetime import datetime

from shared.customers.contacts.repository import followed
from shared.customers.events import PromiseSettled
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound, Stale
from shared.kernel.ids import new_id
from shared.platform.auth import Staff

from .model import Promise, PromiseChange, PromiseState
from .repository import load_promise, save


def settle(
    contact_id: str, promise_id: str, change: PromiseChange, by: Staff, now: datetime
) -> Promise:
    """Say what became of a promise, or open it again; the promise after. Saying what is so
    already changes nothing.

    Two reads, one write. Raises `NotFound` and `Stale`.
    """
    record = followed(contact_id)
    whose = str(record["pk"]).removeprefix("CONTACT#") if record else contact_id
    promise = load_promise(whose, promise_id)
    if promise is None:
        raise NotFound("promise_not_found", "There is no such promise")
    if promise.version != change.version:
        raise Stale("version_stale", version=promise.version)
    if promise.state is change.state:
        return promise
    settled = change.state is not PromiseState.OPEN
    after = promise.model_copy(
        update={
            "state": change.state,
            "settled_at": iso(now) if settled else None,
            "settled_by": by.staff_id if settled else None,
            "version": promise.version + 1,
        }
    )
    event = PromiseSettled(
        event_id=new_id("event", now),
        occurred_at=now,
        contact_id=whose,
        promise_id=promise_id,
        state=change.state.value,
        version=after.version,
        by=by.staff_id,
    )
    save(promise, after, [event])
    return after
