"""Scoring, replayed through the handler: row M12's examples and what may go wrong on the way."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.customers.behaviour.repository import customers
from shared.customers.events import VisitorIdentified
from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.platform import tables as platform_tables
from shared.platform.requests import Update
from shared.sales.events import LeadChanged
from shared.sales.leads.repository import lead_key, sales
from shared.sales.leads.states import LeadState
from shared.sales.scoring import intake, limits
from shared.sales.scoring.repository import ledger_of, score_key
from shared.sales.scoring.reset import after_reset, reset_ops
from shared.sales.scoring.state import fold, from_item
from tests.builders import a_lead, captured, lead_id
from tests.conftest import FakeClock
from tests.pump import carried
from tests.unit.sales.scoring.cases import (
    T0,
    activate,
    deliver,
    email_open,
    page_view,
    pricing_rule,
    rules,
    store,
)

VISITOR = "visitor-0001"


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many operations each write call had."""
    made: list[int] = []
    send = platform_tables.send

    def counted(requests: Any, ops: Any) -> None:
        made.append(len(requests))
        send(requests, ops)

    monkeypatch.setattr(platform_tables, "send", counted)
    return made


def manager(**more: Any) -> str:
    """A linked lead whose job title gives points."""
    one = a_lead(form_job_title="Sales Manager", **more)
    link(one)
    return one


def link(one: str, visitor: str = VISITOR) -> None:
    link_first(visitor, one, iso(T0), T0 - timedelta(days=60))


def score(one: str) -> str:
    return str((sales.get(score_key(one)) or {}).get("score", "none"))


def shown(one: str) -> tuple[str, str, str]:
    item = sales.get(lead_key(one)) or {}
    return item["fit"], item["engagement"], item["score"]


def ready() -> list[dict[str, Any]]:
    return [fact.detail for fact in carried() if fact.type == "LeadBecameSalesReady"]


def test_a_manager_who_visits_the_pricing_page_seven_times_is_not_ready_and_opening_an_email_makes_them_so_once() -> (
    None
):
    activate()
    one = manager()
    views = store(*(page_view(n, T0 + timedelta(minutes=n)) for n in range(7)))

    assert deliver(captured(), *views) == []

    assert shown(one) == ("25.00", "70.00", "95.00")
    assert ready() == []

    (opened,) = store(email_open(1, T0 + timedelta(minutes=30)))
    for _ in range(5):
        assert deliver(opened, opened) == []

    assert shown(one) == ("25.00", "75.00", "100.00")
    (event,) = ready()
    assert event["trigger"] == "score"
    assert (event["score"], event["threshold"], event["cycle"]) == ("100.00", "100.00", 1)
    (entry,) = (entry for entry in ledger_of(one) if entry.kind == "hand_off")
    assert sum(Decimal(line["counted"]) for line in entry.explanation["lines"]) == 100


def test_points_for_a_job_title_go_when_the_title_changes() -> None:
    activate()
    one = manager()
    deliver(captured())
    assert score(one) == "25.00"

    sales.write(Update(lead_key(one), set={"staff_job_title": "Management consultant"}))
    deliver(LeadChanged(event_id="e", occurred_at=T0, lead_id=one, version=2, fields=["job_title"]))

    assert score(one) == "0.00"
    assert [dict(entry.profile) for entry in ledger_of(one)] == [{"manager": 25}, {"manager": -25}]


def test_ten_events_of_a_lead_in_a_batch_cost_one_write_call_and_their_ledger_entries(
    calls: list[int],
) -> None:
    activate()
    one = manager()
    deliver(captured())
    first, *ten = store(*(page_view(n, T0 + timedelta(minutes=n)) for n in range(11)))
    calls.clear()

    deliver(first)
    deliver(*ten[:9])

    # The score, the points on the lead, and an entry per event (the crossing is one more).
    assert calls == [3, 2 + 9 + 1]
    assert score(one) == "125.00"


def test_a_batch_of_several_leads_is_one_write_call_each_and_one_bad_message_fails_alone(
    calls: list[int],
) -> None:
    activate()
    for number in (1, 2, 3):
        link(a_lead(number), f"visitor-000{number}")
    events = store(*(page_view(n, subject_id=f"visitor-000{n}") for n in (1, 2, 3)))
    broken = captured().model_copy(update={"channel": "pigeon"})
    calls.clear()

    failed = deliver(*events, broken)

    assert len(failed) == 1
    assert calls == [3, 3, 3]
    assert [score(lead_id(n)) for n in (1, 2, 3)] == ["10.00"] * 3


def test_a_redelivered_event_is_dropped_and_the_rest_of_its_batch_is_scored() -> None:
    activate()
    one = manager()
    events = store(*(page_view(n, T0 + timedelta(minutes=n)) for n in range(4)))

    deliver(events[1])
    deliver(*events)
    deliver(*reversed(events))

    assert shown(one) == ("25.00", "40.00", "65.00")
    assert [entry.kind for entry in ledger_of(one)].count("award") == 4


def test_events_that_meet_no_rule_write_nothing(calls: list[int]) -> None:
    activate()
    link(a_lead())
    events = store(page_view(1, path="/careers"), page_view(2, name="cart_updated"))
    calls.clear()

    assert deliver(*events) == []

    assert calls == []
    assert score(lead_id()) == "none"


def test_opens_by_robots_and_opens_a_public_caller_claims_do_not_score() -> None:
    activate()
    link(a_lead())

    deliver(*store(email_open(1, human=False), email_open(2, source="public")))

    assert score(lead_id()) == "none"


def test_what_an_anonymous_visitor_did_counts_once_a_form_names_them_however_much_it_was(
    calls: list[int],
) -> None:
    activate(pricing_rule(points="0.10"))
    one = a_lead()
    events = store(*(page_view(n, T0 + timedelta(seconds=n)) for n in range(250)))
    deliver(*events[:10])
    assert score(one) == "none"

    link(one)
    calls.clear()
    identified = VisitorIdentified(event_id="v", occurred_at=T0, visitor_id=VISITOR, lead_id=one)
    deliver(identified)

    assert score(one) == "25.00"
    assert len(calls) == 3
    deliver(identified, *events[:5])
    assert score(one) == "25.00"


def test_what_a_partner_reported_before_there_was_a_lead_counts_when_there_is_one() -> None:
    activate()
    events = store(email_open(1, subject_id=lead_id(), source="partner"))
    assert deliver(*events) == []

    one = a_lead()
    deliver(captured())

    assert score(one) == "5.00"


def test_what_a_partner_reported_before_counts_though_a_change_of_the_lead_is_heard_of_first() -> (
    None
):
    activate()
    store(email_open(1, subject_id=lead_id(), source="partner"))
    one = a_lead(form_job_title="Manager")
    changed = LeadChanged(
        event_id="e", occurred_at=T0, lead_id=one, version=2, fields=["job_title"]
    )

    deliver(changed)
    assert score(one) == "25.00"
    deliver(captured())
    deliver(captured())

    assert score(one) == "30.00"


def test_a_long_past_is_counted_whole_though_the_first_part_of_it_was_all_that_was_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    activate()
    store(*(email_open(n, subject_id=lead_id(), source="partner") for n in range(100)))
    one = a_lead()
    send, made = platform_tables.send, []

    def dies_second(requests: Any, ops: Any) -> None:
        made.append(ops)
        if len(made) == 2:
            raise RuntimeError
        send(requests, ops)

    monkeypatch.setattr(platform_tables, "send", dies_second)
    assert len(deliver(captured())) == 1
    assert score(one) == "450.00"
    assert deliver(captured()) == []

    assert score(one) == "500.00"


def test_a_past_too_long_for_any_person_does_not_hold_up_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "_LONGEST_PAST", 10)
    full = type(customers).query
    monkeypatch.setattr(
        type(customers), "query", lambda table, pk, **how: full(table, pk, **{**how, "limit": 10})
    )
    activate()
    one = a_lead()
    link(one)
    store(*(page_view(n, T0 + timedelta(seconds=n)) for n in range(25)))

    deliver(VisitorIdentified(event_id="v", occurred_at=T0, visitor_id=VISITOR, lead_id=one))

    assert score(one) == "100.00"


def test_a_form_that_does_not_wait_hands_over_at_once_and_only_once() -> None:
    activate()
    one = a_lead()
    asked = captured(hand_off="now")

    for _ in range(5):
        assert deliver(asked) == []
    link(one)
    deliver(*store(*(page_view(n) for n in range(12))))

    (event,) = ready()
    assert (event["trigger"], event["score"]) == ("form", "0.00")
    assert score(one) == "120.00"


@pytest.mark.parametrize("state", [LeadState.ASSIGNED, LeadState.WORKING, LeadState.QUALIFIED])
def test_a_lead_sales_has_already_is_not_handed_over_again(state: LeadState) -> None:
    activate()
    one = manager(state=state, owner="staff_1")

    deliver(captured(), *store(*(page_view(n) for n in range(8))))

    assert ready() == []
    assert (sales.get(score_key(one)) or {})["handed_off"] is True


def reject(one: str, at: datetime, event_id: str = "rejected") -> None:
    item = sales.get(score_key(one))
    lead = Update(lead_key(one), set={"state": "recycled", **after_reset(item)})
    sales.write(lead, *reset_ops(item, one, at, event_id))


def test_after_sales_turned_a_lead_down_only_a_fresh_crossing_hands_it_over_again(
    clock: FakeClock,
) -> None:
    activate()
    one = manager()
    first = store(*(page_view(n, T0 + timedelta(minutes=n)) for n in range(8)))
    late = store(page_view(90, T0 + timedelta(minutes=50)))
    asked = captured(hand_off="now")
    deliver(captured(), *first)
    assert len(ready()) == 1

    reject(one, clock.tick(hours=1))

    assert shown(one) == ("25.00", "0.00", "25.00")
    clock.tick(minutes=1)
    # Old news, delivered again or late, starts nothing.
    deliver(asked, *first, *late)
    assert shown(one) == ("25.00", "0.00", "25.00")
    assert len(ready()) == 1

    again = store(*(page_view(100 + n, clock() + timedelta(minutes=n)) for n in range(8)))
    deliver(*again[:7])
    assert len(ready()) == 1
    deliver(*again[7:])

    assert [event["cycle"] for event in ready()] == [1, 2]
    assert shown(one) == ("25.00", "80.00", "105.00")


def test_fit_alone_above_the_threshold_does_not_hand_a_rejected_lead_over_again(
    clock: FakeClock,
) -> None:
    activate(pricing_rule().model_copy(update={"threshold": Decimal(20)}))
    one = manager()
    deliver(captured())
    assert len(ready()) == 1

    reject(one, clock.tick(hours=1))
    clock.tick(hours=1)
    deliver(*store(page_view(1, clock())))

    assert len(ready()) == 1


def test_a_lower_threshold_hands_a_lead_over_when_it_is_next_looked_at(clock: FakeClock) -> None:
    activate()
    manager()
    deliver(captured(), *store(*(page_view(n) for n in range(7))))
    assert ready() == []

    activate(rules(threshold="90"), clock.tick(minutes=1), after=1)
    deliver(captured())

    assert [(event["score"], event["threshold"]) for event in ready()] == [("95.00", "90.00")]


def test_folding_the_ledger_gives_the_stored_state(clock: FakeClock) -> None:
    activate(pricing_rule(half_life_days=30, limits={"per_day": 3, "per_object": 9}))
    one = manager()
    deliver(captured(), *store(*(page_view(n, T0 + timedelta(hours=7 * n)) for n in range(9))))
    reject(one, clock.tick(days=9))
    clock.tick(days=1)
    deliver(*store(*(page_view(50 + n, clock()) for n in range(4)), email_open(1, clock())))

    state = from_item(sales.get(score_key(one)))
    folded = fold(ledger_of(one))

    folded.armed, folded.version = state.armed, state.version
    assert folded == state


def test_beyond_the_most_instants_events_give_nothing_however_often_they_are_delivered(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_INSTANTS", 4)
    activate(pricing_rule(half_life_days=30))
    one = manager()
    events = store(*(page_view(n, T0 + timedelta(seconds=n)) for n in range(9)))

    deliver(captured(), *events)
    clock.tick(minutes=1)
    deliver(*reversed(events))

    assert shown(one) == ("25.00", "40.00", "65.00")
    state, folded = from_item(sales.get(score_key(one))), fold(ledger_of(one))
    folded.version = state.version
    assert folded == state
    assert len(state.buckets["pricing_page"]) == 4


def test_two_ids_of_one_person_are_scored_as_one_lead(calls: list[int]) -> None:
    activate()
    one = a_lead(1)
    sales.write(Update(lead_key(lead_id(2)), set={"redirect_to": one}))
    link(one)
    events = store(page_view(1), email_open(2, subject_id=lead_id(2), source="partner"))
    calls.clear()

    deliver(*events)

    assert score(one) == "15.00"
    assert len(calls) == 1


def test_a_lead_that_is_gone_is_passed_over() -> None:
    activate()
    link(lead_id())

    assert deliver(captured(), *store(page_view(1))) == []

    assert sales.get(lead_key(lead_id())) is None
