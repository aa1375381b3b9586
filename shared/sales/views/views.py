"""Where saved views are kept (table `sales`), and how they change.

| entity | pk | sk |
|---|---|---|
| view | `VIEWS#<staff_id>` | `VIEW#<view_id>` |
| how many there are | `VIEWS#<staff_id>` | `COUNT` |

| question | key | asked by |
|---|---|---|
| all of a person | table, `VIEW#` | saved_views |

A view's id is made of its name, whatever its case, so a person has one view of a name.
"""

import hashlib
from typing import Any, Final

from shared.kernel.errors import Conflict, NotFound, Stale
from shared.kernel.ids import derived_id
from shared.platform.requests import Condition, Delete, Item, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.tables import SALES

from .model import View, ViewInput

MAX_VIEWS: Final = 50
VIEW: Final = "VIEW#"

_NEW: Final = Condition(
    "view_new", "attribute_not_exists(#pk)", "of two views of a name one would be lost"
)
_ROOM: Final = Condition(
    "views_left",
    "attribute_not_exists(#views) OR #views < :most",
    "all views of a person are read at once: they stay few",
    {"most": MAX_VIEWS},
)

sales = Table(SALES)


def views_of(staff_id: str) -> list[View]:
    """The person's views in their order. One query."""
    items = sales.query(_pk(staff_id), begins=VIEW, consistent=True).items
    return sorted(map(_view, items), key=lambda view: (view.order, view.name.casefold()))


def add_view(staff_id: str, given: ViewInput) -> View:
    """Keep a new view. The same again is the same view.

    Raises `Conflict`: `view_exists` (with its `view_id`) for another one of that name,
    `too_many_views` beyond `MAX_VIEWS`.
    """
    view = _made(given, version=1)
    try:
        sales.write(_put(staff_id, view, _NEW), _count(staff_id, +1))
    except ConditionFailed as refused:
        if item := refused.found(0):
            known = _view(item)
            if known.same_list(given):
                return known
            raise _exists(known.view_id) from refused
        raise Conflict("too_many_views", f"A person keeps at most {MAX_VIEWS} views") from refused
    return view


def change_view(staff_id: str, view_id: str, given: ViewInput) -> View:
    """Replace a view as a whole; under another name it has another id.

    Raises `NotFound`, `Stale` and `Conflict` (`view_exists`) for a name that is taken.
    """
    view = _made(given, version=given.version + 1)
    still = _unchanged(given.version)
    ops: list[Op] = [_put(staff_id, view, still)]
    if view.view_id != view_id:
        ops = [Delete(_key(staff_id, view_id), still), _put(staff_id, view, _NEW)]
    try:
        sales.write(*ops)
    except ConditionFailed as refused:
        if refused.found(0) is None:
            raise _exists(view.view_id) from refused
        raise _lost(refused) from refused
    return view


def remove_view(staff_id: str, view_id: str, version: int) -> None:
    """Give a view up; one that is gone already is no error. Raises `Stale`."""
    try:
        sales.write(Delete(_key(staff_id, view_id), _unchanged(version)), _count(staff_id, -1))
    except ConditionFailed as refused:
        if refused.found(0):
            raise _lost(refused) from refused


def _made(given: ViewInput, version: int) -> View:
    digest = hashlib.sha256(given.name.casefold().encode()).digest()
    return View(
        view_id=derived_id("view", digest),
        name=given.name,
        query=given.query,
        order=given.order,
        version=version,
    )


def _pk(staff_id: str) -> str:
    return f"VIEWS#{staff_id}"


def _key(staff_id: str, view_id: str) -> dict[str, str]:
    return {"pk": _pk(staff_id), "sk": f"{VIEW}{view_id}"}


def _put(staff_id: str, view: View, condition: Condition) -> Put:
    item: Item = {**_key(staff_id, view.view_id), "kind": "view", **view.model_dump(mode="json")}
    return Put(item, condition)


def _count(staff_id: str, change: int) -> Update:
    return Update(
        {"pk": _pk(staff_id), "sk": "COUNT"},
        add={"views": change},
        condition=_ROOM if change > 0 else None,
    )


def _unchanged(version: int) -> Condition:
    return Condition(
        "view_unchanged",
        "#version = :view_version",
        "what somebody changed in another window must not be lost",
        {"view_version": version},
    )


def _view(item: dict[str, Any]) -> View:
    return View.model_validate(item)


def _lost(refused: ConditionFailed) -> NotFound | Stale:
    item = refused.found(0)
    if not item:
        return NotFound("view_not_found", "There is no such view")
    return Stale("version_stale", version=item["version"])


def _exists(view_id: str) -> Conflict:
    return Conflict("view_exists", "You have a view of that name", view_id=view_id)
