"""Events travel inside the item whose change caused them, so neither exists without the other.

`_events` is a list of `{id, source, type, detail}` and `_ev` the type of the last one: the
stream's filter can see a scalar, not a list. The detail is JSON text without the event's id and
without what is `null` or its default, since a write costs by the kilobyte; `whole` is the detail as published.
A save without events removes both.
`event_relay` publishes the events of an item's new image that its old image did not have.
"""

import json
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
                "detail": event.model_dump_json(
                    exclude={"event_id"}, exclude_none=True, exclude_defaults=True
                ),
            }
            for event in events
        ],
        LAST_EVENT: events[-1].detail_type,
    }


def whole(event: Mapping[str, Any]) -> str:
    """The detail of a packed event as it is published, its id included: a JSON object.

    Raises `ValueError` when there is none.
    """
    found, detail = _id(event), event.get("detail")
    if not found or not isinstance(detail, str):
        raise ValueError("an event is made of text")
    try:
        fields = json.loads(detail)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(fields, dict):
        raise ValueError("the detail is an object")
    return json.dumps({"event_id": found, **fields}, ensure_ascii=False, separators=(",", ":"))


def unpublished(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[Any]:
    """The packed events of an item's new image that its old image did not carry.

    Whatever has not the shape of a packed event is among them: it must be seen, not skipped.
    """
    known = {_id(event) for event in _carried(old)} - {None}
    return [event for event in _carried(new) if _id(event) not in known]


def _carried(item: Mapping[str, Any]) -> list[Any]:
    events = item.get(EVENTS, [])
    return events if isinstance(events, list) else [events]


def _id(event: Any) -> str | None:
    found = event.get("id") if isinstance(event, Mapping) else None
    return found if isinstance(found, str) else None
