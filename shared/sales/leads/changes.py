"""Changing what is known of a lead. Staff's word stands beside what forms claimed, and wins."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from shared.customers.identity import lead_id_of
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, NotFound, Stale
from shared.kernel.ids import derived_id
from shared.platform.auth import Staff
from shared.platform.keys import key
from shared.platform.requests import Update
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadChanged

from .aliases import alias, followed
from .facts import checked, reachable
from .model import STAFF, Lead, effective_facts
from .repository import from_item, lead_key, sales, unchanged
from .trail import Change


def change_facts(
    lead_id: str, facts: Mapping[str, str | None], version: int, staff: Staff, now: datetime
) -> Lead:
    """Set facts as staff know them and return the lead as it is then; `None` takes staff's word
    back, so that a form's counts again. A new address leads to this lead from now on, and the
    old ones still do. Without a change nothing is written.

    Raises `NotFound`, `Stale` when `version` is not the newest, `Rejected` for unacceptable
    facts, and `Conflict` (`address_taken`, with the other `lead_id`) for an address of another
    lead.
    """
    item = followed(lead_id)
    lead = from_item(item)
    if lead.version != version:
        raise Stale("version_stale", version=lead.version)
    given = checked(facts)
    changed = {name for name, value in given.items() if item.get(f"{STAFF}{name}") != value}
    if not changed:
        return lead
    after = _with(item, {name: given[name] for name in changed})
    effective = effective_facts(after)
    reachable(effective.get("email"), effective.get("phone"))
    at = iso(now)
    event = _event(lead, sorted(changed), staff, now)
    update = Update(
        lead_key(lead.lead_id),
        set={
            **{f"{STAFF}{name}": given[name] for name in changed if given[name]},
            "updated_at": at,
            "version": version + 1,
        },
        remove=[f"{STAFF}{name}" for name in sorted(changed) if not given[name]],
        condition=unchanged(lead),
        events=[event],
    )
    addresses = _new_addresses(lead, effective)
    trail = Change(
        lead_id=lead.lead_id,
        event_id=event.event_id,
        at=now,
        by=staff.staff_id,
        facts={name: (lead.facts.get(name), effective.get(name)) for name in sorted(changed)},
    )
    aliases = [alias(address, lead.lead_id, now) for address in addresses]
    try:
        sales.write(update, *aliases, trail.put())
    except ConditionFailed as refused:
        raise _reason(refused) from refused
    return from_item({**after, "updated_at": at, "version": version + 1})


def _with(item: Mapping[str, object], given: Mapping[str, str | None]) -> dict[str, object]:
    changed = {f"{STAFF}{name}": value for name, value in given.items()}
    return {name: value for name, value in {**item, **changed}.items() if value is not None}


def _new_addresses(lead: Lead, effective: Mapping[str, str]) -> list[str]:
    """The lead ids that this lead's new addresses stand for, its own left out."""
    found: list[str] = []
    if (email := effective.get("email")) and email != lead.facts.get("email"):
        found.append(lead_id_of("email", email))
    if (phone := effective.get("phone")) and phone != lead.facts.get("phone"):
        found.append(lead_id_of("phone", phone))
    return [address for address in found if address != lead.lead_id]


def _reason(refused: ConditionFailed) -> NotFound | Stale | Conflict:
    lead = refused.found(0)
    if lead is not None:
        if "version" not in lead:
            return NotFound("lead_not_found", "There is no such lead")
        return Stale("version_stale", version=lead["version"])
    other = next(iter(refused.failures.values()))
    owner = other.get("redirect_to") or other.get("lead_id")
    return Conflict("address_taken", "This address belongs to another lead", lead_id=owner)


def _event(lead: Lead, names: list[str], staff: Staff, now: datetime) -> LeadChanged:
    version = lead.version + 1
    text = f"changed:{lead.lead_id}:{version}:{staff.staff_id}".encode()
    return LeadChanged(
        event_id=derived_id("event", hmac.digest(key("lead-changed"), text, hashlib.sha256)),
        occurred_at=now,
        lead_id=lead.lead_id,
        version=version,
        fields=names,
    )
