"""Which lead a visitor is (table `customers`).

| entity | pk | sk |
|---|---|---|
| present link, carrying `VisitorIdentified` | `SUBJECT#<visitor_id>` | `LINK` |
| every link there was | `SUBJECT#<visitor_id>` | `LINK#<linked_at>#<lead_id>` |
| a lead's visitor | `LEAD#<lead_id>` | `VISITOR#<visitor_id>` |

| question | key | asked by |
|---|---|---|
| whose are these visitors now | table | scoring_update |
| whose was a visitor then | table, `LINK#` | scoring_update, when the link changed since |
| a lead's visitors | table, `VISITOR#` | scoring_dry_run, privacy_work |

An event counts for one lead: the one the visitor was linked to when it was recorded, or the
first one for what came before any link. That holds however late or often it is delivered.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import BehaviourKey
from shared.customers.events import VisitorIdentified
from shared.customers.identity import contact_id_of_lead
from shared.customers.privacy.erasures import not_erased_since
from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso
from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.tables import Table

from .ids import is_lead

customers = Table(CUSTOMERS)

_UNLINKED: Final = Condition(
    "visitor_unlinked", "attribute_not_exists(#pk)", "the first link owns all earlier events"
)


def lead_of(visitor_ids: Iterable[str]) -> dict[str, str]:
    """The lead each visitor is linked to now; visitors without one are left out. Strong."""
    return {visitor_id: head["lead_id"] for visitor_id, head in _heads(visitor_ids).items()}


def leads_for(behaviours: Iterable[Behaviour]) -> dict[BehaviourKey, str]:
    """The lead each behaviour counts for; those of unknown visitors are left out.

    One strong read for all, and one more per visitor who was linked to another lead after.
    """
    asked = list(behaviours)
    heads = _heads(one.subject_id for one in asked if not is_lead(one.subject_id))
    histories: dict[str, list[Item]] = {}
    leads: dict[BehaviourKey, str] = {}
    for one in asked:
        subject = one.subject_id
        if is_lead(subject):
            leads[subject, one.behaviour_id] = subject
        elif head := heads.get(subject):
            if not _covers(head, one) and subject not in histories:
                histories[subject] = customers.query_all(
                    f"SUBJECT#{subject}", begins="LINK#", forward=False, consistent=True
                )
            links = [head, *histories.get(subject, ())]
            owner = next((link for link in links if _covers(link, one)), links[-1])
            leads[subject, one.behaviour_id] = owner["lead_id"]
    return leads


def visitors_of(lead_id: str) -> list[str]:
    """The visitors ever linked to a lead. Strong."""
    return [item["visitor_id"] for item in links_of(lead_id)]


def links_of(lead_id: str) -> list[Item]:
    """The visitors ever linked to a lead as stored, with `linked_at`. Strong."""
    return customers.query_all(f"LEAD#{lead_id}", begins="VISITOR#", consistent=True)


def next_link(lead_id: str, past: str) -> Item | None:
    """The first of `links_of` whose visitor comes after `past` ("": the first of all). Strong."""
    between = (f"VISITOR#{past}", "VISITOR#~")
    page = customers.query(f"LEAD#{lead_id}", between=between, limit=2, consistent=True)
    return next((one for one in page.items if one["visitor_id"] != past), None)


def link_first(visitor_id: str, lead_id: str, captured_at: str, now: datetime) -> None:
    """Link a visitor who has no lead yet. One write. Raises `ConditionFailed` with the present
    link at position 0 when there is one, and with `ERASED` when the person was erased since."""
    _link(visitor_id, lead_id, captured_at, now, None)


def link_next(present: Item, lead_id: str, captured_at: str, now: datetime) -> None:
    """Link a visitor from the lead of `present` to another one. One write. Raises
    `ConditionFailed` as `link_first`, the present link being no longer `present`."""
    _link(present["visitor_id"], lead_id, captured_at, now, present)


def _link(
    visitor_id: str, lead_id: str, captured_at: str, now: datetime, present: Item | None
) -> None:
    after = None if present is None else iso(now)
    link = {
        "visitor_id": visitor_id,
        "lead_id": lead_id,
        "captured_at": captured_at,
        "linked_at": iso(now),
        **({} if after is None else {"events_after": after}),
    }
    event = VisitorIdentified(
        event_id=f"{visitor_id}.{lead_id}.{iso(now)}",
        occurred_at=now,
        visitor_id=visitor_id,
        lead_id=lead_id,
        events_after=after,
    )
    condition = _UNLINKED if present is None else unchanged(present)
    customers.write(
        Put({**head_key(visitor_id), **link}, condition, (event,)),
        Put({"pk": f"SUBJECT#{visitor_id}", "sk": f"LINK#{iso(now)}#{lead_id}", **link}),
        _known_as(visitor_id, lead_id, now),
        not_erased_since(contact_id_of_lead(lead_id), captured_at),
    )


def remember(visitor_id: str, lead_id: str, captured_at: str, now: datetime) -> None:
    """Note that a lead used this visitor's browser, without giving it the visitor's events. One
    write. Raises `ConditionFailed` when the person was erased since."""
    customers.write(
        _known_as(visitor_id, lead_id, now),
        not_erased_since(contact_id_of_lead(lead_id), captured_at),
    )


def confirm(present: Item, captured_at: str) -> None:
    """Note that the present link was confirmed by a later capture. Raises `ConditionFailed`
    when it is no longer `present`."""
    customers.write(
        Update(
            head_key(present["visitor_id"]),
            set={"captured_at": captured_at},
            condition=unchanged(present),
        )
    )


def _known_as(visitor_id: str, lead_id: str, now: datetime) -> Update:
    return Update(
        {"pk": f"LEAD#{lead_id}", "sk": f"VISITOR#{visitor_id}"},
        set={"visitor_id": visitor_id, "lead_id": lead_id},
        set_once={"linked_at": iso(now)},
    )


def unchanged(present: Item) -> Condition:
    """The present link is still as it was read."""
    return Condition(
        "link_unchanged",
        "#lead_id = :lead_id AND #captured_at = :captured_at",
        "which capture is the newer was decided on this link",
        {"lead_id": present["lead_id"], "captured_at": present["captured_at"]},
    )


def _covers(link: Item, one: Behaviour) -> bool:
    """Whether a link, the newest asked first, owns what was recorded then."""
    return "events_after" not in link or one.recorded_at > str(link["events_after"])


def _heads(visitor_ids: Iterable[str]) -> dict[str, Item]:
    heads = customers.get_many([head_key(one) for one in dict.fromkeys(visitor_ids)])
    return {head["visitor_id"]: head for head in heads}


def head_key(visitor_id: str) -> dict[str, str]:
    """The key of a visitor's present link."""
    return {"pk": f"SUBJECT#{visitor_id}", "sk": "LINK"}
