"""One person: what was asked of us for them, what must be kept by law, who saw them."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers import personal_data as customers
from shared.customers.access.listing import looks_at
from shared.customers.privacy.holding import holds_of, lift_hold, place_hold
from shared.customers.privacy.reading import person_in_short
from shared.customers.privacy.registry import holdable
from shared.kernel.clock import iso
from shared.kernel.errors import CrmError
from shared.marketing import personal_data as marketing
from shared.sales import personal_data as sales
from shared.support import personal_data as support

from .schemas import LOOKS, new_hold, pointed

_STORES = (*customers.STORES, *marketing.STORES, *sales.STORES, *support.STORES)


def shown(request: PageRequest, contact_id: str) -> Answer:
    """Their requests; holds and looks come as parts of their own."""
    found = person_in_short(contact_id)
    if found.contact_id != contact_id:
        return request.redirect(f"/console/privacy/contacts/{found.contact_id}")
    return request.page(
        "person.html",
        contact_id=contact_id,
        contact=found.contact,
        found=found.requests,
        names=names(request.now),
    )


def holds(request: PageRequest, contact_id: str) -> Answer:
    """What must be kept of them by law."""
    template = "holds.html" if request.whole else "holds_part.html"
    return request.page(template, **_holds(request, contact_id))


def held(request: PageRequest, contact_id: str) -> Answer:
    """Place a hold; sent twice, it is one."""
    try:
        new = new_hold(request.form, request.form_lists)
        place_hold(
            contact_id,
            new,
            holdable(_STORES),
            request.by.staff_id,
            request.now,
            key=request.form.get("key") or None,
            body=new.model_dump_json().encode(),
        )
    except CrmError as error:
        return request.refused("holds.html", pointed(error), **_holds(request, contact_id))
    return request.redirect(_home(contact_id), done="From now on an erasure keeps this")


def let_go(request: PageRequest, contact_id: str, hold_id: str) -> Answer:
    """Take a hold off them."""
    try:
        lift_hold(contact_id, hold_id)
    except CrmError as error:
        return request.refused("holds.html", error, **_holds(request, contact_id))
    return request.redirect(_home(contact_id), done="Lifted: an erasure no longer keeps it")


def looks(request: PageRequest, contact_id: str) -> Answer:
    """Who saw sensitive fields of them, the latest first."""
    found, rest = looks_at(contact_id, limit=LOOKS, cursor=request.query.get("cursor"))
    template = "looks.html" if request.whole else "looks_part.html"
    people = names(request.now)
    return request.page(template, contact_id=contact_id, looks=found, next=rest, names=people)


def _holds(request: PageRequest, contact_id: str) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "holds": holds_of(contact_id),
        "possible": sorted(holdable(_STORES)),
        "ticked": request.form_lists.get("keeps", []) if request.method == "POST" else [],
        "today": iso(request.now),
        "names": names(request.now),
        "key": request.id,
    }


def _home(contact_id: str) -> str:
    return f"/console/privacy/contacts/{contact_id}"
