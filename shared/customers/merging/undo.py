"""Undoing a merge: both records are there again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from shared.customers.consents.repository import of_contact
from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import attributes, contact_key, from_item, touched
from shared.customers.events import MergeUndone
from shared.customers.external_ids import external_key
from shared.customers.identity import lead_id_of
from shared.customers.writing import fits
from shared.kernel.clock import iso
from shared.kernel.errors import Busy, Conflict, NotFound
from shared.kernel.ids import new_id
from shared.platform.requests import Condition, Item, Op, Put
from shared.platform.writes import ConditionFailed

from .claims import claims_now, lead_elsewhere
from .consents import parted as consents_parted
from .fields import parted, without
from .merge import hangs_on, instead_of, trail
from .model import Merge, MergeState
from .repository import advance, customers, load_merge

_UNDONE: Final = (MergeState.RETURNING, MergeState.UNDONE)
_ATTEMPTS: Final = 3


def undo_merge(merge_id: str, by: str, now: datetime) -> Merge:
    """Give both contacts of a merge back. What belonged to the loser follows (`work`).

    What was changed since stays with the winner; what arrived since, too. An address that
    somebody else has by now cannot go back (`withheld` counts them). Undone already, it is
    answered alike. Raises `NotFound`, `Conflict` (`merged_further`, naming the contact that
    counts now; `contact_deleted`) and `Busy`.
    """
    for _ in range(_ATTEMPTS):
        merge = load_merge(merge_id)
        if merge is None:
            raise NotFound("merge_not_found", "There is no such merge")
        if merge.state in _UNDONE:
            return merge
        try:
            return _undo(merge, by, now)
        except ConditionFailed:
            continue
    raise Busy("contended", "These records are being changed by others, try again")


def _undo(merge: Merge, by: str, now: datetime) -> Merge:
    winner = _as_it_is(merge)
    claims = [one for one in claims_now(merge.claims) if one["contact_id"] == merge.winner_id]
    known = {one["pk"] for one in claims}
    elsewhere = [pk for pk in merge.claims if pk not in known]
    loser = touched(merge.loser_before, now, **_reachable(merge.loser_before, elsewhere))
    after = touched(
        winner, now, **parted(merge.winner_before, merge.winner_after, winner, merge.loser_before)
    )
    event = MergeUndone(
        event_id=new_id("event", now),
        occurred_at=now,
        contact_id=winner.contact_id,
        merged_id=loser.contact_id,
        merge_id=merge.merge_id,
        by=by,
    )
    undone: dict[str, Any] = {
        "undone_at": iso(now),
        "undone_by": by,
        "withheld": len(elsewhere),
    }
    in_use = _claims_of(loser)
    bare = loser.model_copy(update={"tags": [], "accounts": []})
    consents = of_contact(merge.winner_id), of_contact(merge.loser_id)
    ops: list[Op] = [
        *instead_of(winner, after, event),
        Put(attributes(loser), _still_merged(merge)),
        *hangs_on(bare, loser),
        *(lead_elsewhere(one, merge.loser_id, in_use=one["pk"] in in_use) for one in claims),
        *consents_parted(merge, *consents),
        advance(merge, MergeState.RETURNING, **undone),
        trail(winner, after, event, by),
    ]
    fits(len(ops))
    customers.write(*ops)
    return merge.model_copy(update={"state": MergeState.RETURNING, **undone})


def _as_it_is(merge: Merge) -> Contact:
    item: Item | None = customers.get(contact_key(merge.winner_id))
    if item is None:
        raise NotFound("contact_not_found", "The contact is no longer there")
    if "merged_into" in item:
        raise Conflict(
            "merged_further",
            "It was merged with another one since: undo that first",
            contact_id=item["merged_into"],
            merge_id=item["merge_id"],
        )
    if "deleted_at" in item:
        raise Conflict("contact_deleted", "Restore this contact before undoing its merge")
    return from_item(item)


def _reachable(loser: Contact, elsewhere: Collection[str]) -> dict[str, Any]:
    """The loser's addresses and ids without those that somebody else has by now."""
    if not elsewhere:
        return {}
    emails = {one.address for one in loser.emails if _pk("email", one.address) in elsewhere}
    phones = {one.number for one in loser.phones if _pk("phone", one.number) in elsewhere}
    externals = {
        system: external_id
        for system, external_id in loser.external_ids.items()
        if external_key("contact", system, external_id)["pk"] not in elsewhere
    }
    return {**without(loser, emails, phones), "external_ids": externals}


def _claims_of(contact: Contact) -> set[str]:
    emails = {_pk("email", one.address) for one in contact.emails}
    return emails | {_pk("phone", one.number) for one in contact.phones}


def _pk(kind: Any, address: str) -> str:
    return claim_key(lead_id_of(kind, address))["pk"]


def _still_merged(merge: Merge) -> Condition:
    return Condition(
        "still_merged",
        "#merge_id = :undone_merge",
        "a merge is undone once",
        {"undone_merge": merge.merge_id},
    )
