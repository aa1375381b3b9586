"""Merging: the loser's record gives way to the winner's in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.consents.repository import of_contact
from shared.customers.consents.standing import merged as most_restrictive
from shared.customers.contacts.changes import FACTS
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import (
    attributes,
    contact_key,
    from_item,
    touched,
    unchanged,
)
from shared.customers.contacts.writing import parts_of
from shared.customers.events import ContactsMerged
from shared.customers.trail import changed as written_down_of
from shared.customers.trail import differing
from shared.customers.writing import fits
from shared.kernel.clock import iso
from shared.kernel.errors import Busy, Conflict, CrmError, NotFound, Rejected, Stale
from shared.kernel.ids import new_id
from shared.platform import timers
from shared.platform.requests import Check, Item, Op, Put
from shared.platform.writes import ConditionFailed

from .claims import lead_elsewhere, leading_to, leads_in, leads_of_addresses
from .consents import taken_over
from .fields import Side, merged
from .model import Merge, MergeState, merge_id_of
from .repository import customers, load_merge, merges_of, written_down

TIMER: Final = "merge_work"
LOOK_AGAIN_AFTER: Final = timedelta(hours=1)
"""What somebody was about to store for the loser when it gave way is there by then."""

_IN_WORK: Final = (MergeState.MOVING, MergeState.RETURNING)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to merge: the versions are those at which both were looked at, `choices` whose value
    survives in fields where the proposal is not wanted."""

    winner_id: str
    loser_id: str
    winner_version: int
    loser_version: int
    choices: Mapping[str, Side]


def merge_contacts(asked: Asked, by: str, now: datetime) -> Merge:
    """Make the loser the winner's alias. What belongs to it follows (`work`).

    Asked for again, it answers as the first time. Some ten reads and one write. Raises
    `NotFound`, `Stale`, `Conflict` (`contact_deleted`, `already_merged`, `merge_in_progress`),
    `Rejected` and `Busy`.
    """
    winner, loser, again = _both(asked)
    if again:
        return again
    claims = leading_to(loser)
    ours, theirs = of_contact(winner.contact_id), of_contact(loser.contact_id)
    values = merged(winner, loser, asked.choices)
    leads = {*winner.lead_ids, *loser.lead_ids, *leads_in(claims)} - leads_of_addresses(loser)
    if leads - {*winner.lead_ids}:
        values["lead_ids"] = [*winner.lead_ids, *sorted(leads - {*winner.lead_ids})]
    after = touched(winner, now, **values)
    merge = Merge(
        merge_id=merge_id_of(winner.contact_id, new_id("merge", now)),
        winner_id=winner.contact_id,
        loser_id=loser.contact_id,
        state=MergeState.MOVING,
        merged_at=iso(now),
        merged_by=by,
        winner_before=winner,
        winner_after=after,
        loser_before=loser,
        claims=[claim["pk"] for claim in claims],
        consents_before=ours,
        consents_after=most_restrictive(ours, theirs),
    )
    event = ContactsMerged(
        event_id=new_id("event", now),
        occurred_at=now,
        contact_id=winner.contact_id,
        merged_id=loser.contact_id,
        merge_id=merge.merge_id,
        by=by,
    )
    ops: list[Op] = [
        *instead_of(winner, after, event),
        Put(_alias(merge, now), unchanged(loser)),
        *hangs_on(loser, _bare(loser)),
        *(lead_elsewhere(claim, winner.contact_id) for claim in claims),
        *taken_over(winner.contact_id, ours, theirs, until=merge.merged_at),
        *written_down(merge),
        trail(winner, after, event, by),
    ]
    fits(len(ops))
    try:
        customers.write(*ops)
    except ConditionFailed as refused:
        raise _meaning(refused) from refused
    return merge


def instead_of(before: Contact, after: Contact, event: Any) -> list[Op]:
    """Store a contact in place of what it was, with its tags and places in accounts. What leads
    to it is written by itself."""
    known = {name: getattr(after, name) for name in _LEADING}
    part, *others = parts_of(before.model_copy(update=known), after, [event])
    return [part.op, *(one.op for one in others if not isinstance(one.op, Check))]


def hangs_on(before: Contact, after: Contact) -> list[Op]:
    """What a contact's tags and places in accounts take, without the contact itself."""
    _, *others = parts_of(before, after, [])
    return [one.op for one in others if not isinstance(one.op, Check)]


def trail(before: Contact, after: Contact, event: Any, by: str) -> Put:
    """Write down what a merge, or its end, changed of the winner."""
    old, new = attributes(before), attributes(after)
    return written_down_of(old, new, differing(old, new, FACTS), event, by)


def _bare(contact: Contact) -> Contact:
    return contact.model_copy(update={"tags": [], "accounts": []})


_LEADING: Final = ("emails", "phones", "external_ids", "lead_ids")


def _alias(merge: Merge, now: datetime) -> Item:
    return {
        **contact_key(merge.loser_id),
        "kind": "contact",
        "merged_into": merge.winner_id,
        "merge_id": merge.merge_id,
        **timers.attributes(TIMER, now + LOOK_AGAIN_AFTER, merge.loser_id),
    }


def _both(asked: Asked) -> tuple[Contact, Contact, Merge | None]:
    """The two contacts; and their merge, if it is done already."""
    if asked.winner_id == asked.loser_id:
        raise Rejected("same_contact", "A contact cannot be merged with itself")
    keys = [contact_key(one) for one in (asked.winner_id, asked.loser_id)]
    found = {item["pk"]: item for item in customers.get_many(keys)}
    winner, loser = (found.get(key["pk"]) for key in keys)
    if winner is None or loser is None:
        raise NotFound("contact_not_found", "There is no such contact")
    if loser.get("merged_into") == asked.winner_id and (again := load_merge(loser["merge_id"])):
        return again.winner_after, again.loser_before, again
    for item in (winner, loser):
        if "merged_into" in item:
            raise Conflict("already_merged", "It was merged", contact_id=item["merged_into"])
        if "deleted_at" in item:
            raise Conflict("contact_deleted", "Restore this contact before merging it")
    for item, version in ((winner, asked.winner_version), (loser, asked.loser_version)):
        if item["version"] != version:
            raise Stale("version_stale", version=item["version"])
    _at_rest(asked)
    return from_item(winner), from_item(loser), None


def _at_rest(asked: Asked) -> None:
    """Raise `Conflict` while things of one of the two are on their way."""
    for contact_id in (asked.winner_id, asked.loser_id):
        for merge in merges_of(contact_id):
            if merge.state in _IN_WORK:
                raise Conflict(
                    "merge_in_progress",
                    "What belongs to it is still on its way; try again in a moment",
                    merge_id=merge.merge_id,
                )


def _meaning(refused: ConditionFailed) -> CrmError:
    for item in refused.failures.values():
        if item.get("kind") == "contact" and "version" in item:
            return Stale("version_stale", version=item["version"])
    return Busy("contended", "These records are being changed by others, try again")
