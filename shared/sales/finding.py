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


def widen(person: Person) -> Person:
    """The leads of a person and the addresses these were ever known by.

    A lead is theirs when its person's contact is (`contacts.persons`). An address that leads to
    somebody else's lead, as the number of an office does, is left out. A read or two for each
    address, and two queries for each lead.
    """
    waiting = [f"lead_{one}" for one in sorted(person.symbols)]
    seen: set[str] = set()
    while waiting:
        lead_id = waiting.pop()
        if lead_id in seen:
            continue
        seen.add(lead_id)
        item = sales.get(lead_key(lead_id))
        if item is None:
            continue
        if to := item.get("redirect_to"):
            person, theirs = _through_alias(person, lead_id, to)
            waiting += [to] if theirs else []
            continue
        if contacts_of([lead_id])[lead_id] not in person.contact_ids:
            continue
        addresses = [one for one in _addresses(lead_id, item) if _is_theirs(person, lead_id, one)]
        person = person.known_also(lead_ids=[lead_id], addresses=addresses)
        waiting += [lead_id_of(*one) for one in addresses]
        if item.get("intake_closed"):
            person, following = _came_back(person, lead_id)
            waiting.append(following)
    return person


def _came_back(person: Person, lead_id: str) -> tuple[Person, str]:
    """The person with the record that their next lead has, and that lead."""
    following = successor(lead_id)
    if following in claims_of([following]):
        return person, following  # `contacts_of` knows whose
    return person.known_also(contact_ids=[contact_id_of_lead(following)]), following


def _through_alias(person: Person, lead_id: str, to: str) -> tuple[Person, bool]:
    """The person with an alias of one of their addresses, if what it leads to is theirs: their
    contact's, or of whom nothing else is known than this lead."""
    whose = contacts_of([to])[to]
    unclaimed = not claims_of([lead_id])
    own_record = contact_id_of_lead(lead_id)
    if whose in person.contact_ids or (unclaimed and person.contact_id == own_record):
        return person.known_also(contact_ids=[whose], lead_ids=[lead_id]), True
    return person, False


def _is_theirs(person: Person, lead_id: str, address: Address) -> bool:
    """Whether an address of a lead is the person's alone: nobody else claims it, and it stands
    for this lead or for none."""
    own = lead_id_of(*address)
    if own in person.lead_ids or own == lead_id:
        return True
    claimed = claims_of([own]).get(own)
    if claimed is not None:
        return claimed in person.contact_ids
    item = sales.get(lead_key(own))
    return item is None or item.get("redirect_to") in {lead_id, *person.lead_ids}


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


def _of_lead(lead_id: str, begins: str) -> Iterable[Item]:
    return sales.query_all(lead_key(lead_id)["pk"], begins=begins, consistent=True)
