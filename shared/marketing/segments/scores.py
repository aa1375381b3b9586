"""The points of contacts as leads, kept beside their memberships: one attribute per lead, of which
a contact may have had several."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.customers.contacts.persons import contacts_of
from shared.customers.contacts.repository import customers
from shared.customers.privacy.erasures import not_erased_since
from shared.kernel.clock import iso
from shared.platform.requests import Condition, Op, Update
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadScoreChanged

from .repository import marketing, score_key

_LEAD: Final = "lead_"


def keep_scores(changes: Sequence[LeadScoreChanged], contacts: Mapping[str, str]) -> None:
    """Keep the points of leads with their contacts, the latest of each; not those of people who
    were erased since. One write each."""
    for one in changes:
        contact_id = contacts[one.lead_id]
        kept = _kept(contact_id, one.lead_id, one.score, one.version)
        erased = not_erased_since(contact_id, iso(one.occurred_at))
        try:
            marketing.write(kept, beside=[(customers, erased)])
        except ConditionFailed:
            continue


def settle_scores(contact_ids: Sequence[str]) -> None:
    """Move points to the contacts that their leads are now, after a merge or its end. A read of
    each, one of the leads, and a write per lead that moved."""
    items = marketing.get_many(score_key(one) for one in contact_ids)
    leads = [name for item in items for name in item if name.startswith(_LEAD)]
    contacts = contacts_of(leads) if leads else {}
    for item in items:
        own = item["pk"].removeprefix("CONTACT#")
        for lead_id in (name for name in item if name.startswith(_LEAD)):
            if contacts[lead_id] != own:
                _move(item, lead_id, contacts[lead_id])


def _move(item: Mapping[str, Any], lead_id: str, to: str) -> None:
    version = _version(lead_id)
    # Unconditional: what a later event brought here goes when that event is settled in its turn.
    gone = Update({"pk": item["pk"], "sk": item["sk"]}, remove=(lead_id, version))
    ops: list[Op] = [_kept(to, lead_id, item[lead_id], int(item[version])), gone]
    try:
        marketing.write(*ops)
    except ConditionFailed:
        marketing.write(gone)


def _kept(contact_id: str, lead_id: str, score: str, version: int) -> Update:
    name = _version(lead_id)
    later = Condition(
        "score_later",
        f"attribute_not_exists(#{name}) OR #{name} < :score_version",
        "events come in any order, and the latest one counts",
        {"score_version": version},
    )
    return Update(score_key(contact_id), set={lead_id: score, name: version}, condition=later)


def _version(lead_id: str) -> str:
    return f"version_{lead_id}"
