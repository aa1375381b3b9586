"""What is kept beside a person's history: places, products, promises and replies, read at once.

Their sort keys follow each other (`PLACE#`, `PRODUCT#`, `PROMISE#`, `REPLY#`), so one query brings
all of them; where they are more than it holds, each kind is asked for by itself.
"""

from dataclasses import dataclass

from shared.customers.products.model import Bought
from shared.customers.products.repository import PRODUCT, bought_by
from shared.customers.products.repository import from_item as bought_from
from shared.customers.promises.model import Promise
from shared.customers.promises.repository import PROMISE, in_order, promises_of
from shared.customers.promises.repository import from_item as promise_from
from shared.platform.requests import Item

from .repository import PLACE, REPLY, customers, last_place, place_from, replies_of, reply_from


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises in order, lines of purchases, replies (ISO instant, channel) oldest first, and the
    last place with when that was (ISO text)."""

    promises: list[Promise]
    bought: list[Bought]
    replies: list[tuple[str, str]]
    place: tuple[str, str] | None


def kept_of(contact_id: str, since: str) -> Kept:
    """What is kept beside a person's history; replies since an instant (ISO text). One query of a
    megabyte; four more where that is not all."""
    found = customers.query(f"CONTACT#{contact_id}", between=(PLACE, f"{REPLY}~"), consistent=True)
    if found.after is not None:
        bought, _ = bought_by(contact_id)
        replies = replies_of(contact_id, since)
        return Kept(promises_of(contact_id), bought, replies, last_place(contact_id))
    places = [place_from(item) for item in _begin(found.items, PLACE)]
    replies = [reply_from(item) for item in _begin(found.items, REPLY)]
    return Kept(
        promises=in_order(map(promise_from, _begin(found.items, PROMISE))),
        bought=[bought_from(item) for item in _begin(found.items, PRODUCT)],
        replies=[one for one in replies if one[0] >= since],
        place=places[-1] if places else None,
    )


def _begin(items: list[Item], prefix: str) -> list[Item]:
    return [item for item in items if item["sk"].startswith(prefix)]
