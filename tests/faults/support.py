"""What must hold of tickets whatever broke on the way."""

from collections import Counter, defaultdict
from typing import Any

from shared.support.figures.counting import NOW
from shared.support.figures.repository import COUNTED, FIGURES, counts_in
from shared.support.sla.course import followed, restored
from shared.support.tickets.model import Happened
from shared.support.tickets.repository import from_item, group_of, queue_partition
from shared.support.tickets.time_machine import happening_of
from tests.pump import carried

Item = dict[str, Any]

_WORKED_ON = {"new", "open", "pending", "on_hold"}
_LEVELS = {"SlaWarned": "warn", "SlaBreached": "breach", "TicketEscalated": "manager"}


def check(found: list[Item]) -> None:
    """Check all of them over everything stored."""
    tickets = {one["pk"]: one for one in found if one["sk"] == "TICKET"}
    # Where somebody is erased, their tickets are to be gone.
    if not any(str(one["sk"]).startswith("STORE#") for one in found):
        what_was_said_is_there(found, tickets)
    each_version_happened_once(found, tickets)
    clocks_follow_from_what_happened(found, tickets)
    each_message_is_there_once(found)
    loads_are_exact(found, tickets)
    each_level_was_told_of_once(found)
    merged_tickets_lead_on(tickets)
    lists_hold_what_they_say(tickets)
    figures_are_what_tickets_counted_as(found)


def what_was_said_is_there(found: list[Item], tickets: dict[str, Item]) -> None:
    """No ticket and no message that was announced is lost."""
    opened = [
        f"TICKET#{one.detail['ticket_id']}" for one in carried() if one.type == "TicketOpened"
    ]
    assert set(opened) <= tickets.keys()
    said = {one.detail["message_id"] for one in carried() if one.type == "TicketMessageAdded"}
    assert said <= {one["message_id"] for one in found if str(one["sk"]).startswith("MESSAGE#")}
    assert [one for one, times in Counter(opened).items() if times > 1] == []


def each_version_happened_once(found: list[Item], tickets: dict[str, Item]) -> None:
    """A ticket's version counts what happened to it."""
    events: dict[str, list[int]] = defaultdict(list)
    for item in found:
        if item["pk"] in tickets and item["sk"].startswith("EVENT#"):
            events[item["pk"]].append(item["sequence"])
    for pk, ticket in tickets.items():
        assert sorted(events[pk]) == list(range(1, ticket["version"] + 1)), pk


def clocks_follow_from_what_happened(found: list[Item], tickets: dict[str, Item]) -> None:
    """What a ticket keeps of its clocks is what reading its events again gives."""
    for pk, item in tickets.items():
        happened = sorted(
            (Happened.model_validate(one) for one in found if one["pk"] == pk and one["sk"].startswith("EVENT#")),
            key=lambda one: one.sequence,
        )  # fmt: skip
        ticket = from_item(item)
        kept = restored(ticket.course, ticket.state, ticket.priority)
        assert kept == followed(map(happening_of, happened)), pk


def each_message_is_there_once(found: list[Item]) -> None:
    """No message was stored twice, and each came with a version of its ticket."""
    messages = [one for one in found if str(one["sk"]).startswith("MESSAGE#")]
    ids = Counter(one["message_id"] for one in messages)
    assert [one for one, times in ids.items() if times > 1] == []
    told = Counter(
        one.detail["message_id"] for one in carried() if one.type == "TicketMessageAdded"
    )
    assert [one for one, times in told.items() if times > 1] == []


def loads_are_exact(found: list[Item], tickets: dict[str, Item]) -> None:
    """Everybody's load is the number of tickets they have to work on."""
    counted = {one["pk"]: one["tickets"] for one in found if one["sk"] == "TICKETS"}
    worked_on = Counter(
        f"STAFF#{one['owner_id']}"
        for one in tickets.values()
        if one.get("owner_id") and one["state"] in _WORKED_ON
    )
    assert {one: number for one, number in counted.items() if number} == dict(worked_on)


def each_level_was_told_of_once(found: list[Item]) -> None:
    """A level of a clock's run has one alert and one event."""
    alerts = {
        (one["pk"], *str(one["sk"]).split("#")[1:])
        for one in found
        if one["sk"].startswith("ALERT#")
    }
    told = Counter(
        (
            f"TICKET#{one.detail['ticket_id']}",
            one.detail["clock"],
            f"{one.detail['run']:04d}",
            _LEVELS[one.type],
        )
        for one in carried()
        if one.type in _LEVELS and not one.detail.get("manual") and one.detail["event_id"] != "late"
    )
    assert [one for one, times in told.items() if times > 1] == []
    assert told.keys() <= alerts


def merged_tickets_lead_on(tickets: dict[str, Item]) -> None:
    """A merged ticket is named by the one it went into, and no way leads in a circle."""
    for pk, one in tickets.items():
        seen = {pk}
        while into := one.get("merged_into"):
            assert f"TICKET#{into}" not in seen
            seen.add(f"TICKET#{into}")
            one = tickets[f"TICKET#{into}"]
            assert pk.removeprefix("TICKET#") in one["merged"]
        assert one["state"] != "merged"


def lists_hold_what_they_say(tickets: dict[str, Item]) -> None:
    """Each ticket is in the list of its queue and state, at the place of its deadline."""
    for item in tickets.values():
        ticket = from_item(item)
        group = group_of(ticket.state)
        assert item["queue_pk"] == queue_partition(ticket.queue, group)
        assert item["queue_sk"].endswith(ticket.ticket_id)
        assert ("owner_pk" in item) == (ticket.owner_id is not None)
        if group == "with_us" and ticket.due_at:
            assert item["queue_sk"].startswith(ticket.due_at)


def figures_are_what_tickets_counted_as(found: list[Item]) -> None:
    """Figures are the sum of what tickets counted as, no ticket twice; of what is at present alone
    where some are no more, whose past stays."""
    receipts = [one for one in found if one["sk"] == COUNTED and one["pk"].startswith("COUNTED#")]
    gone = any(not one["counts"] for one in receipts)
    counted: Counter[tuple[str, str, str]] = Counter()
    for one in receipts:
        for place, held in counts_in(one).items():
            if place.day == NOW or not gone:
                for name, number in held.items():
                    counted[f"{FIGURES}{place.by}", f"{place.day}#{place.value}", name] += number
    kept = {
        (one["pk"], one["sk"], name): int(number)
        for one in found
        if one["pk"].startswith(FIGURES) and (one["sk"].startswith(f"{NOW}#") or not gone)
        for name, number in one.items()
        if name not in ("pk", "sk") and number
    }
    assert kept == {place: number for place, number in counted.items() if number}
