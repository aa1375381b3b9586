"""Contacts, accounts and custom fields to start a test from, and asking for them over HTTP."""

from datetime import datetime
from typing import Any, Final

from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import Account, NewAccount
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, NewContact
from shared.customers.custom_fields.changes import put_fields
from shared.customers.custom_fields.model import CustomFields, Noun
from tests.calls import Answer, http

ASHA: Final = ("asha", ["rep"])
MAYA: Final = ("maya", ["sales_manager"])
AGENT: Final = ("aina", ["agent"])
ANALYST: Final = ("anil", ["analyst"])


def a_contact(now: datetime, name: str = "Ann Lee", **facts: Any) -> Contact:
    """Store a contact; its address follows from its name unless one is given."""
    first, _, last = name.partition(" ")
    address = f"{name.replace(' ', '.')}@example.com"
    given = {"first_name": first, "last_name": last, "emails": [{"address": address}]}
    return create_contact(NewContact.model_validate(given | facts), "asha", None, now).contact


def an_account(now: datetime, name: str = "Himal Bank", **facts: Any) -> Account:
    """Store an account."""
    return create_account(NewAccount.model_validate({"name": name} | facts), "asha", None, now)


def custom_fields(now: datetime, *fields: dict[str, Any], noun: Noun = "contact") -> None:
    """Put custom fields in force where there are none yet."""
    given = CustomFields.model_validate({"fields": fields})
    put_fields(noun, given, after=0, by="maya", now=now)


def contacts(method: str, path: str = "", *, by: Any = ASHA, **how: Any) -> Answer:
    """Ask `contact_admin`."""
    return http("contact_admin", method, f"/v1/contacts{path}", staff=by, **how)


def accounts(method: str, path: str = "", *, by: Any = ASHA, **how: Any) -> Answer:
    """Ask `account_admin`."""
    return http("account_admin", method, f"/v1/accounts{path}", staff=by, **how)


def fields(method: str, path: str = "/contact", *, by: Any = MAYA, **how: Any) -> Answer:
    """Ask `custom_field_admin`."""
    return http("custom_field_admin", method, f"/v1/custom-fields{path}", staff=by, **how)
