"""Where looks at sensitive fields are kept (table `customers`), and which fields are sensitive:
configuration of kind `access`, one by the name `contact` (platform/configuration).

| entity | pk | sk |
|---|---|---|
| look, gone after 400 days | `ACCESS#<contact_id>` | `<at>#<id>` |

| question | key | asked by |
|---|---|---|
| who looked at a contact, the latest first | table | privacy_rules, privacy_work |

They stand apart from the contact: they are records of what staff did, name the contact by id
alone, and outlive its erasure.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.directory.audit import recorded
from shared.kernel.clock import parse_instant
from shared.kernel.ids import new_id
from shared.platform.batch_writes import put_all
from shared.platform.configuration import Configuration
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table

from .model import NONE, AccessRules, Look

KEPT: Final = timedelta(days=400)
NAME: Final = "contact"
_AT_ONCE: Final = 500

customers: Final = Table(CUSTOMERS)
stored_rules: Final = Configuration(customers, "access", AccessRules, audit=recorded)

_NEW: Final = Condition("look_new", "attribute_not_exists(#pk)", "each look is a record of its own")


def rules_in_force(now: datetime) -> AccessRules:
    """The rules in force, up to 30 s old. No read within that time."""
    found = stored_rules.settled(NAME, now)
    return found.value if found else NONE


def note(looks: Sequence[Look]) -> None:
    """Write looks down, before what was looked at is answered. A write for one, else one for
    each twenty-five."""
    items = [_item(one) for one in looks]
    if len(items) == 1:
        customers.write(Put(items[0], _NEW))
    elif items:
        put_all(customers, items)


def page_of(
    contact_id: str, *, limit: int, after: Mapping[str, Any] | None
) -> tuple[list[Look], Item | None]:
    """Who looked at a contact, the latest first, and where the list goes on. One query."""
    page = customers.query(_pk(contact_id), forward=False, limit=limit, after=after)
    return [Look.model_validate(item) for item in page.items], page.after


def every_look(contact_id: str) -> Iterator[Look]:
    """All looks at a contact, read as the caller goes on."""
    rest: Item | None = None
    while True:
        found, rest = page_of(contact_id, limit=_AT_ONCE, after=rest)
        yield from found
        if rest is None:
            return


def _item(look: Look) -> Item:
    at = parse_instant(look.at)
    return {
        "pk": _pk(look.contact_id),
        "sk": f"{look.at}#{new_id('look', at)}",
        **look.model_dump(),
        "expires_at": int((at + KEPT).timestamp()),
    }


def _pk(contact_id: str) -> str:
    return f"ACCESS#{contact_id}"


def bring_back(to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version.
    """
    rules = stored_rules.older(NAME, to, than=after)
    return stored_rules.save(NAME, rules, by=by, at=now, after=after, activate=True, restored=to)
