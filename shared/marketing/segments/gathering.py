"""Reading what some rules are decided on: of contacts all together, one strong read per hundred
items, and a query of the history where a rule asks for it. What it costs does not depend on how
many contacts there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.consents.model import ANY, Consent
from shared.customers.consents.repository import CONSENT
from shared.customers.consents.standing import by_key
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.customers.history.repository import HISTORY
from shared.kernel.clock import iso, parse_instant
from shared.platform.requests import Item, Key
from shared.platform.tables import Page, Table, get_across

from .definition import Defined
from .facts import Event, Facts, Needs
from .repository import Membership, marketing, membership_key, score_key, scores_in

AT_ONCE: Final = 100
"""Keys of one read."""

HISTORY_PAGES: Final = 5
"""Megabytes of a history that are looked at, the newest first: some ten thousand entries."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A contact's facts, and how it stands with the segments asked for, by segment."""

    facts: Facts
    memberships: dict[str, Membership]


def gather(
    contact_ids: Iterable[str], wanted: Sequence[Defined], now: datetime
) -> dict[str, Gathered]:
    """What is known of contacts, as far as `wanted` segments ask, by contact."""
    needs = Needs()
    for one in wanted:
        needs |= one.needs
    segments = sorted({one.segment_id for one in wanted} | needs.segments)
    return _gather(contact_ids, needs, segments, now)


def facts_of(contact_ids: Iterable[str], needs: Needs, now: datetime) -> dict[str, Facts]:
    """What is known of contacts, as far as `needs` ask, by contact."""
    found = _gather(contact_ids, needs, sorted(needs.segments), now)
    return {contact_id: one.facts for contact_id, one in found.items()}


def keys_each(needs: Needs) -> int:
    """How many items are read of a contact, its history aside."""
    return len(_keys("", needs, sorted(needs.segments)))


def _gather(
    contact_ids: Iterable[str], needs: Needs, segments: Sequence[str], now: datetime
) -> dict[str, Gathered]:
    asked = list(dict.fromkeys(contact_ids))
    keys = {one: _keys(one, needs, segments) for one in asked}
    found = _read([key for one in asked for key in keys[one]])
    return {one: _gathered(one, needs, segments, found, now) for one in asked}


def _keys(contact_id: str, needs: Needs, segments: Sequence[str]) -> list[tuple[Table, Key]]:
    keys: list[tuple[Table, Key]] = [(customers, contact_key(contact_id))]
    for purpose, channel in sorted(needs.consents):
        keys += [(customers, _consent_key(contact_id, purpose, one)) for one in (channel, ANY)]
    if needs.score:
        keys.append((marketing, score_key(contact_id)))
    return [*keys, *((marketing, membership_key(contact_id, one)) for one in segments)]


def _read(keys: Sequence[tuple[Table, Key]]) -> dict[tuple[str, str, str], Item]:
    distinct = list({(table.spec.name, key["pk"], key["sk"]): (table, key) for table, key in keys}.items())  # fmt: skip
    found: dict[tuple[str, str, str], Item] = {}
    for start in range(0, len(distinct), AT_ONCE):
        part = distinct[start : start + AT_ONCE]
        items = get_across(*(one for _, one in part))
        found |= {name: item for (name, _), item in zip(part, items, strict=True) if item}
    return found


def _gathered(
    contact_id: str,
    needs: Needs,
    segments: Sequence[str],
    found: dict[tuple[str, str, str], Item],
    now: datetime,
) -> Gathered:
    def item(table: Table, key: Key) -> Item | None:
        return found.get((table.spec.name, key["pk"], key["sk"]))

    memberships = {}
    for segment_id in segments:
        stored = item(marketing, membership_key(contact_id, segment_id))
        known = Membership.from_item(stored) if stored else Membership(contact_id, segment_id)
        memberships[segment_id] = known
    record = item(customers, contact_key(contact_id))
    there = record is not None and not {"merged_into", "deleted_at"} & record.keys()
    consents = [
        Consent.model_validate(one)
        for purpose, channel in sorted(needs.consents)
        for name in (channel, ANY)
        if (one := item(customers, _consent_key(contact_id, purpose, name)))
    ]
    facts = Facts(
        contact_id,
        from_item(record) if record and there else None,
        score=scores_in(item(marketing, score_key(contact_id))) if needs.score else None,
        consents=by_key(consents),
        events=_events(contact_id, needs.days, now) if there and needs.days else (),
        segments=frozenset(one for one, known in memberships.items() if known.member),
    )
    return Gathered(facts, memberships)


def _events(contact_id: str, days: int, now: datetime) -> list[Event]:
    since = f"{HISTORY}{iso(now - timedelta(days=days))}"
    found: list[Event] = []
    page = Page()
    for _ in range(HISTORY_PAGES):
        page = customers.query(
            f"CONTACT#{contact_id}",
            between=(since, f"{HISTORY}~"),
            forward=False,
            after=page.after,
            consistent=True,
        )
        found += map(_event, page.items)
        if page.after is None:
            break
    return found


def _event(item: Item) -> Event:
    occurred_at = str(item["sk"]).removeprefix(HISTORY).partition("#")[0]
    params: dict[str, Any] = item.get("params", {})
    return Event(item["kind"], parse_instant(occurred_at), params)


def _consent_key(contact_id: str, purpose: str, channel: str) -> dict[str, str]:
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{CONSENT}{purpose}#{channel}"}
