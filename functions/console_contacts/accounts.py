"""The accounts a contact belongs to."""

from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.customers.accounts.listing import AccountQuery, list_accounts
from shared.customers.accounts.model import AccountSummary
from shared.customers.accounts.repository import in_short
from shared.customers.contacts.memberships import join_account, leave_account
from shared.customers.contacts.repository import need
from shared.kernel.errors import Conflict, CrmError, FieldError, Rejected
from shared.kernel.ids import is_id
from shared.pages.reading import read

from .contact import view
from .schemas import AccountForm

_CHOICES: Final = 20


def joined(request: PageRequest, contact_id: str) -> Answer:
    """Make the contact belong to an account; of several whose names begin so, ask which."""
    choices: list[AccountSummary] = []
    try:
        given = read(AccountForm, request.form)
        choices = _accounts(given.account.strip())
        if len(choices) != 1:
            raise _not_one(choices)
        (account,) = choices
        by, primary = request.by.staff_id, given.primary == "yes"
        join_account(contact_id, account.account_id, given.role, primary, by, request.now)
    except (Rejected, Conflict) as error:
        shown = view(request, need(contact_id)) | {"choices": choices}
        return request.refused("contact.html", error, **shown)
    done = f"Belongs to {account.name} now"
    return request.redirect(f"/console/contacts/{contact_id}", done=done)


def left(request: PageRequest, contact_id: str, account_id: str) -> Answer:
    """Make the contact no longer belong to an account."""
    try:
        leave_account(contact_id, account_id, request.by.staff_id, request.now)
    except CrmError as error:
        return request.refused("contact.html", error, **view(request, need(contact_id)))
    return request.redirect(f"/console/contacts/{contact_id}", done="No longer belongs to it")


def _accounts(text: str) -> list[AccountSummary]:
    if is_id("account", text):
        return list(in_short([text]).values())
    found, _ = list_accounts(AccountQuery(name_begins=text), limit=_CHOICES, cursor=None)
    same = [one for one in found if one.name.casefold() == text.casefold()]
    return same if len(same) == 1 else found


def _not_one(found: list[AccountSummary]) -> Rejected:
    said = "Several accounts begin so: choose one" if found else "No account is called that"
    wrong = FieldError("account", "account_ambiguous" if found else "account_unknown", said)
    return Rejected("validation_failed", said, [wrong])
