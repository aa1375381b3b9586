"""Contacts and accounts to start a test from."""

from datetime import datetime
from typing import Any

from shared.customers.accounts.changes import change_account, create_account
from shared.customers.accounts.model import AccountChange, NewAccount
from shared.customers.accounts.repository import need as need_account
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, ContactChange, NewContact
from shared.customers.contacts.repository import need
from tests.builders import CREATED


def a_person(name: str = "", *, at: datetime = CREATED, **facts: Any) -> Contact:
    """Store a contact: `a_person("Ann Lee", email="ann@example.com", phone="+9779841234567")`."""
    first, _, last = name.rpartition(" ")
    given: dict[str, Any] = {"first_name": first or None, "last_name": last or None}
    if email := facts.pop("email", None):
        given["emails"] = [{"address": email}]
    if phone := facts.pop("phone", None):
        given["phones"] = [{"number": phone}]
    if account := facts.pop("account", None):
        given["accounts"] = [{"account_id": account}]
    new = NewContact.model_validate(given | facts)
    return create_contact(new, "asha", None, at).contact


def changed(contact_id: str, *, at: datetime = CREATED, **facts: Any) -> Contact:
    """Change a contact as it is now."""
    change = ContactChange.model_validate({"version": need(contact_id).version, **facts})
    return change_contact(contact_id, change, "asha", at).contact


def an_account(name: str, **facts: Any) -> str:
    """Store an account and return its id."""
    return create_account(
        NewAccount.model_validate({"name": name, **facts}), "asha", None, CREATED
    ).account_id


def renamed(account_id: str, name: str) -> None:
    """Give an account another name."""
    version = need_account(account_id).version
    change = AccountChange.model_validate({"version": version, "name": name})
    change_account(account_id, change, "asha", CREATED)
