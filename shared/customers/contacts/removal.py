"""Taking back a contact that an import created, as if it had never been: its record, its claims on
addresses and ids, its tags and memberships, in one transaction that holds only while nobody has
touched it.

| entity (table `customers`) | pk | sk |
|---|---|---|
| what is left: the event that says so, for a month | `REMOVED#<contact_id>` | `REMOVED` |

Unlike one that is put away, it leaves its addresses free: a corrected file finds nobody there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.customers.accounts.keys import member_key
from shared.customers.events import ContactDeleted
from shared.customers.external_ids import external_parts
from shared.customers.identity import lead_id_of
from shared.customers.imports.model import Problem
from shared.customers.imports.target import Result, Work
from shared.customers.lists.members import leaving_ops
from shared.customers.writing import tag_parts
from shared.kernel.ids import new_id
from shared.platform.requests import Condition, Delete, Item, Op, Put
from shared.platform.writes import ConditionFailed

from .addresses import addresses_of, claim_key
from .model import Contact
from .repository import contact_key, customers, from_item

_KEPT: Final = timedelta(days=30)

_CHANGED: Final = Problem(code="changed_since", message="Somebody changed this record since")
_USED: Final = Problem(
    code="used_since", message="Something happened with this person since, so the record stays"
)


@dataclass(frozen=True, slots=True)
class Back:
    """What became of a contact, and the accounts it belonged to if it is gone."""

    result: Result
    account_ids: tuple[str, ...] = ()


def take_back(result: Result, work: Work) -> Back:
    """Remove the contact of a row, or say why it stays. One query, and one write."""
    assert result.record_id
    found = customers.query(contact_key(result.record_id)["pk"], limit=_LOOKED_AT, consistent=True)
    items = {item["sk"]: item for item in found.items}
    stored = items.pop("CONTACT", None)
    if stored is None or _origin(stored) != (work.of.import_id, result.row):
        # Taken back before, or erased: what the import made is gone.
        return Back(Result(result.row, "removed", result.record_id))
    if stored["version"] != 1:
        return _left(result, _CHANGED)
    if not all(_follows_from(work, item) for item in items.values()):
        return _left(result, _USED)
    contact = from_item(stored)
    lists = [sk.removeprefix(_ON_LIST) for sk in items if sk.startswith(_ON_LIST)]
    try:
        customers.write(*_ops(contact, lists, work))
    except ConditionFailed:
        return _left(result, _CHANGED)
    accounts = tuple(one.account_id for one in contact.accounts)
    return Back(Result(result.row, "removed", result.record_id), accounts)


def _left(result: Result, why: Problem) -> Back:
    return Back(Result(result.row, "left", result.record_id, (why,)))


_LOOKED_AT: Final = 20
_ON_LIST: Final = "LIST#"
_DERIVED: Final = ("SEARCH", "DUPLICATE#")
"""What the product makes of a record by itself, and takes away when it hears that it is gone."""


def _origin(item: Item) -> tuple[str | None, int | None]:
    return item.get("import_id"), item.get("import_row")


def _follows_from(work: Work, item: Item) -> bool:
    """Whether something beside a contact is there only because of the import."""
    if item["sk"].startswith(_ON_LIST):
        return bool(item.get("import_id") == work.of.import_id)
    if item["sk"].startswith("HISTORY#"):
        return bool(item.get("kind") == "contact_created")
    return str(item["sk"]).startswith(_DERIVED)


def _ops(contact: Contact, lists: Sequence[str], work: Work) -> Iterator[Op]:
    untouched = Condition(
        "contact_untouched",
        "#version = :first AND #import_id = :of_import",
        "what somebody worked on is theirs, not the import's",
        {"first": 1, "of_import": contact.import_id},
    )
    yield Delete(contact_key(contact.contact_id), untouched)
    ours = Condition(
        "identity_ours",
        "#contact_id = :claimant",
        "another contact may have taken the address meanwhile",
        {"claimant": contact.contact_id},
    )
    for kind, normalised in addresses_of(contact):
        yield Delete(claim_key(lead_id_of(kind, normalised)), ours)
    for part in external_parts("contact", contact.contact_id, contact.external_ids, {}):
        yield part.op
    for part in tag_parts("contact", contact.contact_id, contact.tags, []):
        yield part.op
    for one in contact.accounts:
        yield Delete(member_key(one.account_id, contact.contact_id))
    for list_id in lists:
        yield from leaving_ops(list_id, contact.contact_id)
    event = ContactDeleted(
        event_id=new_id("event", work.now),
        occurred_at=work.now,
        contact_id=contact.contact_id,
        version=contact.version + 1,
        by=work.run.by,
    )
    left = {
        "pk": f"REMOVED#{contact.contact_id}",
        "sk": "REMOVED",
        "contact_id": contact.contact_id,
        "expires_at": int((work.now + _KEPT).timestamp()),
    }
    yield Put(left, events=[event])
