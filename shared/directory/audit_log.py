"""Reading what was recorded of changes of configuration (see `audit`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel

from shared.kernel.differences import Difference, differences
from shared.kernel.errors import NotFound
from shared.kernel.paging import seal, unseal
from shared.platform.audit import Action
from shared.platform.auth import ADMIN, Staff
from shared.platform.keys import key
from shared.platform.tables import Item, Table
from shared.platform.versions import contents

from .audit import LOG, directory

READERS: Final = (ADMIN, "sales_manager")

_AREAS_OF: Final = {"sales_manager": frozenset({"sales", "directory"})}
_NOUNS_OF: Final = {"sales_manager": frozenset({"custom_fields"})}
"""What others than administrators see of: the areas, and nouns of others, they configure
themselves."""

_SCOPE: Final = "audit"
_CALLS: Final = 2
_LOOKED_AT: Final = 500
"""Entries looked through per call where only some are asked for; each is about 300 bytes."""

_HIDDEN: Final = ("key_hash",)
_MASK: Final = "(secret)"


class Entry(BaseModel):
    """One change. `id` names what was changed, `version_before` is 0 for what is new, `restored`
    the version a roll-back brought back."""

    entry_id: str
    at: AwareDatetime
    by: str
    area: str
    noun: str
    id: str
    action: Action
    version_before: int
    version_after: int
    restored: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of a noun ("form"), of one thing of it, by a person; `None`: any."""

    noun: str | None = None
    id: str | None = None
    by: str | None = None

    def has(self, item: Item) -> bool:
        """Whether a stored entry is one of them."""
        return all(
            asked is None or item[name] == asked
            for name, asked in (("noun", self.noun), ("id", self.id), ("by", self.by))
        )


def audit_page(
    reader: Staff, wanted: Wanted, *, limit: int, cursor: str | None
) -> tuple[list[Entry], str | None]:
    """Up to `limit` entries that `reader` may see, newest first, and the next page's cursor.

    At most two queries. A page may be short, even empty, and yet have a next one: then the
    thousand entries looked through held no more. Raises `Forbidden` and `Rejected`.
    """
    reader.need(*READERS)
    after: Mapping[str, str] | None = None
    if cursor:
        after = {"pk": LOG, "sk": unseal(cursor, key("cursor"), _SCOPE)["sk"]}
    every = wanted == Wanted() and reader.has(ADMIN)
    found: list[Item] = []
    for _ in range(_CALLS):
        page = directory.query(
            LOG,
            forward=False,
            limit=limit if every else _LOOKED_AT,
            after=after,
            consistent=True,
        )
        for item in page.items:
            if not (wanted.has(item) and _may_see(reader, item)):
                continue
            if len(found) == limit:
                return [_entry(one) for one in found], _cursor(found[-1]["sk"])
            found.append(item)
        after = page.after
        if after is None or (every and found):
            break
    return [_entry(one) for one in found], _cursor(after["sk"]) if after else None


def audit_entry(
    reader: Staff, entry_id: str, tables: Mapping[str, Table]
) -> tuple[Entry, list[Difference]]:
    """One entry, and place by place what it changed. `tables` are the areas' tables by name.

    Two reads. Raises `Forbidden`, and `NotFound` also for what `reader` may not see.
    """
    reader.need(*READERS)
    item = directory.get({"pk": LOG, "sk": entry_id})
    if item is None or not _may_see(reader, item):
        raise NotFound("entry_not_found", "Nothing of that id was recorded")
    numbers = {int(item["before"]), int(item["after"])} - {0}
    kept = contents(tables[item["area"]], item["noun"], item["name"], numbers)
    changed = differences(kept.get(item["before"], {}), kept.get(item["after"], {}))
    return _entry(item), [masked(one) for one in changed]


def _may_see(reader: Staff, item: Item) -> bool:
    return ADMIN in reader.roles or any(
        item["area"] in _AREAS_OF.get(role, ()) or item["noun"] in _NOUNS_OF.get(role, ())
        for role in reader.roles
    )


def _entry(item: Item) -> Entry:
    return Entry(
        entry_id=item["sk"],
        version_before=item["before"],
        version_after=item["after"],
        **{name: item[name] for name in ("at", "by", "area", "noun", "id", "action", "restored")},
    )


def masked(one: Difference) -> Difference:
    """The same without what is nobody's to see."""
    if one.path.rpartition(".")[2] not in _HIDDEN:
        return one
    return Difference(one.path, *(_hide(value) for value in (one.before, one.after)))


def _hide(value: Any) -> str | None:
    return None if value is None else _MASK


def _cursor(sk: str) -> str:
    return seal({"sk": sk}, key("cursor"), _SCOPE)
