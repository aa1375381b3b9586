"""An account typed in."""

from typing import Any

from shared.console.custom_fields import pointed, shown_fields
from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues
from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import NewAccount
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.errors import CrmError
from shared.pages.reading import read

from .schemas import typed


def typed_in(request: PageRequest) -> Answer:
    """The form for a new company or household."""
    return request.page("new.html", key=request.id, known=None, **needs(request))


def created(request: PageRequest) -> Answer:
    """Store it; sent twice, it is one. A domain of another account leads to that one."""
    form, fields = request.form, fields_of("account", request.now)
    try:
        new = read(NewAccount, typed(form, request.form_lists, fields))
        may_set(new.custom, fields, request.by)
        account = create_account(new, request.by.staff_id, form.get("key") or None, request.now)
    except CrmError as error:
        known = error.extra.get("account_id")
        return request.refused("new.html", pointed(error), key="", known=known, **needs(request))
    return request.redirect(f"/console/accounts/{account.account_id}", done="Account saved")


def needs(request: PageRequest) -> dict[str, Any]:
    """What forms about accounts choose from."""
    return {
        "owners": [(one.staff_id, one.name) for one in colleagues(request.now)],
        "fields": shown_fields(fields_of("account", request.now), request.by),
        "lists": request.form_lists if request.method == "POST" else {},
        "values": {},
    }
