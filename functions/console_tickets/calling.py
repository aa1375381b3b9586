"""Who calls: the person behind a telephone number, and what they have to do with us (row V12)."""

from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import show
from shared.customers.addresses import Unusable, phone_of
from shared.customers.channels.repository import channels_in_force
from shared.customers.contacts.find import keys_of_address
from shared.customers.contacts.repository import customers
from shared.customers.history.words import said
from shared.kernel.errors import Rejected
from shared.platform.requests import Key
from shared.platform.tables import Table
from shared.support.screen_pop.caller import caller, number_of

from .schemas import WORKERS
from .words import due

AT: Final = "/console/tickets/call"
_LONGEST: Final = 15
"""Digits of a number (ITU-T E.164, 2010)."""


def asked(request: PageRequest) -> Answer:
    """Which number calls; a link of a telephone (`?phone=`) leads to the caller."""
    phone = request.query.get("phone", "")
    if not phone.strip():
        return request.page("call.html", phone="", calls=None)
    try:
        number = number_of(phone, request.query.get("region") or None)
    except Rejected as error:
        return request.refused("call.html", error, phone=phone, calls=None)
    return request.redirect(f"{AT}/{number.phone.removeprefix('+')}")


def claim(digits: str) -> tuple[Table, Key] | None:
    """Whose the number is."""
    phone = _phone(digits)
    return (customers, keys_of_address("phone", phone)[0]) if phone else None


def shown(request: PageRequest, digits: str) -> Answer:
    """The caller: who they are, what is open, what was last said, what is offered to them; of a
    number nobody has a card to keep it."""
    # Only these pages offer anything: the others go without what marketing knows.
    from shared.marketing.templates.offered import offers_to

    if _phone(digits) != f"+{digits}":
        return request.redirect(f"{AT}?phone=%2B{digits[:20]}")
    calls = caller(number_of(f"+{digits}", None), [request.found, None])
    channels = {one.channel_id: one.title for one in channels_in_force(request.now).channels}
    contact = calls.contact
    return request.page(
        "call.html",
        phone=calls.number.phone,
        at=request.path,
        calls=calls,
        contact=show(contact, request.by, request.now, via="page") if contact else None,
        tickets=[(one, due(one, request.now, request.zone)) for one in calls.tickets],
        interactions=[(one, said(one, channels)) for one in calls.interactions],
        offers=offers_to(contact, request.now) if contact else [],
        names=names(request.now),
        key=request.id,
        works=request.by.has(*WORKERS),
    )


def _phone(digits: str) -> str | None:
    if not (digits.isdecimal() and digits.isascii() and len(digits) <= _LONGEST):
        return None
    try:
        return phone_of(f"+{digits}")
    except Unusable:
        return None
