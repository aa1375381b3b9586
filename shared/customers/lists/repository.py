"""Where lists are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| list | `LIST#<list_id>` | `LIST` |
| member | `LIST#<list_id>` | `MEMBER#<contact_id>` |
| the same, found from the contact | `CONTACT#<contact_id>` | `LIST#<list_id>` |

| question | key | asked by |
|---|---|---|
| one list | table | list_admin |
| who is on a list | table, `MEMBER#` | list_admin, contact_export |
| which lists somebody is on | `CONTACT#<contact_id>`, `LIST#` | list_admin; merging, erasing |
| all lists by name | `by_list`: `LISTS`, `<folded name>#<list_id>` | list_admin, console_lists, console_imports |
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.names import sort_key
from shared.customers.tables import CUSTOMERS
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Condition, Item, Key
from shared.platform.tables import Table

from .model import ContactList, Member

LIST: Final = "LISTS"
MEMBER: Final = "MEMBER#"

customers = Table(CUSTOMERS)

IN_USE: Final = Condition(
    "list_in_use",
    "attribute_exists(#pk) AND attribute_not_exists(#deleted_at)",
    "nobody joins a list that is not there",
)


def list_key(list_id: str) -> dict[str, str]:
    """The key of the list itself."""
    return {"pk": f"LIST#{list_id}", "sk": "LIST"}


def member_key(list_id: str, contact_id: str) -> dict[str, str]:
    """The key of somebody on it."""
    return {"pk": f"LIST#{list_id}", "sk": f"{MEMBER}{contact_id}"}


def of_contact_key(contact_id: str, list_id: str) -> dict[str, str]:
    """The key of the same, among what there is of the contact."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"LIST#{list_id}"}


def need(list_id: str) -> ContactList:
    """The list. Raises `NotFound`, also for one that was put away."""
    item = customers.get(list_key(list_id)) if is_id("list", list_id) else None
    if item is None or "deleted_at" in item:
        raise unknown()
    return from_item(item)


def attributes(one: ContactList) -> Item:
    """A list as stored, with its keys; one that was put away is in no list of lists."""
    listed = {} if one.deleted_at else {"list_pk": LIST, "list_sk": sort_key(one.list_id, one.name)}
    stored = one.model_dump(exclude_none=True, exclude={"list_id"})
    return {**list_key(one.list_id), "kind": "list", **stored, **listed}


def from_item(item: Mapping[str, Any]) -> ContactList:
    """The list a stored item stands for."""
    return ContactList.model_validate({**item, "list_id": item["pk"].removeprefix("LIST#")})


def lists(limit: int, cursor: str | None) -> tuple[list[ContactList], str | None]:
    """A page of all lists by name, and the cursor of the next. Two calls."""
    keys, rest = keys_of_lists(limit, cursor)
    whole = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    return [from_item(whole[one["pk"]]) for one in keys if one["pk"] in whole], rest


def keys_of_lists(limit: int, cursor: str | None) -> tuple[list[Key], str | None]:
    """Where the lists of a page are, by name, and the cursor of the next. One call."""
    after = unseal(cursor, key("cursor"), LIST) if cursor else None
    page = customers.query(LIST, index="by_list", limit=limit, after=after)
    return [{"pk": one["pk"], "sk": one["sk"]} for one in page.items], _cursor(page.after, LIST)


def lists_by_name(most: int = 100) -> list[tuple[str, str]]:
    """Ids and names of the first lists by name, to choose from. One call."""
    page = customers.query(LIST, index="by_list", limit=most)
    return [(item["pk"].removeprefix("LIST#"), str(item["name"])) for item in page.items]


def members(list_id: str, limit: int | None, cursor: str | None) -> tuple[list[Member], str | None]:
    """A page of who is on a list, and the cursor of the next. One call."""
    scope = f"members:{list_id}"
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    page = customers.query(list_key(list_id)["pk"], begins=MEMBER, limit=limit, after=after)
    return [member(item) for item in page.items], _cursor(page.after, scope)


def member(item: Mapping[str, Any]) -> Member:
    """The member a stored item stands for."""
    return Member.model_validate({**item, "contact_id": item["sk"].removeprefix(MEMBER)})


def lists_of(contact_id: str) -> list[str]:
    """The ids of the lists somebody is on. One strong query."""
    pk = of_contact_key(contact_id, "")["pk"]
    found = customers.query_all(pk, begins="LIST#", consistent=True)
    return [item["sk"].removeprefix("LIST#") for item in found]


def unknown() -> NotFound:
    """There is no such list."""
    return NotFound("list_not_found", "There is no such list")


def _cursor(rest: Item | None, scope: str) -> str | None:
    return seal({k: str(v) for k, v in rest.items()}, key("cursor"), scope) if rest else None
