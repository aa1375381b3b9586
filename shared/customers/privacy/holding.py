"""Legal holds: what must be kept of a person by law, though everything else may go.

| entity (table `customers`) | pk | sk |
|---|---|---|
| hold of a person | `CONTACT#<contact_id>` | `HOLD#<hold_id>` |

An erasure keeps what holds name in a partition of its own, without what tells who it was
(`repository`), until they end.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.contacts.repository import contact_key, need
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.kernel.ids import is_id
from shared.platform.batch_writes import delete_all
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.requests import Condition, Delete, Item, Put
from shared.platform.writes import ConditionFailed

from .model import Hold
from .person import Person
from .repository import HOLD, customers, held_key

LONGEST: Final = timedelta(days=30 * 366)
MAX_HOLDS: Final = 20

_NEW: Final = Condition(
    "hold_new", "attribute_not_exists(#pk)", "a request sent again with its key makes one hold"
)


class NewHold(BaseModel):
    """A hold to place: `{"name": "Accounting", "reason": "§ 147 AO", "keeps":
    ["contacts.product"], "until": "2035-12-31T00:00:00Z"}`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    keeps: Annotated[
        list[Annotated[str, StringConstraints(max_length=80)]], Field(min_length=1, max_length=20)
    ]
    until: AwareDatetime


def place_hold(
    contact_id: str,
    new: NewHold,
    possible: Collection[str],
    by: str,
    now: datetime,
    *,
    key: str | None = None,
    body: bytes = b"",
) -> Hold:
    """Place a hold on a contact. `possible` is what holds may keep. Sent again with its key, it
    is one hold.

    Raises `NotFound`, and `Rejected`, naming the field: `keeps_unknown`, `until_past`,
    `until_too_late`, or `too_many_holds`.
    """
    wrong = [
        FieldError(f"keeps.{n}", "keeps_unknown", f"One of {', '.join(sorted(possible))}")
        for n, one in enumerate(new.keeps)
        if one not in possible
    ]
    if new.until <= now:
        wrong.append(FieldError("until", "until_past", "In the future"))
    if new.until > now + LONGEST:
        wrong.append(FieldError("until", "until_too_late", "At most 30 years from now"))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    contact = need(contact_id)
    if len(holds_of(contact.contact_id)) >= MAX_HOLDS:
        raise Rejected("too_many_holds", f"At most {MAX_HOLDS} holds of one person")
    hold = Hold(
        hold_id=record_id("hold", f"{by}:{contact.contact_id}", key, now),
        name=new.name,
        reason=new.reason,
        keeps=sorted(set(new.keeps)),
        until=iso(new.until),
        created_by=by,
        created_at=iso(now),
    )
    item: Item = {**_key(contact.contact_id, hold.hold_id), **hold.model_dump()}
    if key:
        item["request_hash"] = request_hash(body)
    try:
        customers.write(Put(item, _NEW))
    except ConditionFailed as refused:
        known = refused.found(0) or {}
        same_request(known, body)
        return Hold.model_validate(known)
    return hold


def lift_hold(contact_id: str, hold_id: str) -> None:
    """Take a hold off a contact. Raises `NotFound`."""
    contact = need(contact_id)
    there = Condition("hold_there", "attribute_exists(#pk)", "what is not there cannot be lifted")
    if not is_id("hold", hold_id):
        raise _missing()
    try:
        customers.write(Delete(_key(contact.contact_id, hold_id), there))
    except ConditionFailed as refused:
        raise _missing() from refused


def holds_of(contact_id: str) -> list[Hold]:
    """The holds of a contact, ended ones included. One strong query."""
    pk = contact_key(contact_id)["pk"]
    items = customers.query_all(pk, begins=HOLD, consistent=True)
    return [Hold.model_validate(item) for item in items]


def in_force(person: Person, now: datetime) -> list[Hold]:
    """The holds of all of a person's records that have not ended."""
    found = [one for contact_id in person.contact_ids for one in holds_of(contact_id)]
    return [one for one in found if one.until > iso(now)]


def end_hold(request_id: str, hold_id: str, now: datetime) -> None:
    """Let go of what a hold kept of an erased person, when its time has come and no other hold
    keeps it. Again, it changes nothing."""
    partition = held_key(request_id, hold_id)["pk"]
    items = customers.query_all(partition, consistent=True)
    holds = {str(item["sk"]): item for item in items if item["sk"].startswith(HOLD)}
    ended = holds.get(f"{HOLD}{hold_id}")
    if ended is None or ended["until"] > iso(now):
        return
    still = {kept for one in holds.values() if one["until"] > iso(now) for kept in one["keeps"]}
    over = set(ended["keeps"]) - still
    delete_all(
        customers,
        (
            {"pk": item["pk"], "sk": item["sk"]}
            for item in items
            if str(item["sk"]).partition("#")[0] in over
        ),
    )
    customers.write(Delete(held_key(request_id, hold_id)))


def _key(contact_id: str, hold_id: str) -> dict[str, str]:
    return {**contact_key(contact_id), "sk": f"{HOLD}{hold_id}"}


def _missing() -> NotFound:
    return NotFound("hold_not_found", "There is no such hold")
