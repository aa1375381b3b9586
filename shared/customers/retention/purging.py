"""Contacts that were put away go for good when their time has come."""

from datetime import datetime, timedelta

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.customers.privacy.asking import Asker, begin
from shared.customers.privacy.model import ERASURE
from shared.customers.privacy.person import Person
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import Conflict
from shared.platform import timers
from shared.platform.requests import Condition, Update
from shared.platform.writes import ConditionFailed

from .repository import rules_in_force


def purge(contact_id: str, now: datetime) -> None:
    """Have a contact erased that was put away long enough, by the rule as it is now; with a
    longer rule it comes up again then, without one never. Once, however often it is asked for:
    nothing happens to a contact that is back."""
    item = customers.get(contact_key(contact_id))
    if item is None or "deleted_at" not in item:
        return
    contact = from_item(item)
    days = rules_in_force(now).deleted_contacts_days
    due = None if days is None else parse_instant(item["deleted_at"]) + timedelta(days=days)
    if due is None or due > now:
        _wait(contact, due)
        return
    asker = Asker("retention", contact_id)
    try:
        begin(ERASURE, Person((contact_id,)), asker, now, key=iso(due), body=contact_id.encode())
    except Conflict:
        return  # an erasure is under way


def _wait(contact: Contact, due: datetime | None) -> None:
    """Have the contact come up again at `due`, or not at all."""
    same = Condition(
        "contact_as_put_away",
        "#version = :contact_version",
        "whoever is brought back meanwhile must not be purged",
        {"contact_version": contact.version},
    )
    attributes = timers.attributes("privacy_plan", due, contact.contact_id) if due else {}
    remove = () if due else timers.ATTRIBUTES
    try:
        customers.write(
            Update(contact_key(contact.contact_id), set=attributes, remove=remove, condition=same)
        )
    except ConditionFailed:
        return
