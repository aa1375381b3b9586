"""What signing in keeps of customers, and how it is made gone (`privacy.registry`)."""

from collections.abc import Iterator
from typing import Final

from shared.customers.contacts.repository import customers
from shared.customers.privacy.partitions import Partitions, by_prefix
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys, Objects
from shared.kernel.clock import iso
from shared.platform import customer_pool

from .codes import PURPOSES, partition_of

_ENTITIES: Final = {"CODE#": "code", "TRIES": "tries", "MAIL#": "mail_claim"}


def _partitions(person: Person) -> list[str]:
    emails = [address for kind, address in person.addresses if kind == "email"]
    return [
        *(partition_of("sign_in", one) for one in emails),
        *(partition_of(purpose, one) for purpose in PURPOSES for one in person.contact_ids),
    ]


CODES: Final = Partitions(
    name="sign_in_codes",
    table=customers,
    covers=(Keys("customers", "SIGN_IN#"),),
    keys=_partitions,
    entity=by_prefix(_ENTITIES, "other"),
)
"""Codes, tries and claims of mails, under keyed hashes. Tries by network name nobody; they and the
codes go within the hour by themselves."""


class SignIn:
    """Who has signed in: the users of the customers' pool, by contact id."""

    name = "sign_in"
    holdable: frozenset[str] = frozenset()
    covers: tuple[Keys | Objects, ...] = ()

    def find(self, person: Person) -> Iterator[Found]:
        """That somebody is known to the pool, and since when."""
        for contact_id in person.contact_ids:
            if since := self._since(person, contact_id):
                yield Found("user", {"username": contact_id, "known_since": since})

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """No token is made for the person any more."""
        for contact_id in person.contact_ids:
            if self._since(person, contact_id):
                customer_pool.remove(contact_id)
        return None

    def _since(self, person: Person, contact_id: str) -> str | None:
        since = customer_pool.known_since(contact_id)
        return iso(since) if since and not person.anew(iso(since)) else None
