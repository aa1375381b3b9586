"""What browsers did that turned out to be a person's, and what was reported of the person."""

from collections.abc import Iterator
from typing import Any, Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.privacy.partitions import PER_STEP, Partitions, plain
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys
from shared.platform.batch_writes import delete_all
from shared.platform.requests import Delete, Item, Put
from shared.platform.tables import Page
from shared.platform.writes import ConditionFailed

from .repository import customers, head_key, leads_for, links_of, next_link, unchanged

_REPORTED: Final = Partitions(
    name="behaviour",
    table=customers,
    covers=(Keys("customers", "SUBJECT#"),),
    keys=lambda person: [f"SUBJECT#{one}" for one in person.lead_ids],
    entity=lambda item: "behaviour",
    made="recorded_at",
)
"""What was reported of the person by name, not of a browser."""


class Visitors:
    """Behaviour, and the browsers it came from. Of a browser that others used too only what this
    person did goes; whose it is after that is whose it was before."""

    name = _REPORTED.name
    holdable: frozenset[str] = frozenset()
    covers = (*_REPORTED.covers, Keys("customers", "LEAD#"))

    def find(self, person: Person) -> Iterator[Found]:
        """What the person did, and the browsers."""
        yield from _REPORTED.find(person)
        for link in (link for lead_id in person.lead_ids for link in links_of(lead_id)):
            if person.anew(link["linked_at"]):
                continue
            yield Found("browser", plain(link))
            for page in _pages(link["visitor_id"]):
                yield from (Found("behaviour", plain(one)) for one in _ours(person, page))

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Two hundred behaviours at a time; then the links of their browser."""
        if after is None or "lead" not in after:
            rest = _REPORTED.erase(person, after)
            return rest or {"lead": 0}
        number: int = after["lead"]
        if number >= len(person.lead_ids):
            return None
        lead_id, past = person.lead_ids[number], after.get("past", "")
        link = next_link(lead_id, past)
        if link is None:
            return {"lead": number + 1}
        visitor_id: str = link["visitor_id"]
        if not person.anew(link["linked_at"]):
            page = _page(visitor_id, after.get("key"))
            delete_all(customers, map(_key, _ours(person, page.items)))
            if page.after is not None:
                return {"lead": number, "past": past, "key": page.after}
            _unlink(person, link)
        return {"lead": number, "past": visitor_id}


def _ours(person: Person, items: list[Item]) -> list[Item]:
    """Those of a browser's behaviours that count for the person; all where it is nobody else's."""
    behaviours = {
        (one.subject_id, one.behaviour_id): item
        for item in items
        for one in [Behaviour.model_validate(item)]
    }
    owners = leads_for(Behaviour.model_validate(one) for one in items)
    return [
        item
        for key, item in behaviours.items()
        if owners.get(key, "") in {"", *person.lead_ids} and not person.anew(item["recorded_at"])
    ]


def _unlink(person: Person, link: Item) -> None:
    """Forget that the browser was this person's. What it did is gone already."""
    visitor_id = link["visitor_id"]
    links = customers.query_all(f"SUBJECT#{visitor_id}", begins="LINK", consistent=True)
    head = next((one for one in links if one["sk"] == "LINK"), None)
    log = [one for one in links if one["sk"] != "LINK"]
    ours = [one for one in log if one["lead_id"] in person.lead_ids]
    others = [one for one in log if one["lead_id"] not in person.lead_ids]
    try:
        if head is not None and head["lead_id"] in person.lead_ids:
            customers.write(_head_without(head, others))
    except ConditionFailed:
        pass  # linked to somebody in this very moment
    delete_all(customers, map(_key, ours))
    customers.write(Delete(_key(link)))


def _head_without(head: Item, others: list[Item]) -> Put | Delete:
    """The link that stands when the person's is gone: the latest of somebody else, or none."""
    condition = unchanged(head)
    if not others:
        return Delete(head_key(head["visitor_id"]), condition)
    latest = max(others, key=lambda one: str(one["linked_at"]))
    return Put({**latest, **head_key(head["visitor_id"])}, condition)


def _pages(visitor_id: str) -> Iterator[list[Item]]:
    page = Page()
    while True:
        page = _page(visitor_id, page.after)
        yield page.items
        if page.after is None:
            return


def _page(visitor_id: str, after: Any) -> Page:
    return customers.query(
        f"SUBJECT#{visitor_id}", begins="EVENT#", limit=PER_STEP, after=after, consistent=True
    )


def _key(item: Item) -> dict[str, str]:
    return {"pk": item["pk"], "sk": item["sk"]}
