"""What sales keeps of people, where, and how it is made gone (`customers.privacy.registry`)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.customers.privacy.partitions import PER_STEP, Partitions, by_prefix, plain
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys, Store
from shared.kernel.errors import Busy
from shared.platform.batch_writes import delete_all
from shared.platform.requests import Condition, Delete, Item, Op
from shared.platform.tables import Page, Table
from shared.platform.writes import ConditionFailed
from shared.sales.assignment.repository import load_op
from shared.sales.forms.quarantine import PARTITION as QUARANTINE
from shared.sales.leads.repository import lead_key
from shared.sales.leads.states import OPEN
from shared.sales.tables import SALES

sales: Final = Table(SALES)

_ATTEMPTS: Final = 8

_ENTITIES: Final = {
    "LEAD": "lead",
    "SUBMISSION#": "submission",
    "CHANGE#": "change",
    "HAND_OFF#": "hand_off",
    "TASK#": "task",
    "SCORE": "score",
    "LEDGER#": "points",
    "COUNTED": "count_receipt",
}

_RECORDS: Final = Partitions(
    name="leads",
    table=sales,
    covers=(Keys("sales", "LEAD#"),),
    keys=lambda person: [lead_key(one)["pk"] for one in person.lead_ids],
    entity=by_prefix(_ENTITIES, "other"),
    anchor="LEAD",
)


class Leads:
    """Everything under a person's leads: forms, tasks, hand-offs, points, changes."""

    name = _RECORDS.name
    holdable = _RECORDS.holdable
    covers = _RECORDS.covers

    def find(self, person: Person) -> Iterator[Found]:
        """All of it."""
        return _RECORDS.find(person)

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """First the leads themselves, so that nobody works on them any more and none counts as
        their owner's load; then page by page what is left."""
        if after is None:
            for lead_id in person.lead_ids:
                _take_away(person, lead_id)
        return _RECORDS.erase(person, after)


class Quarantine:
    """Submissions that looked automatic. They are under nobody's key, so all are looked through:
    those of ninety days, two hundred at a time."""

    name = "quarantine"
    holdable: frozenset[str] = frozenset()
    covers = (Keys("sales", QUARANTINE),)

    def find(self, person: Person) -> Iterator[Found]:
        """Those that are about one of the person's addresses."""
        page = Page()
        while True:
            page = _quarantined(page.after)
            yield from (Found("submission", plain(one)) for one in _about(person, page.items))
            if page.after is None:
                return

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Two hundred of them."""
        page = _quarantined(after["key"] if after else None)
        ours = _about(person, page.items)
        delete_all(sales, ({"pk": one["pk"], "sk": one["sk"]} for one in ours))
        return {"key": page.after} if page.after is not None else None


STORES: Final[tuple[Store, ...]] = (Leads(), Quarantine())

NOT_PERSONAL: Final = {
    Keys("sales", "CONFIG#"): "settings of the company, changed by staff",
    Keys("sales", "TIMER_RUN"): "when deadlines were looked for",
    Keys("sales", "REPORT#"): "figures of all people together",
    Keys("sales", "CLAIM#"): "keyed digests of requests, and ids; gone after 30 days",
    Keys("sales", "NOTICE#"): "which mails staff got; the mails name nobody",
    Keys("sales", "RATE#"): "keyed hashes of network addresses; gone after an hour",
    Keys("sales", "DRY_RUN#"): "figures and ids",
    Keys("sales", "STAFF#"): "how much staff have to do",
    Keys("sales", "ROTATION#"): "whose turn among staff it is",
    Keys("sales", "VIEWS#"): "lists that staff keep",
}
"""What else is in the table, and why nobody is to export or erase it."""


def _take_away(person: Person, lead_id: str) -> None:
    """Remove the lead itself, with the load it is to its owner, in one write."""
    for _ in range(_ATTEMPTS):
        item = sales.get(lead_key(lead_id))
        if item is None or person.anew(item.get("created_at")):
            return
        try:
            sales.write(*_removal(item))
        except ConditionFailed:
            continue  # somebody worked on it in this very moment
        return
    raise Busy("contended", "This lead is being changed by others, try again")


def _removal(item: Item) -> list[Op]:
    known: Mapping[str, Any] = {"version": item["version"]} if "version" in item else {}
    same = Condition(
        "lead_as_read",
        "#version = :version" if known else "attribute_not_exists(#version)",
        "a lead leaves with the load it is, whoever has it at that moment",
        known,
    )
    ops: list[Op] = [Delete({"pk": item["pk"], "sk": item["sk"]}, same)]
    if item.get("owner_id") and item.get("state") in OPEN:
        ops.append(load_op(item["owner_id"], -1))
    return ops


def _quarantined(after: Mapping[str, Any] | None) -> Page:
    return sales.query(QUARANTINE, limit=PER_STEP, after=after, consistent=True)


def _about(person: Person, items: list[Item]) -> list[Item]:
    """Those of quarantined items whose address stands for one of the person's leads."""
    known = {f"lead_{one}" for one in person.symbols}
    return [
        one
        for one in items
        if one["address_id"] in known and not person.anew(one.get("received_at"))
    ]
