"""How often somebody wants to hear of us at most, as they said (row M11)."""

from collections.abc import Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import (
    attributes,
    contact_key,
    customers,
    followed,
    from_item,
    summary,
)
from shared.kernel.errors import NotFound, Rejected
from shared.marketing.channels.model import CHANNELS
from shared.marketing.sending.limits import limits_in, set_limit
from shared.marketing.sending.rules import Cap
from shared.pages.reading import read
from shared.platform.requests import Key
from shared.platform.tables import Table

from .schemas import WRITERS

MAY_LIMIT: Final = ("rep", *WRITERS)


def whose(contact_id: str) -> tuple[Table, Key]:
    """Where the contact is that a page is about."""
    return customers, contact_key(contact_id)


def shown(request: PageRequest, contact_id: str) -> Answer:
    """What they asked for, by channel."""
    return request.page("limits.html", **_view(request, _contact(request, contact_id)))


def saved(request: PageRequest, contact_id: str) -> Answer:
    """Write down what they asked for by one channel; empty: no limit of their own."""
    form = request.form
    channel = form.get("channel", "")
    try:
        if channel not in CHANNELS:
            raise Rejected("validation_failed", "There is no such channel")
        set_limit(contact_id, channel, _limit(form), request.now)
    except Rejected as error:
        return request.refused(
            "limits.html", error, **_view(request, _contact(request, contact_id))
        )
    at = f"/console/campaigns/limits/{contact_id}"
    return request.redirect(at, done="It holds from now on")


def _limit(form: Mapping[str, str]) -> Cap | None:
    said = {name: form.get(name, "").strip() for name in ("times", "days")}
    return read(Cap, said) if any(said.values()) else None


def _contact(request: PageRequest, contact_id: str) -> Contact:
    """The contact, as it now is. Raises `NotFound`."""
    item = request.found
    if item is None or "merged_into" in item:
        item = followed(contact_id)
    if item is None or "deleted_at" in item:
        raise NotFound("contact_not_found", "There is no such contact")
    return from_item(item)


def _view(request: PageRequest, contact: Contact) -> dict[str, Any]:
    (person,) = listed([summary(attributes(contact))], request.now)
    return {
        "person": person,
        "limits": limits_in(contact.contact_id),
        "channels": list(CHANNELS),
        "may_edit": request.by.has(*MAY_LIMIT),
    }
