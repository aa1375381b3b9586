"""Suggested duplicates: all of them, those of one contact, and saying that two are two."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed as masked
from shared.customers.contacts.model import ContactSummary
from shared.customers.duplicates.model import Pair
from shared.customers.duplicates.repository import customers, told_apart
from shared.customers.duplicates.review import dismiss, keys_side_by_side, side_by_side_of
from shared.kernel.errors import Rejected
from shared.platform.requests import Key
from shared.platform.tables import Table

from .reasons import because
from .schemas import MERGERS, PAGE_SIZE


def where(request: PageRequest) -> list[tuple[Table, Key]]:
    """Where the pairs of a page are, and both contacts of each."""
    cursor = request.query.get("cursor")
    try:
        keys, request.prepared = keys_side_by_side(limit=PAGE_SIZE, cursor=cursor)
    except Rejected as error:
        keys, request.prepared = [], error
    return [(customers, key) for key in keys]


def listed(request: PageRequest) -> Answer:
    """Pairs nobody decided on yet, the likeliest first, side by side."""
    view: dict[str, Any] = {"merges": request.by.has(*MERGERS), "next": None, "pairs": []}
    rest = request.prepared
    if isinstance(rest, Rejected):
        return request.refused("pairs.html", rest, **view)
    pairs, known = told_apart([one for one in request.among if one])
    both = _seen(known.values(), request.now)
    view["pairs"] = [
        (pair, [both[pair.one_id], both[pair.other_id]], _why(pair))
        for pair in pairs
        if pair.one_id in both and pair.other_id in both
    ]
    return request.page("pairs.html", **view | {"next": rest})


def dismissed(request: PageRequest, pair_id: str) -> Answer:
    """They are two people, as far as is known of them."""
    dismiss(pair_id, request.by.staff_id, request.now)
    to = request.address(request.form.get("next") or "/console/duplicates")
    return request.redirect(to, done="Two people: they are not suggested again")


def of_contact(request: PageRequest, contact_id: str) -> Answer:
    """Who else a contact may be: a part of their page."""
    pairs, known = side_by_side_of(contact_id)
    others = _seen(known.values(), request.now)
    found: list[tuple[Pair, ContactSummary, list[str]]] = []
    for pair in pairs:
        other = others.get(pair.other_id if pair.one_id == contact_id else pair.one_id)
        if other:
            found.append((pair, other, _why(pair)))
    view: dict[str, Any] = {
        "contact_id": contact_id,
        "pairs": found,
        "merges": request.by.has(*MERGERS),
    }
    return request.page("of_contact.html" if request.whole else "of_contact_part.html", **view)


def _seen(contacts: Iterable[ContactSummary], now: datetime) -> dict[str, ContactSummary]:
    return {one.contact_id: one for one in masked(contacts, now)}


def _why(pair: Pair) -> list[str]:
    return [because(code) for code in pair.reasons]
