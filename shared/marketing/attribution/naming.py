"""What somebody named the code of a letter or call for: the deed, and its touch.

A code is named for one thing, whose reference makes the deed's id: heard of by two codes, or by a
code and by itself, it is one deed, and its amount counts once. What the first of them said it is
worth stands, but for a purchase: that says itself what it is worth.
"""

from typing import Final

from shared.customers.products.repository import bought_by
from shared.kernel.clock import parse_instant
from shared.marketing.events import ResponseCodeUsed
from shared.marketing.reports.report import NO_VARIANT

from .crediting import Deed, Touch

_PURCHASE: Final = "purchase"


def deed_id_of(fact: ResponseCodeUsed) -> str:
    """The id of the deed that a code was named for; of a purchase the one that it has itself."""
    if fact.kind == _PURCHASE:
        return f"{fact.reference}.purchase"
    return f"{fact.kind}.{fact.reference}"


def named_touch(fact: ResponseCodeUsed, channel: str) -> Touch:
    """The touch: whom the letter was for had to do with its campaign then."""
    return Touch(
        fact.campaign_id,
        fact.contact_id,
        "named",
        channel,
        NO_VARIANT,
        fact.occurred_at,
        deed_id_of(fact),
    )


def named_deed(fact: ResponseCodeUsed, contact_id: str) -> Deed:
    """The deed, of the contact that counts now. A query for what a purchase is worth; one that is
    not known yet is worth nothing until it is heard of."""
    if fact.kind == _PURCHASE:
        return _bought(fact, contact_id)
    return Deed(
        deed_id_of(fact),
        contact_id,
        "interaction" if fact.kind == "interaction" else "purchase",
        frozenset(),
        fact.occurred_at,
        fact.amount_minor or 0,
        fact.currency or "",
    )


def _bought(fact: ResponseCodeUsed, contact_id: str) -> Deed:
    lines = [one for one in bought_by(contact_id)[0] if one.purchase_id == fact.reference]
    return Deed(
        deed_id_of(fact),
        contact_id,
        _PURCHASE,
        frozenset(one.sku for one in lines),
        parse_instant(lines[0].at) if lines else fact.occurred_at,
        sum(one.amount for one in lines),
        lines[0].currency if lines else "",
    )
