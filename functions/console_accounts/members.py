"""Who belongs to an account, and the accounts below it: parts of its page that come after it."""

from dataclasses import replace
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed
from shared.customers.accounts.changes import change_account
from shared.customers.accounts.listing import AccountQuery, list_accounts, members_of
from shared.customers.accounts.model import Account, AccountChange
from shared.customers.accounts.repository import from_item, need
from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.memberships import join_account
from shared.customers.contacts.model import Contact
from shared.kernel.errors import Conflict, CrmError, FieldError, Rejected, Stale
from shared.pages.reading import read

from .schemas import MAY_EDIT, PAGE_SIZE, MainContactForm, MemberForm

_PARTS: Final = 20


def shown(request: PageRequest, account_id: str) -> Answer:
    """A page of contacts."""
    template = "members.html" if request.whole else "members_part.html"
    account = from_item(request.found) if request.found else need(account_id)
    return request.page(template, **_view(request, account))


def below(request: PageRequest, account_id: str) -> Answer:
    """The accounts that are parts of this one."""
    parts, _ = list_accounts(AccountQuery(parent=account_id), limit=_PARTS, cursor=None)
    return request.page("below_part.html", parts=parts)


def joined(request: PageRequest, account_id: str) -> Answer:
    """Make somebody belong to the account, by an address of theirs."""
    try:
        given = read(MemberForm, request.form)
        contact = _contact(given.address)
        by, primary = request.by.staff_id, given.primary == "yes"
        join_account(contact.contact_id, account_id, given.role, primary, by, request.now)
    except (Rejected, Conflict) as error:
        return request.refused("members.html", error, **_view(request, need(account_id)))
    done = f"{contact.name or contact.email or contact.phone} belongs to it now"
    return request.redirect(f"/console/accounts/{account_id}", done=done)


def named(request: PageRequest, account_id: str) -> Answer:
    """Name somebody of its contacts whom the account is reached through, or nobody."""
    try:
        given = read(MainContactForm, request.form)
        change = AccountChange(version=given.version, main_contact_id=given.contact_id or None)
        change_account(account_id, change, request.by.staff_id, request.now)
    except (Rejected, Conflict, Stale) as error:
        return request.refused("members.html", error, **_view(request, need(account_id)))
    done = "They are the main contact now" if given.contact_id else "It has no main contact now"
    return request.redirect(f"/console/accounts/{account_id}", done=done)


def _view(request: PageRequest, account: Account) -> dict[str, Any]:
    account_id = account.account_id
    cursor = request.query.get("cursor")
    members, rest = members_of(account_id, limit=PAGE_SIZE, cursor=cursor)
    return {
        "account_id": account_id,
        "main_id": account.main_contact_id,
        "main_elsewhere": bool(account.main_contact_id)
        and all(one.contact.contact_id != account.main_contact_id for one in members),
        "version": account.version,
        "members": [
            replace(one, contact=contact)
            for one, contact in zip(
                members, listed([one.contact for one in members], request.now), strict=True
            )
        ],
        "next": rest,
        "may_edit": request.by.has(*MAY_EDIT) and not account.deleted_at,
    }


def _contact(address: str) -> Contact:
    try:
        found = (
            find_by_address("email", email_of(address))
            if "@" in address
            else find_by_address("phone", phone_of(address, None))
        )
    except Unusable as error:
        raise Rejected("validation_failed", "Some of this does not fit", [error.at("address")]) from error  # fmt: skip
    if found is None or found.deleted_at:
        said = "No contact has this address: add the contact first"
        raise _none(said)
    return found


def _none(said: str) -> CrmError:
    return Rejected("validation_failed", said, [FieldError("address", "contact_unknown", said)])
