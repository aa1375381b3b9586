"""Lists of tickets, page by page: one query each, about a second behind."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Final, Literal

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Item

from .model import TicketSummary
from .repository import owner_partition, queue_partition, summary, support

Group = Literal["with_us", "pending", "resolved", "ended"]

LOOKED_THROUGH: Final = 1_000
"""So many tickets are looked through for one page where only some are wanted."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from: a partition of an index. What is with us comes most urgent first,
    everything else latest first."""

    index: Literal["queue", "owner", "contact", "account"]
    pk: str
    forward: bool

    def position(self, item: Item) -> dict[str, str]:
        """The keys of an item of this list."""
        return {
            name: str(item[name]) for name in ("pk", "sk", f"{self.index}_pk", f"{self.index}_sk")
        }


def of_queue(queue: str, group: Group) -> Source:
    """A queue's tickets."""
    return Source("queue", queue_partition(queue, group), group == "with_us")


def of_owner(owner_id: str, group: Group) -> Source:
    """A person's tickets."""
    return Source("owner", owner_partition(owner_id, group), group == "with_us")


def of_contact(contact_id: str) -> Source:
    """A customer's tickets."""
    return Source("contact", f"CONTACT#{contact_id}", False)


def of_account(account_id: str) -> Source:
    """An account's tickets."""
    return Source("account", f"ACCOUNT#{account_id}", False)


def page_of(
    source: Source,
    *,
    limit: int,
    cursor: str | None,
    wanted: Callable[[TicketSummary], bool] | None = None,
    scope: str = "",
) -> tuple[list[TicketSummary], str | None]:
    """Up to `limit` tickets and the cursor of those that follow. With `wanted` a page may be
    short although more follow; `scope` then says what is wanted. Raises `Rejected` for a cursor
    of another list."""
    whole = f"tickets:{astuple(source)}:{scope}"
    after = unseal(cursor, key("cursor"), whole) if cursor else None
    page = support.query(
        source.pk,
        index=f"by_{source.index}",
        limit=LOOKED_THROUGH if wanted else limit,
        forward=source.forward,
        after=after,
    )
    found: list[TicketSummary] = []
    for number, item in enumerate(page.items, 1):
        one = summary(item)
        if wanted and not wanted(one):
            continue
        found.append(one)
        if len(found) == limit and number < len(page.items):
            return found, seal(source.position(item), key("cursor"), whole)
    rest = {name: str(value) for name, value in page.after.items()} if page.after else None
    return found, seal(rest, key("cursor"), whole) if rest else None
