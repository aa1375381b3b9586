"""Scores and ledgers as they are kept: the conditions that make an event count once."""

import threading
from datetime import timedelta

import boto3
import pytest

from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.platform.requests import Put, Update
from shared.platform.writes import ConditionFailed
from shared.sales.leads.repository import lead_key, sales
from shared.sales.scoring.ledger import Award, Entry
from shared.sales.scoring.repository import (
    entry_op,
    ledger_of,
    load,
    load_many,
    save_op,
    score_key,
)
from shared.sales.scoring.reset import after_reset, reset_ops
from shared.sales.scoring.state import ScoreState, fold, from_item
from tests.builders import a_lead, captured, lead_id, lead_item
from tests.conftest import FakeClock
from tests.pump import carried
from tests.unit.sales.scoring.cases import T0, activate, deliver, page_view, store

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

SHOWN = {"fit": "0.00", "engagement": "10.00", "score": "10.00", "threshold": "100.00"}


def entry(number: int = 1) -> Entry:
    at = iso(T0)
    return Entry("award", f"visitor-0001.view-{number}", at, at, 1, 1, (Award("pricing_page", 10),))


def state(version: int = 1) -> ScoreState:
    one = ScoreState(version=version)
    one.apply(entry())
    return one


def test_a_score_comes_back_as_it_was_stored() -> None:
    one = a_lead()
    stored = state()

    sales.write(save_op(one, stored, SHOWN), entry_op(one, entry()))

    scored = load(one)
    assert scored is not None
    assert scored.state == stored
    assert scored.shown["score"] == "10.00"
    assert ledger_of(one) == [entry()]


def test_points_worked_out_from_an_older_state_are_refused() -> None:
    one = a_lead()
    sales.write(save_op(one, state(), SHOWN))

    for version in (1, 3):
        with pytest.raises(ConditionFailed) as refused:
            sales.write(save_op(one, state(version), SHOWN))
        assert refused.value.conditions == {"score_unchanged"}


def test_an_event_has_one_ledger_entry_and_nothing_is_written_with_a_second() -> None:
    one = a_lead()
    sales.write(save_op(one, state(), SHOWN), entry_op(one, entry()))

    with pytest.raises(ConditionFailed) as refused:
        sales.write(save_op(one, state(2), SHOWN), entry_op(one, entry()), entry_op(one, entry(2)))

    assert refused.value.conditions == {"event_not_scored"}
    assert list(refused.value.failures) == [1]
    assert (load(one) or pytest.fail()).state.version == 1


def test_leads_are_read_together_followed_where_they_moved_and_left_out_where_gone() -> None:
    known = [a_lead(number) for number in range(1, 61)]
    moved = lead_id(70)
    sales.write(Put({**lead_key(moved), "redirect_to": known[0]}))
    further = lead_id(71)
    sales.write(Put({**lead_key(further), "redirect_to": moved}))

    found = load_many([*known, further, moved, lead_id(99)])

    assert set(found) == {*known, further, moved}
    assert found[further].lead.lead_id == found[moved].lead.lead_id == known[0]


def test_a_reset_is_refused_when_points_came_in_meanwhile_and_when_it_is_stored_already() -> None:
    one = a_lead()
    sales.write(save_op(one, state(), SHOWN))
    item = sales.get(score_key(one))
    sales.write(save_op(one, state(2), SHOWN))

    with pytest.raises(ConditionFailed) as refused:
        sales.write(*reset_ops(item, one, T0, "rejected"))
    assert refused.value.conditions == {"score_unchanged"}

    item = sales.get(score_key(one))
    ops = reset_ops(item, one, T0, "rejected")
    sales.write(Update(lead_key(one), set=after_reset(item)), *ops)
    with pytest.raises(ConditionFailed) as again:
        sales.write(*ops)
    assert "event_not_scored" in again.value.conditions
    assert from_item(sales.get(score_key(one))).cycle == 2


def test_a_lead_that_was_never_scored_starts_its_next_cycle_too() -> None:
    one = a_lead()

    sales.write(*reset_ops(None, one, T0, "rejected"))

    assert from_item(sales.get(score_key(one))).cycle == 2


def test_workers_scoring_the_same_lead_at_once_count_each_event_once_and_hand_over_once(
    backend: str, clock: FakeClock
) -> None:
    if backend != "dynamodb_local":
        pytest.skip("only the real one keeps transactions apart between threads")
    clock.at(T0 + timedelta(hours=1))
    activate()
    sales.write(Put(lead_item(form_job_title="Manager")))
    one = lead_id()
    link_first("visitor-0001", one, iso(T0), T0 - timedelta(days=1))
    events = store(*(page_view(n, T0 + timedelta(minutes=n)) for n in range(12)))
    boto3.client("dynamodb")  # the session is made once, not by every thread
    failed: list[str] = []

    def work(offset: int) -> None:
        for start in range(0, 12, 3):
            at = (start + offset) % 12
            batch = [*events[at : at + 3], captured()]
            for _ in range(5):
                if not deliver(*batch):
                    break
            else:
                failed.append(f"{offset}:{start}")

    threads = [threading.Thread(target=work, args=(3 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    stored = from_item(sales.get(score_key(one)))
    assert stored.buckets["pricing_page"]["-"] == (120, 12)
    assert [kept.kind for kept in ledger_of(one)].count("award") == 12
    assert fold(ledger_of(one)).buckets == stored.buckets
    assert [fact.type for fact in carried()].count("LeadBecameSalesReady") == 1
