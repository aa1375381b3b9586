"""Queue `segment-update` (every event about a person, and timers): who is in which segment is
brought up to date."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.kernel.events import DomainEvent
from shared.marketing.segments.hearing import HEARD, looked_later, looks_of
from shared.marketing.segments.membership import bring_up_to_date
from shared.marketing.segments.repository import definitions
from shared.platform.entry.event import read


def update(messages: Sequence[Message], now: datetime) -> list[str]:
    """Look at the people of a batch, those alike together; the ids of messages to come again."""
    known = definitions(now)
    events: dict[str, DomainEvent] = {}
    wanted: dict[str, set[str]] = defaultdict(set)
    told_by: dict[str, set[str]] = defaultdict(set)
    failed: set[str] = set()

    def take(message: Message) -> None:
        if "detail-type" in message.body:
            if event := read(message.body, *HEARD):
                events[message.id] = event
            return
        contact_id = message.body["pk"].removeprefix("CONTACT#")
        kind, _, segment_id = message.body["sk"].partition("#")
        wanted[contact_id] |= set(known.by_id) if kind == "RECHECK" else {segment_id}
        told_by[contact_id].add(message.id)

    def hear() -> None:
        looks = looks_of(list(events.values()), known, now)
        for message_id, look in zip(events, looks, strict=True):
            for contact_id, segments in look.items():
                wanted[contact_id] |= segments
                told_by[contact_id].add(message_id)

    failed |= {one.id for one in messages if not survives(lambda one=one: take(one))}  # type: ignore[misc]
    if events and not survives(hear):
        failed |= events.keys()
    alike: dict[frozenset[str], list[str]] = defaultdict(list)
    for contact_id, segments in wanted.items():
        alike[frozenset(segments)].append(contact_id)

    def decide(contacts: list[str], segments: frozenset[str]) -> None:
        bring_up_to_date(contacts, known.with_followers(segments), now)

    for together, contacts in alike.items():
        if not survives(lambda c=contacts, s=together: decide(c, s)):  # type: ignore[misc]
            failed |= {one for contact_id in contacts for one in told_by[contact_id]}
    for message in messages:
        if message.id not in failed and message.body.get("sk") == "RECHECK":
            looked_later(message.body["pk"].removeprefix("CONTACT#"), message.body["due"])
    return sorted(failed)


handle = on_batch(update)
