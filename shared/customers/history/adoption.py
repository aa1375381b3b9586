"""Bringing into a person's history what was known of them under another name.

A visitor who turns out to be a lead brings what they did before; a contact brings what was kept
under each of its addresses and other systems' ids before it had them. Both go page by page, so
that a visitor of years takes no more memory than one of a day, and begin again where they ended.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from shared.customers.behaviour.repository import page_of_subject
from shared.customers.contacts.model import Contact
from shared.customers.contacts.persons import contacts_of
from shared.customers.contacts.repository import contact_key, customers, load
from shared.customers.events import VisitorIdentified
from shared.customers.identity import contact_id_of
from shared.customers.interactions.subjects import contact_id_of_external
from shared.customers.visitors.repository import leads_for
from shared.kernel.errors import Busy
from shared.platform.requests import Delete, Key, Put

from .behaviour_facts import behaviour_entry
from .moving import move_page
from .repository import record

MARK_KEPT: Final = timedelta(days=30)
"""Longer than a message may wait among the dead letters."""

PAGE: Final = 100
"""As many behaviours at once as one write takes entries."""

PAGES_AT_ONCE: Final = 1_000
"""Then the message comes again and goes on: well within the function's quarter of an hour."""


def bring_past(identified: VisitorIdentified, now: datetime) -> None:
    """Record what a visitor did before they were identified, each behaviour once and for the lead
    it counts for.

    Per page one read of behaviours, of the visitor's links and of contacts, and one write; one
    more where others follow, which remembers how far it is. Raises `Busy` when it is to go on.
    """
    mark = _mark(identified)
    marked = customers.get(mark)
    after = str(marked["after"]) if marked else None
    for _ in range(PAGES_AT_ONCE):
        done, after = page_of_subject(identified.visitor_id, after, limit=PAGE)
        since = identified.events_after
        theirs = [one for one in done if since is None or one.recorded_at > since]
        if theirs:
            leads = leads_for(theirs)
            contacts = contacts_of(leads.values())
            record(
                [
                    behaviour_entry(one, contacts[leads[one.subject_id, one.behaviour_id]], now)
                    for one in theirs
                ]
            )
        if after is None:
            if marked:
                customers.write(Delete(mark))
            return
        # Unconditional: whoever wrote it last went no further than what is recorded.
        marked = {**mark, "after": after, "expires_at": int((now + MARK_KEPT).timestamp())}
        customers.write(Put(marked))
    raise Busy("more_to_bring", "There is more of this visitor's past to come")


def bring_addresses(contact_id: str) -> None:
    """Move to a contact what was kept under its further addresses and other systems' ids, as far
    as those are no contacts of their own.

    Two reads, and a few per address; one write per fifty entries.
    """
    contact = load(contact_id)
    if contact is None:
        return
    others = sorted(set(_names(contact)) - {contact.contact_id})
    taken = {item["pk"] for item in customers.get_many(map(contact_key, others))}
    for other in others:
        if contact_key(other)["pk"] not in taken:
            bring_all(other, contact.contact_id)


def bring_all(source: str, target: str) -> None:
    """Move everything from one contact's history to another's, page by page."""
    while move_page(source, target):
        pass


def _names(contact: Contact) -> Iterator[str]:
    for email in contact.emails:
        yield str(contact_id_of("email", email.address))
    for phone in contact.phones:
        yield str(contact_id_of("phone", phone.number))
    for system, external_id in contact.external_ids.items():
        yield contact_id_of_external(system, external_id)


def _mark(identified: VisitorIdentified) -> Key:
    """Where it is remembered how far the past of a visitor was brought for a link."""
    return {"pk": f"SUBJECT#{identified.visitor_id}", "sk": f"BROUGHT#{identified.event_id}"}
