"""An account got another name: so do those who are found by it."""

from datetime import datetime, timedelta
from typing import Final

from shared.customers.accounts.keys import account_key, member_key
from shared.kernel.errors import Busy
from shared.platform.requests import Item, Put
from shared.platform.tables import Page

from .indexing import index_contact
from .repository import customers

PAGE: Final = 100
PAGES_AT_ONCE: Final = 100
"""Some ten thousand members, well within the time a message has; then it comes again and goes on."""

_MEMBERS: Final = member_key("", "")["sk"]
_FORGOTTEN_AFTER: Final = timedelta(days=14)
"""As long as a message lives."""


def index_members(account_id: str, event_id: str, now: datetime) -> None:
    """Index the members of an account again, as the event `event_id` asks for. Per member three
    or four reads and, where something changed, a write; how far it is, is kept per page.

    Raises `Busy` when it is to go on.
    """
    mark = {"pk": account_key(account_id)["pk"], "sk": f"SEARCH_MEMBERS#{event_id}"}
    noted = customers.get(mark)
    after: Item | None = member_key(account_id, noted["after"]) if noted else None
    until = int((now + _FORGOTTEN_AFTER).timestamp())
    for _ in range(PAGES_AT_ONCE):
        page: Page = customers.query(
            mark["pk"], begins=_MEMBERS, limit=PAGE, after=after, consistent=True
        )
        for item in page.items:
            index_contact(item["sk"].removeprefix(_MEMBERS))
        if page.after is None:
            return
        after = page.after
        done = after["sk"].removeprefix(_MEMBERS)
        # Unconditional: whoever notes it last has done all before it.
        customers.write(Put({**mark, "after": done, "expires_at": until}))
    raise Busy("more_members", "There are more members to index")
