"""Who looked at a person's sensitive fields (`privacy.registry`)."""

from collections.abc import Iterator

from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys

from .repository import every_look


class Looks:
    """They stay, as they name ids only, and go by themselves. The person is told when, which
    fields and how, but not who: that is the employee's."""

    name = "accesses"
    holdable: frozenset[str] = frozenset()
    covers = (Keys("customers", "ACCESS#"),)

    def find(self, person: Person) -> Iterator[Found]:
        """The looks at the person's records."""
        for contact_id in person.contact_ids:
            for one in every_look(contact_id):
                yield Found("access", one.model_dump(exclude={"by"}), stays=True)

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Nothing goes."""
        return None
