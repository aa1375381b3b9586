"""Making lists, renaming them, putting them away."""

from datetime import datetime
from typing import Any

from shared.kernel.clock import iso
from shared.kernel.errors import Stale
from shared.platform.idempotency import record_id
from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.writes import ConditionFailed

from .model import ContactList, ListInput
from .repository import attributes, customers, from_item, list_key, need

_NEW = Condition("list_new", "attribute_not_exists(#pk)", "a request sent again makes one list")


def create_list(
    given: ListInput, by: str, idempotency_key: str | None, now: datetime
) -> ContactList:
    """Make an empty list. Sent again with its key it is the same one."""
    one = ContactList(
        list_id=record_id("list", by, idempotency_key, now),
        name=given.name,
        description=given.description,
        created_by=by,
        created_at=iso(now),
        updated_at=iso(now),
        version=1,
    )
    try:
        customers.write(Put(attributes(one), _NEW))
    except ConditionFailed as known:
        return from_item(known.found(0) or attributes(one))
    return one


def rename_list(list_id: str, given: ListInput, version: int, now: datetime) -> ContactList:
    """Give a list another name or description. Raises `NotFound` and `Stale`."""
    return _changed(need(list_id), version, now, name=given.name, description=given.description)


def delete_list(list_id: str, version: int, now: datetime) -> None:
    """Put a list away; who was on it is not touched. Raises `NotFound` and `Stale`."""
    _changed(need(list_id), version, now, deleted_at=iso(now))


def _changed(before: ContactList, version: int, now: datetime, **values: Any) -> ContactList:
    if before.version != version:
        raise Stale("version_stale", version=before.version)
    known = {"version": version + 1, "updated_at": iso(now), **values}
    after = before.model_copy(update=known)
    index = attributes(after)
    listed: Item = {name: index[name] for name in ("list_pk", "list_sk") if name in index}
    unchanged = Condition(
        "list_unchanged",
        "#version = :list_version",
        "two people renaming at once must not overwrite each other",
        {"list_version": version},
    )
    # Not the whole item: how many are on it changes meanwhile.
    change = Update(
        list_key(before.list_id),
        set={**known, **listed},
        remove=() if listed else ("list_pk", "list_sk"),
        condition=unchanged,
    )
    try:
        customers.write(change)
    except ConditionFailed as refused:
        found = refused.found(0) or {}
        raise Stale("version_stale", version=int(found.get("version", 0))) from refused
    return after
