"""What each event of the product says of a person, as an entry of their history. Pure.

Every event class that names a lead, a contact or a visitor is in one of the three modules
beside, or in `NOT_RECORDED` with its reason; a test fails when one is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.customers.channels.touch_points import TouchPoint
from shared.kernel.clock import iso
from shared.kernel.events import DomainEvent

from .model import Direction, Entry


@dataclass(frozen=True, slots=True)
class Fact:
    """What an event says: see `Entry`. Without a channel it is an act of ours, no touch point."""

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, str | None] = field(default_factory=dict)
    channel: str | None = None
    touch_point: TouchPoint | None = None
    direction: Direction | None = None
    visible: bool = False
    by: str | None = None


Reader = Callable[[Any], Fact]
Readers = Mapping[type[DomainEvent], Reader]


def entry_of(event: DomainEvent, fact: Fact, contact_id: str, now: datetime) -> Entry:
    """The entry that `event` makes in a contact's history."""
    return Entry(
        contact_id=contact_id,
        entry_id=event.event_id,
        occurred_at=iso(event.occurred_at),
        recorded_at=iso(now),
        kind=fact.kind,
        channel=fact.channel,
        touch_point=fact.touch_point,
        direction=fact.direction,
        visible=fact.visible,
        source=event.area,
        by=fact.by,
        params=said_of(fact.params),
        refs={name: text for name, text in fact.refs.items() if text},
    )


def said_of(params: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as text; lists with commas, nothing for what is not known."""
    texts: Final = {
        name: ", ".join(value) if isinstance(value, list | tuple) else str(value)
        for name, value in params.items()
        if value is not None
    }
    return {name: text for name, text in texts.items() if text}
