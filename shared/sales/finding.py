"""Which leads are a person's: those their addresses stand for, and what follows from these."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from shared.customers.contacts.persons import contacts_of
from shared.customers.identity import contact_id_of_lead, lead_id_of
from shared.customers.privacy.finding import claims_of
from shared.customers.privacy.person import Address, Person
from shared.platform.tables import Item, Table
from shared.sales.leads.identity import successor
from shared.sales.leads.model import FORM, STAFF
from shared.sales.leads.repository import SUBMISSION, lead_key
from shared.sales.leads.trail import CHANGE
from shared.sales.tables import SALES

sales: Final = Table(SALES)


def widen(person: Person, looked_at: Person) -> Person:
    """The leads of a person and the addresses these were ever known by.

    A lead is theirs when its person's contact is (`contacts.persons`). An address that leads to
    somebody else's lead, as the number of an office does, is left out. Two reads for all leads
    that are known, and then for all that follow from these; two queries for each lead.
    """
    # Whose a lead is depends on the contacts: with another one, all are looked at again.
    known = looked_at.symbols if looked_at.contact_ids == person.contact_ids else frozenset()
    waiting = {f"lead_{one}" for one in person.symbols - known}
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        leads = {one["pk"].removeprefix("LEAD#"): one for one in _leads(waiting)}
        contacts = contacts_of(leads) if leads else {}
        following: set[str] = set()
        for lead_id, item in sorted(leads.items()):
            if to := item.get("redirect_to"):
                person, further = _through_alias(person, lead_id, to)
            elif contacts[lead_id] in person.contact_ids:
                person, further = _with_lead(person, lead_id, item)
            else:
                further = []
            following.update(further)
        waiting = following - seen
    return person


def _with_lead(person: Person, lead_id: str, item: Item) -> tuple[Person, list[str]]:
    """The person with a lead of theirs; and the leads that follow from it."""
    person = person.known_also(lead_ids=[lead_id])
    addresses = _theirs(person, lead_id, set(_addresses(lead_id, item)))
    further: list[str] = [lead_id_of(*one) for one in addresses]
    if item.get("intake_closed"):
        person, next_one = _came_back(person, lead_id)
        further.append(next_one)
    return person.known_also(addresses=addresses), further


def _came_back(person: Person, lead_id: str) -> tuple[Person, str]:
    """The person with the record that their next lead has, and that lead."""
    following = successor(lead_id)
    if following in claims_of([following]):
        return person, following  # `contacts_of` knows whose
    return person.known_also(contact_ids=[contact_id_of_lead(following)]), following


def _through_alias(person: Person, lead_id: str, to: str) -> tuple[Person, list[str]]:
    """The person with an alias of one of their addresses, and what it leads to, if that is
    theirs: their contact's, or the lead of whom nothing else is known than this address."""
    whose = contacts_of([to])[to]
    unclaimed = not claims_of([lead_id])
    own_record = contact_id_of_lead(lead_id)
    if whose in person.contact_ids or (unclaimed and person.contact_id == own_record):
        return person.known_also(contact_ids=[whose], lead_ids=[lead_id]), [to]
    return person, []


def _theirs(person: Person, lead_id: str, addresses: set[Address]) -> list[Address]:
    """Those of a lead's addresses that are the person's alone: nobody else claims them, and they
    stand for this lead or for none."""
    ids = {lead_id_of(*one): one for one in sorted(addresses - {*person.addresses})}
    claims = claims_of(ids) if ids else {}
    leads = {one["pk"].removeprefix("LEAD#"): one for one in _leads(ids)} if ids else {}
    found: list[Address] = []
    for own, address in ids.items():
        if own in claims:
            theirs = claims[own] in person.contact_ids
        else:
            stands_for = leads.get(own, {}).get("redirect_to", own if own in leads else lead_id)
            theirs = stands_for in person.lead_ids
        found += [address] if theirs else []
    return found


def _addresses(lead_id: str, item: Item) -> Iterator[Address]:
    """The addresses a lead has, sent, or had before it was changed."""
    facts: list[Any] = [
        {
            name.removeprefix(prefix): value
            for name, value in item.items()
            if name.startswith(prefix)
        }
        for prefix in (FORM, STAFF)
    ]
    for one in _of_lead(lead_id, SUBMISSION):
        facts.append(one.get("answers", {}))
    for one in _of_lead(lead_id, CHANGE):
        for name, known in one.get("facts", {}).items():
            facts += [{name: value} for value in known.values()]
    for known in facts:
        if email := known.get("email"):
            yield "email", str(email)
        if phone := known.get("phone"):
            yield "phone", str(phone)


def _leads(lead_ids: Iterable[str]) -> list[Item]:
    return sales.get_many(lead_key(one) for one in lead_ids)


def _of_lead(lead_id: str, begins: str) -> Iterable[Item]:
    return sales.query_all(lead_key(lead_id)["pk"], begins=begins, consistent=True)
