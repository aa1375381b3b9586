"""Aliases: a further address of a lead leads to it.

An alias sits where the lead of that address would be and holds `redirect_to` only, so a
submission for the address finds it by being refused, at no cost to all others.
"""

from datetime import datetime
from typing import Final

from shared.customers.identity import lead_id_of
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.platform.requests import Condition, Item, Put

from .repository import lead_key, sales

MAX_HOPS: Final = 8
"""How many aliases are followed from one address: a longer way is a circle."""


def alias(address_id: str, lead_id: str, at: datetime) -> Put:
    """Let what arrives for the lead id of an address arrive at `lead_id`, unless that address is
    a lead of its own or belongs to a third one."""
    condition = Condition(
        "address_free_or_ours",
        "attribute_not_exists(#pk) OR #redirect_to = :alias_of",
        "an address leads to one lead; joining two leads is a person's decision (row S2)",
        {"alias_of": lead_id},
    )
    item = {**lead_key(address_id), "redirect_to": lead_id, "updated_at": iso(at)}
    return Put(item, condition)


def further_address(email: str | None, phone: str | None) -> str | None:
    """The lead id that the phone number stands for, when it is not the lead's own address."""
    return lead_id_of("phone", phone) if email and phone else None


def followed(lead_id: str) -> Item:
    """The stored lead that `lead_id` now means. One strong read per alias on the way.

    Raises `NotFound` when there is none.
    """
    for _ in range(MAX_HOPS):
        item = sales.get(lead_key(lead_id)) if is_id("lead", lead_id) else None
        if item is None:
            break
        if "redirect_to" not in item:
            return item
        lead_id = item["redirect_to"]
    raise NotFound("lead_not_found", "There is no such lead")
