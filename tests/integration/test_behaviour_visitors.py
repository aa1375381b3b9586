"""`visitor_link`: whose an anonymous visitor's past and future are."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from shared.customers.behaviour import repository as behaviours
from shared.customers.behaviour.model import Behaviour
from shared.customers.visitors import repository as visitors
from shared.kernel.clock import iso
from tests.builders import captured, lead_id
from tests.calls import bus_event, invoke, queue_event
from tests.conftest import NOW, FakeClock
from tests.pump import Fact, carried

VISITOR = "visitor-0000-0001"
ANN, BOB = lead_id(1), lead_id(2)


def fills_in(lead: int, at: datetime, visitor: str | None = VISITOR) -> Any:
    return captured(lead, event_id=f"evt-{lead}-{at}", occurred_at=at, visitor_id=visitor)


def deliver(*facts: Any) -> Any:
    return invoke("visitor_link", queue_event([bus_event(fact) for fact in facts]))


def views(number: int, at: datetime) -> Behaviour:
    one = Behaviour(
        subject_id=VISITOR,
        behaviour_id=f"view-{number}",
        name="page_viewed",
        occurred_at=iso(at),
        recorded_at=iso(at),
    )
    behaviours.save_new([one])
    return one


def identified() -> list[Fact]:
    return [fact for fact in carried() if fact.type == "VisitorIdentified"]


def owners(*seen: Behaviour) -> list[str | None]:
    leads = visitors.leads_for(seen)
    return [leads.get((one.subject_id, one.behaviour_id)) for one in seen]


def test_four_anonymous_views_then_a_form_are_one_timeline_of_five(tables: None) -> None:
    views_before = [views(number, NOW - timedelta(minutes=number)) for number in range(4)]
    assert owners(*views_before) == [None] * 4

    answer = deliver(fills_in(1, NOW))

    assert answer == {"batchItemFailures": []}
    (fact,) = identified()
    assert fact.detail["visitor_id"] == VISITOR
    assert fact.detail["lead_id"] == ANN
    assert fact.detail.get("events_after") is None
    assert len(list(behaviours.of_subject(VISITOR, fact.detail.get("events_after")))) == 4
    assert owners(*views_before) == [ANN] * 4
    assert visitors.lead_of([VISITOR, "somebody-else"]) == {VISITOR: ANN}
    assert visitors.visitors_of(ANN) == [VISITOR]


def test_a_repeated_capture_identifies_once(tables: None, clock: FakeClock) -> None:
    deliver(fills_in(1, NOW))
    clock.tick(minutes=5)

    deliver(fills_in(1, NOW), fills_in(1, NOW))
    deliver(fills_in(1, NOW + timedelta(minutes=4)))

    assert len(identified()) == 1


def test_the_past_stays_with_the_first_lead_when_another_uses_the_browser(
    tables: None, clock: FakeClock
) -> None:
    early = views(1, NOW - timedelta(days=1))
    deliver(fills_in(1, NOW))
    between = views(2, clock.tick(minutes=1))

    deliver(fills_in(2, clock.tick(minutes=1)))
    late = views(3, clock.tick(minutes=1))

    assert owners(early, between, late) == [ANN, ANN, BOB]
    _, second = identified()
    assert second.detail["lead_id"] == BOB
    replayed = behaviours.of_subject(VISITOR, second.detail["events_after"])
    assert [one.behaviour_id for one in replayed] == ["view-3"]
    assert visitors.visitors_of(ANN) == visitors.visitors_of(BOB) == [VISITOR]


def test_back_and_forth_each_span_belongs_to_who_was_linked_then(
    tables: None, clock: FakeClock
) -> None:
    seen = []
    for number, lead in enumerate((1, 2, 1)):
        deliver(fills_in(lead, clock.tick(minutes=1)))
        seen.append(views(number, clock.tick(minutes=1)))

    assert owners(*seen) == [ANN, BOB, ANN]
    assert [fact.detail["lead_id"] for fact in identified()] == [ANN, BOB, ANN]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_capture_decides_in_whatever_order_they_arrive(
    tables: None, clock: FakeClock, order: tuple[int, ...]
) -> None:
    facts = [fills_in(lead, NOW + timedelta(minutes=lead)) for lead in (1, 2, 3)]

    for position in order:
        clock.tick(seconds=1)
        deliver(facts[position], facts[position])

    assert visitors.lead_of([VISITOR]) == {VISITOR: lead_id(3)}
    leads = [fact.detail["lead_id"] for fact in identified()]
    assert len(set(leads)) == len(leads), "each lead is identified at most once"
    assert all(visitors.visitors_of(lead_id(number)) == [VISITOR] for number in (1, 2, 3))


def test_a_capture_without_visitor_or_with_an_impossible_one_links_nothing(tables: None) -> None:
    answer = deliver(fills_in(1, NOW, None), fills_in(1, NOW, ANN), fills_in(1, NOW, "a b"))

    assert answer == {"batchItemFailures": []}
    assert identified() == []
    assert visitors.visitors_of(ANN) == []


def test_a_message_that_is_no_capture_is_passed_over_and_no_json_fails_alone(
    tables: None,
) -> None:
    batch = queue_event(
        [{"detail-type": "Other", "detail": {}}, "no json", bus_event(fills_in(1, NOW))]
    )

    answer = invoke("visitor_link", batch)

    bad = batch["Records"][1]["messageId"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    assert visitors.lead_of([VISITOR]) == {VISITOR: ANN}


def test_a_behaviour_of_a_lead_is_the_leads(tables: None) -> None:
    one = Behaviour(
        subject_id=ANN, behaviour_id="1", name="purchased", occurred_at="", recorded_at=""
    )

    assert visitors.leads_for([one]) == {(ANN, "1"): ANN}


def test_many_behaviours_are_found_in_one_call_per_hundred(tables: None) -> None:
    keys = [(VISITOR, views(number, NOW).behaviour_id) for number in range(120)]

    found = behaviours.load_many([*keys, *keys, (VISITOR, "missing")])

    assert len(found) == 120
