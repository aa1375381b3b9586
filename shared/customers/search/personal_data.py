"""What the index of names and the suggestions of duplicates keep of people
(`privacy.registry`)."""

from collections.abc import Iterator
from typing import Final

from shared.customers.contacts.repository import contact_key, customers
from shared.customers.duplicates.repository import others_of
from shared.customers.duplicates.suggestion import forget
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys

from .indexing import take_out
from .repository import indexed


class NamesInUse:
    """Words that lead to a person's contacts, and their pairs with others. Whatever indexes a
    contact again before that is gone is found when all is looked through again."""

    name = "search"
    holdable: frozenset[str] = frozenset()
    covers: Final = (
        Keys("customers", "WORD#"),
        Keys("customers", "PAIR#"),
        Keys("customers", "SPELL#"),
    )

    def find(self, person: Person) -> Iterator[Found]:
        """The words that lead to the person, and who may be the same."""
        for contact_id in _meant(person):
            if words := indexed(contact_id).entries.words:
                yield Found("search_words", {"contact_id": contact_id, "words": list(words)})
            for other_id in others_of(contact_id):
                yield Found("duplicate", {"contact_id": contact_id, "other_id": other_id})

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Those of one contact, with the spellings that are nobody else's."""
        number = after["number"] if after else 0
        for contact_id in _meant(person, person.contact_ids[number : number + 1]):
            take_out(contact_id)
            forget(contact_id)
        number += 1
        return {"number": number} if number < len(person.contact_ids) else None


def _meant(person: Person, contact_ids: tuple[str, ...] | None = None) -> Iterator[str]:
    """The contacts, but for those that began anew."""
    for contact_id in person.contact_ids if contact_ids is None else contact_ids:
        item = customers.get(contact_key(contact_id)) or {}
        if not person.anew(item.get("created_at")):
            yield contact_id
