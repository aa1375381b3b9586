"""The code somebody names from a letter or a call: whom it stands for, and what it was named for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed
from shared.customers.contacts.repository import contact_key, customers, summary
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.marketing.address_lists.using import CodeUse, code_and_uses, use_code
from shared.marketing.campaigns.repository import where
from shared.pages.reading import read
from shared.platform.tables import get_across

from .amounts import minor, plain
from .schemas import CURRENCIES

HOME: Final = "/console/campaigns/codes"

_KINDS: Final = (
    ("order", "An order"),
    ("purchase", "A purchase that is recorded here"),
    ("interaction", "A visit or a call"),
)


def shown(request: PageRequest) -> Answer:
    """Where a code is entered; with `?code=` whom it stands for."""
    text = request.query.get("code", "").strip()
    if not text:
        return request.page("codes.html", **_NOTHING)
    try:
        return request.page("codes.html", **_view(request, text))
    except NotFound as error:
        wrong = NotFound(error.code, error.message, [FieldError("code", error.code, error.message)])
        return request.refused("codes.html", wrong, **_NOTHING)


def used(request: PageRequest) -> Answer:
    """Note what a code was named for; again for the same, nothing changes."""
    text = request.form.get("code", "")
    try:
        use = read(CodeUse, _given(request.form))
        found = use_code(text, use, request.by.staff_id, request.now)
    except Rejected as error:
        return request.refused("codes.html", _placed(error), **_view(request, text))
    return request.redirect(f"{HOME}?code={found.code}", done="Written down")


_NOTHING: Final[Mapping[str, Any]] = {
    "found": None,
    "uses": (),
    "person": None,
    "campaign": None,
    "kinds": _KINDS,
    "currencies": [(one, one) for one in CURRENCIES],
}


def _placed(error: Rejected) -> Rejected:
    fields = [
        replace(one, field="amount") if one.field == "amount_minor" else one for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)


def _given(form: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in ("kind", "reference")}
    amount = form.get("amount", "").strip()
    if amount:
        currency = form.get("currency", "")
        known = plain(amount)
        if known is None or currency not in CURRENCIES:
            wrong = FieldError("amount", "not_a_number", "Write an amount such as 1500.00")
            raise Rejected("validation_failed", "Some of this does not fit", [wrong])
        given |= {"amount_minor": minor(known, currency), "currency": currency}
    return given


def _view(request: PageRequest, text: str) -> dict[str, Any]:
    """Two reads. Raises `NotFound`."""
    found, uses = code_and_uses(text)
    contact, campaign = get_across(
        (customers, contact_key(found.contact_id)), where(found.campaign_id)
    )
    person = None
    if contact and not {"merged_into", "deleted_at"} & contact.keys():
        (person,) = listed([summary(contact)], request.now)
    return {**_NOTHING, "found": found, "uses": uses, "person": person, "campaign": campaign}
