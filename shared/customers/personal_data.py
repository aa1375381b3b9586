"""What this area keeps of people, where, and how it is made gone (`privacy.registry`)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.customers.access.personal_data import Looks
from shared.customers.accounts.keys import member_key
from shared.customers.accounts.main_contact import forget_main_contact
from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.repository import contact_key
from shared.customers.external_ids import external_key
from shared.customers.imports.personal_data import IMPORTS
from shared.customers.lists.members import remove_members
from shared.customers.lists.repository import lists_of
from shared.customers.portal.personal_data import CODES, SignIn
from shared.customers.privacy.mentions import Mentions
from shared.customers.privacy.partitions import Partitions, by_prefix, plain
from shared.customers.privacy.person import Person
from shared.customers.privacy.personal_data import Requests
from shared.customers.privacy.registry import Cursor, Found, Keys, Objects, Store
from shared.customers.search.personal_data import NamesInUse
from shared.customers.suppression.repository import address_hash, of_hash
from shared.customers.tables import CUSTOMERS
from shared.customers.visitors.personal_data import Visitors
from shared.customers.writing import tag_partition
from shared.platform.batch_writes import delete_all
from shared.platform.requests import Condition, Delete, Item
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

customers: Final = Table(CUSTOMERS)

_ENTITIES: Final = {
    "CONTACT": "contact",
    "CHANGE#": "change",
    "HISTORY#": "history",
    "REPLY#": "reply",
    "PLACE#": "place",
    "CONSENT#": "consent",
    "CONSENT_LOG#": "consent_decision",
    "PRODUCT#": "product",
    "PROMISE#": "promise",
    "MERGE#": "merge",
    "HOLD#": "hold",
    "EMAIL_CHANGE#": "email_change",
    "LIST#": "list_membership",
    "MAIL#": "mail_claim",
}
"""What stands under a contact, by how its sort key begins. What is not named is exported and
erased all the same, as `other`."""

_PSEUDONYMS: Final = {
    "consent_decision": ("purpose", "channel", "state", "at", "recorded_at"),
    "history": ("kind", "channel", "direction", "recorded_at", "purchase"),
    "product": ("sku", "quantity", "at", "currency", "amount"),
}
"""What a legal hold may keep, and the attributes that tell nobody who it was: no words that
people wrote, no ids of the person."""

_RECORD: Final = Partitions(
    name="contacts",
    table=customers,
    covers=(Keys("customers", "CONTACT#"),),
    keys=lambda person: [contact_key(one)["pk"] for one in person.contact_ids],
    entity=by_prefix(_ENTITIES, "other"),
    anchor="CONTACT",
    but=("SEARCH", "DUPLICATE#"),
    pseudonyms=_PSEUDONYMS,
)


class Contacts:
    """Everything under a person's contacts, with what leads to them: claims on addresses, other
    systems' ids, tags, places in accounts and on lists."""

    name = _RECORD.name
    holdable = _RECORD.holdable
    covers = (
        *_RECORD.covers,
        Keys("customers", "IDENTITY#"),
        Keys("customers", "EXTERNAL#", "CONTACT"),
        Keys("customers", "TAG#CONTACT#"),
        Keys("customers", "ACCOUNT#", "CONTACT#"),
        Keys("customers", "LIST#", "MEMBER#"),
    )

    def find(self, person: Person) -> Iterator[Found]:
        """The records, and whose the addresses are."""
        yield from _RECORD.find(person)
        for item in self._claims(person):
            yield Found("address_claim", plain(item))

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """First what leads to the contacts, which only they tell; then page by page themselves."""
        if after is None:
            for contact_id in person.contact_ids:
                self._unlink(person, contact_id)
            self._release(person)
        return _RECORD.erase(person, after)

    def _unlink(self, person: Person, contact_id: str) -> None:
        item = customers.get(contact_key(contact_id))
        if item is not None and not person.anew(item.get("created_at")):
            for list_id in lists_of(contact_id):
                remove_members(list_id, [contact_id])
            forget_main_contact([one["account_id"] for one in item.get("accounts", ())], contact_id)
            delete_all(customers, _leading_to(contact_id, item))

    def _release(self, person: Person) -> None:
        for item in self._claims(person):
            ours = Condition(
                "claim_unchanged",
                "#contact_id = :contact_id",
                "somebody may have taken an address that was given up",
                {"contact_id": item["contact_id"]},
            )
            try:
                customers.write(Delete({"pk": item["pk"], "sk": item["sk"]}, ours))
            except ConditionFailed:
                continue

    def _claims(self, person: Person) -> list[Item]:
        items = customers.get_many(claim_key(one) for one in sorted(person.symbols))
        ours = [one for one in items if one["contact_id"] in person.contact_ids]
        records = customers.get_many(
            contact_key(one) for one in {str(item["contact_id"]) for item in ours}
        )
        anew = {one["pk"] for one in records if person.anew(one.get("created_at"))}
        return [one for one in ours if contact_key(one["contact_id"])["pk"] not in anew]


def _leading_to(contact_id: str, item: Item) -> Iterable[Mapping[str, str]]:
    """The keys of what leads to a stored contact."""
    for system, external_id in item.get("external_ids", {}).items():
        yield external_key("contact", system, external_id)
    for partition in {tag_partition("contact", tag) for tag in item.get("tags", ())}:
        yield {"pk": partition, "sk": contact_id}
    for membership in item.get("accounts", ()):
        yield member_key(membership["account_id"], contact_id)


class Suppressions:
    """Addresses that must not be written to. They stay, as keyed hashes: without them nobody
    would know that the person is to be left alone."""

    name = "suppressions"
    holdable: frozenset[str] = frozenset()
    covers = (Keys("customers", "SUPPRESSED#"),)

    def find(self, person: Person) -> Iterator[Found]:
        """What is kept of the person's addresses."""
        for address in person.addresses:
            for one in of_hash(address_hash(*address)):
                record: dict[str, Any] = {"purpose": one.purpose, "since": one.since}
                yield Found("suppression", {**record, "reasons": sorted(one.reasons)}, stays=True)

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Nothing goes."""
        return None


STORES: Final[tuple[Store, ...]] = (
    Contacts(),
    NamesInUse(),
    Visitors(),
    Suppressions(),
    CODES,
    SignIn(),
    Requests(),
    Looks(),
    Mentions("parked", "parked_bucket"),
    *IMPORTS,
)

NOT_PERSONAL: Final[dict[Keys | Objects, str]] = {
    Keys("customers", "CONFIG#"): "settings of the company, changed by staff",
    Keys("customers", "TIMER_RUN"): "when deadlines were looked for",
    Keys("customers", "CLAIM#"): "keyed digests of requests, and ids; gone after 30 days",
    Keys("customers", "REPORT#"): "figures of all people together",
    Keys("customers", "COUNTED#"): "which events were counted",
    Keys("customers", "INTERACTION#"): "that an interaction is stored, by ids and keyed hashes",
    Keys("customers", "REMOVED#"): "ids of contacts that an import took back; gone after a month",
    Keys("customers", "IMPORT#"): "how imports are read, and figures; rows are in files",
    Keys(
        "customers", "EXPORT#"
    ): "which people somebody wanted as a file; the file is in the bucket",
    Keys("customers", "DRY#"): "keyed hashes of what an import would make; gone after a day",
    Keys("customers", "LIST#", "LIST"): "names and sizes of lists",
    Objects("files_bucket", "results/"): "which rows of imports became which ids",
    Keys("customers", "ACCOUNT#", "ACCOUNT"): "companies and households",
    Keys("customers", "ACCOUNT#", "CHILD#"): "companies and households",
    Keys("customers", "ACCOUNT#", "SEARCH"): "the words of their names",
    Keys("customers", "ACCOUNT#", "SEARCH_MEMBERS#"): "how far members were indexed; gone soon",
    Keys("customers", "ACCOUNT#", "CHANGE#"): "companies and households",
    Keys("customers", "DOMAIN#"): "companies and households",
    Keys("customers", "REGISTRATION#"): "companies and households",
    Keys("customers", "EXTERNAL#", "ACCOUNT"): "companies and households",
    Keys("customers", "TAG#ACCOUNT#"): "companies and households",
}
"""What else is in the table, and why nobody is to export or erase it."""
