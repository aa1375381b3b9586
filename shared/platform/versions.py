"""How a version of a configuration is stored, whichever kind it is of."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso

from .requests import Item
from .tables import Table

OUTDATED: Final = "What that version says is no longer possible"


def history_of(kind: str, name: str) -> str:
    """The partition of everything kept of one configuration."""
    return f"CONFIG#{kind}#{name}"


def version_key(kind: str, name: str, number: int) -> dict[str, str]:
    """The key of one version."""
    return {"pk": history_of(kind, name), "sk": f"V#{number:06d}"}


def version_item(kind: str, name: str, number: int, body: str, *, by: str, at: datetime) -> Item:
    """One version as stored; `body` is its content as JSON."""
    return {
        **version_key(kind, name, number),
        "name": name,
        "number": number,
        "body": body,
        "saved_by": by,
        "saved_at": iso(at),
    }


def content(table: Table, kind: str, name: str, number: int) -> dict[str, Any] | None:
    """The content of one version; `None` when it is not kept. One read."""
    item = table.get(version_key(kind, name, number))
    return dict(json.loads(item["body"])) if item else None


def contents(
    table: Table, kind: str, name: str, numbers: Collection[int]
) -> dict[int, dict[str, Any]]:
    """The content of those versions among `numbers` that are kept, by number. One read for all."""
    items = table.get_many(version_key(kind, name, number) for number in numbers)
    return {item["number"]: json.loads(item["body"]) for item in items}
