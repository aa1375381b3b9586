"""What events of support say of a person. Pure. What they wrote and what we answered they see,
unless nobody knows whether the ticket is theirs; who has it and how urgent it is they never do."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.channels.model import EMAIL, PORTAL, WEB_FORM
from shared.customers.channels.touch_points import TouchPoint
from shared.support import events as support

from .facts import Fact, Readers

_CHANNELS: Final[Mapping[str, tuple[str | None, TouchPoint | None]]] = {
    "form": (WEB_FORM, TouchPoint.WEBSITE),
    "portal": (PORTAL, TouchPoint.SERVICE),
    "email": (EMAIL, TouchPoint.EMAIL),
    "phone": (None, TouchPoint.TELEPHONE),
}


def _refs(event: support.TicketEvent, **more: str | None) -> dict[str, str | None]:
    return {"ticket_id": event.ticket_id, **more}


def _opened(event: support.TicketOpened) -> Fact:
    channel, touch_point = _CHANNELS.get(event.channel, (None, None))
    return Fact(
        "ticket_opened",
        {"ticket_type": event.ticket_type, "priority": event.priority},
        _refs(event, follows=event.follows),
        channel=channel,
        touch_point=touch_point,
        direction="inbound",
        visible=event.proven,
        by=event.by,
    )


def _message(event: support.TicketMessageAdded) -> Fact:
    refs = _refs(event, message_id=event.message_id)
    if not event.public:
        return Fact("ticket_noted", refs=refs, by=event.by)
    if event.author == "agent":
        kind, direction = "ticket_answered", "outbound"
    else:
        kind, direction = "ticket_written", "inbound"
    return Fact(kind, refs=refs, direction=direction, visible=event.proven, by=event.by)  # type: ignore[arg-type]


def _moved(event: support.TicketStateChanged) -> Fact:
    params = {"from": event.from_state, "to": event.to_state}
    return Fact("ticket_moved", params, _refs(event), by=event.by)


def _prioritised(event: support.TicketPriorityChanged) -> Fact:
    params = {"from": event.from_priority, "to": event.to_priority}
    return Fact("ticket_prioritised", params, _refs(event), by=event.by)


def _assigned(event: support.TicketAssigned) -> Fact:
    params = {"owner_id": event.owner_id, "queue": event.queue, "reason": event.reason}
    return Fact("ticket_assigned", params, _refs(event), by=event.by)


def _changed(event: support.TicketChanged) -> Fact:
    return Fact("ticket_changed", {"fields": event.fields}, _refs(event), by=event.by)


def _of_clock(kind: str) -> Any:
    def read(event: Any) -> Fact:
        return Fact(kind, {"clock_kind": event.clock, "due_at": event.due_at}, _refs(event))

    return read


def _escalated(event: support.TicketEscalated) -> Fact:
    return Fact("ticket_escalated", {"clock_kind": event.clock}, _refs(event), by=event.by)


SUPPORT: Final[Readers] = {
    support.TicketOpened: _opened,
    support.TicketMessageAdded: _message,
    support.TicketStateChanged: _moved,
    support.TicketPriorityChanged: _prioritised,
    support.TicketAssigned: _assigned,
    support.TicketChanged: _changed,
    support.TicketMerged: lambda event: Fact(
        "ticket_merged", refs=_refs(event, merged_id=event.merged_id), by=event.by
    ),
    support.TicketSplit: lambda event: Fact(
        "ticket_split", refs=_refs(event, split_id=event.split_id), by=event.by
    ),
    support.SlaWarned: _of_clock("sla_warned"),
    support.SlaBreached: _of_clock("sla_breached"),
    support.TicketEscalated: _escalated,
}
