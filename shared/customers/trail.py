"""What was changed of a contact or account, kept beside it: who, when, from what to what.

| entity (table `customers`) | pk | sk |
|---|---|---|
| change, written once in the transaction that makes it | that of the record | `CHANGE#<at>#<event_id>` |

It holds what people typed: it stays with the record and goes with it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Item, Put

from .events import CustomersEvent

CHANGE: Final = "CHANGE#"

_NEW: Final = Condition(
    "change_new", "attribute_not_exists(#pk)", "what happened is written down once and stays"
)


def changed(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    fields: Iterable[str],
    event: CustomersEvent,
    by: str,
) -> Put:
    """Write down the change of a stored record that `event` tells of."""
    names, at = list(fields), iso(event.occurred_at)
    item: Item = {
        "pk": after["pk"],
        "sk": f"{CHANGE}{at}#{event.event_id}",
        "kind": "change",
        "at": at,
        "by": by,
        "before": {name: before[name] for name in names if name in before},
        "after": {name: after[name] for name in names if name in after},
    }
    return Put(item, _NEW)


def differing(
    before: Mapping[str, Any], after: Mapping[str, Any], among: Iterable[str]
) -> list[str]:
    """The attributes of a stored record that are no longer the same."""
    return sorted(name for name in among if before.get(name) != after.get(name))
