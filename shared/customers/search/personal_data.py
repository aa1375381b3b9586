"""What the index of names and the suggestions of duplicates keep of people
(`privacy.registry`)."""

from collections.abc import Iterator
from typing import Final

from shared.customers.duplicates.suggestion import forget_gone
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys

from .indexing import index_contact
from .repository import indexed


class NamesInUse:
    """Words that lead to a person's contacts, and their pairs with others. It comes after the
    contacts: whatever indexes one of them again meanwhile finds nothing to index."""

    name = "search"
    holdable: frozenset[str] = frozenset()
    covers: Final = (
        Keys("customers", "WORD#"),
        Keys("customers", "PAIR#"),
        Keys("customers", "SPELL#"),
    )

    def find(self, person: Person) -> Iterator[Found]:
        """The words that lead to the person."""
        for contact_id in person.contact_ids:
            if words := indexed(contact_id).entries.words:
                yield Found("search_words", {"contact_id": contact_id, "words": list(words)})

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Those of one contact, with the spellings that are nobody else's."""
        number = after["number"] if after else 0
        contact_id = person.contact_ids[number]
        index_contact(contact_id)
        forget_gone(contact_id)
        number += 1
        return {"number": number} if number < len(person.contact_ids) else None
