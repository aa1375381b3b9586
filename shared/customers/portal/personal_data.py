"""What signing in keeps of customers, and how it is made gone (`privacy.registry`)."""

from typing import Final

from shared.customers.contacts.repository import customers
from shared.customers.privacy.partitions import Partitions, by_prefix
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Keys

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
