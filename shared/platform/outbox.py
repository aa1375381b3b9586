"""Events travel inside the item whose change caused them, so neither exists without the other.

`_events` is a list of `{id, source, type, detail}` (detail as JSON text) and `_ev` the id of the
last one: the stream's filter can see a scalar, not a list. A save without events removes both.
`event_relay` publishes the events of an item's new image that its old image did not have.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.kernel.events import DomainEvent

EVENTS: Final = "_events"
LAST_EVENT: Final = "_ev"


def packed(events: Sequence[DomainEvent]) -> dict[str, Any]:
    """The two attributes an item carries for `events`; none for none."""
    if not events:
        return {}
    return {
        EVENTS: [
            {
                "id": event.event_id,
                "source": event.source,
                "type": event.detail_type,
                "detail": event.model_dump_json(),
            }
            for event in events
        ],
        LAST_EVENT: events[-1].event_id,
    }


def unpublished(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[dict[str, str]]:
    """The packed events of an item's new image that its old image did not carry."""
    known = {event["id"] for event in old.get(EVENTS, ())}
    return [event for event in new.get(EVENTS, ()) if event["id"] not in known]
