"""What was changed of a contact, kept beside it: who, when, from what to what.

| entity (table `customers`) | pk | sk |
|---|---|---|
| change, written once in the transaction that makes it | `CONTACT#<contact_id>` | `CHANGE#<at>#<event_id>` |

It holds what people typed: it stays with the contact and goes with it.
"""

from typing import Any, Final

from shared.customers.events import CustomersEvent
from shared.kernel.clock import iso
from shared.platform.requests import Condition, Put

from .model import Contact
from .repository import attributes, contact_key

CHANGE: Final = "CHANGE#"

_NEW: Final = Condition(
    "change_new", "attribute_not_exists(#pk)", "what happened is written down once and stays"
)


def changed(
    before: Contact, after: Contact, fields: list[str], event: CustomersEvent, by: str
) -> Put:
    """Write down a change that `event` tells of."""
    old, new = attributes(before), attributes(after)
    at = iso(event.occurred_at)
    item: dict[str, Any] = {
        **contact_key(after.contact_id),
        "sk": f"{CHANGE}{at}#{event.event_id}",
        "kind": "change",
        "at": at,
        "by": by,
        "before": {name: old[name] for name in fields if name in old},
        "after": {name: new[name] for name in fields if name in new},
    }
    return Put(item, _NEW)
