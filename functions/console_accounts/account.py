"""One account: what is known, changing it, putting it away and bringing it back."""

from typing import Any

from shared.console.custom_fields import pointed, shown_fields
from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.accounts.changes import change_account, delete_account, restore_account
from shared.customers.accounts.model import Account, AccountChange
from shared.customers.accounts.repository import in_short, need
from shared.customers.accounts.view import AccountView
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import Conflict, CrmError, Stale
from shared.pages.reading import read

from .creation import needs
from .schemas import MAY_EDIT, VersionForm, as_typed, typed


def shown(request: PageRequest, account_id: str) -> Answer:
    """One account; who belongs to it is a part that comes after."""
    return request.page("account.html", **view(request, need(account_id)))


def form(request: PageRequest, account_id: str) -> Answer:
    """The form to change an account."""
    return request.page("edit.html", both=None, **_editing(request, need(account_id)))


def changed(request: PageRequest, account_id: str) -> Answer:
    """Change an account. Changed meanwhile: both versions, to choose."""
    fields = fields_of("account", request.now)
    try:
        version = read(VersionForm, request.form).version
        given = typed(request.form, request.form_lists, fields)
        change = read(AccountChange, {**given, "version": version})
        may_set(change.custom, fields, request.by)
        change_account(account_id, change, request.by.staff_id, request.now)
    except Stale as error:
        now = need(account_id)
        both = _both(now, given)
        return request.refused("edit.html", error, both=both, **_editing(request, now))
    except CrmError as error:
        editing = _editing(request, need(account_id)) | {"known": error.extra.get("account_id")}
        return request.refused("edit.html", pointed(error), both=None, **editing)
    return request.redirect(f"/console/accounts/{account_id}", done="Changes saved")


def deleted(request: PageRequest, account_id: str) -> Answer:
    """Put an account away: it can be brought back."""
    return _moved(request, account_id, away=True)


def restored(request: PageRequest, account_id: str) -> Answer:
    """Bring an account back."""
    return _moved(request, account_id, away=False)


def view(request: PageRequest, account: Account) -> dict[str, Any]:
    """What the page of an account shows, custom fields masked as the person's roles ask."""
    parent = account.parent_id
    fields = fields_of("account", request.now)
    return {
        "account": AccountView.of(account, request.by, request.now),
        "parent": in_short([parent]).get(parent) if parent else None,
        "fields": shown_fields(fields, request.by, masked=True),
        "names": names(request.now),
        "may_edit": request.by.has(*MAY_EDIT),
    }


def _moved(request: PageRequest, account_id: str, *, away: bool) -> Answer:
    move = delete_account if away else restore_account
    try:
        version = read(VersionForm, request.form).version
        move(account_id, version, request.by.staff_id, request.now)
    except (Conflict, Stale) as error:
        return request.refused("account.html", error, **view(request, need(account_id)))
    done = "Put away: you can bring it back" if away else "Brought back"
    return request.redirect(f"/console/accounts/{account_id}", done=done)


def _editing(request: PageRequest, account: Account) -> dict[str, Any]:
    return {
        **needs(request),
        "account": account,
        "stored": as_typed(account),
        "values": AccountView.of(account, request.by, request.now).custom,
        "known": None,
    }


def _both(now: Account, given: dict[str, Any]) -> list[Difference]:
    """Place by place what is stored now and what was typed."""
    mine = {name: value for name, value in given.items() if name != "custom"}
    return differences({name: getattr(now, name) for name in mine}, mine)
