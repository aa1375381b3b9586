"""Where exports are kept (table `customers`); the files are in the bucket, under `exports/`.

| entity | pk | sk |
|---|---|---|
| export: what was asked for, and how far it is | `EXPORT#<export_id>` | `EXPORT` |

| question | key | asked by |
|---|---|---|
| one export | table | export_admin, contact_export |
| all exports, newest first | `by_list`: `EXPORTS`, `<requested_at>#<export_id>` | export_admin |
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from shared.customers.writing import customers
from shared.kernel.clock import parse_instant
from shared.kernel.errors import NotFound, Stale
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Condition, Item, Put
from shared.platform.writes import ConditionFailed

from .model import Export

KEPT: Final = timedelta(days=30)
LIST: Final = "EXPORTS"

NEW: Final = Condition(
    "export_new", "attribute_not_exists(#pk)", "a request sent again makes one export"
)


def export_key(export_id: str) -> dict[str, str]:
    """The key of an export."""
    return {"pk": f"EXPORT#{export_id}", "sk": "EXPORT"}


def file_of(one: Export) -> str:
    """Where its file lies in the bucket."""
    return f"exports/{one.export_id}.{one.format}"


def need(export_id: str) -> Export:
    """The export. Raises `NotFound`."""
    item = customers.get(export_key(export_id)) if is_id("export", export_id) else None
    if item is None:
        raise NotFound("export_not_found", "There is no such export")
    return Export.model_validate(item)


def attributes(one: Export) -> Item:
    """An export as stored, with its keys."""
    return {
        **export_key(one.export_id),
        "kind": "export",
        **one.model_dump(mode="json", exclude_none=True),
        "list_pk": LIST,
        "list_sk": f"{one.requested_at}#{one.export_id}",
        "expires_at": int((parse_instant(one.requested_at) + KEPT).timestamp()),
    }


def save(before: Export, events: Sequence[DomainEvent] = (), **values: Any) -> Export:
    """Store an export with `values` changed. Raises `Stale` when somebody else was first: two
    deliveries of one message may be at work."""
    after = before.model_copy(update={**values, "version": before.version + 1})
    unchanged = Condition(
        "export_unchanged",
        "#version = :known",
        "of two workers at one export only one may go on",
        {"known": before.version},
    )
    try:
        customers.write(Put(attributes(after), unchanged, events))
    except ConditionFailed as refused:
        raise Stale("version_stale") from refused
    return after


def exports(limit: int, cursor: str | None) -> tuple[list[Export], str | None]:
    """A page of exports, newest first, and the cursor of the next. Two calls."""
    after = unseal(cursor, key("cursor"), LIST) if cursor else None
    page = customers.query(LIST, index="by_list", forward=False, limit=limit, after=after)
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
    whole = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    found = [Export.model_validate(whole[one["pk"]]) for one in keys if one["pk"] in whole]
    rest = page.after
    return found, seal({k: str(v) for k, v in rest.items()}, key("cursor"), LIST) if rest else None
