"""Who looked at a contact, page by page."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key

from .model import Look
from .repository import page_of


def looks_at(contact_id: str, *, limit: int, cursor: str | None) -> tuple[list[Look], str | None]:
    """Up to `limit` looks at sensitive fields of a contact, the latest first, and the cursor of
    the next page; also of one that was erased or merged away since. One query.

    Raises `NotFound` for what is no id of a contact, and `Rejected` for a foreign cursor.
    """
    if not is_id("contact", contact_id):
        raise NotFound("contact_not_found", "There is no such contact")
    scope = f"accesses:{contact_id}"
    after: Mapping[str, Any] | None = unseal(cursor, key("cursor"), scope) if cursor else None
    found, rest = page_of(contact_id, limit=limit, after=after)
    position = {name: str(value) for name, value in rest.items()} if rest else None
    return found, seal(position, key("cursor"), scope) if position else None
