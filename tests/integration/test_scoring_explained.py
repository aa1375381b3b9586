"""`GET /v1/leads/{id}/score`: the score, what it is made of, and what it was (row X2)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.platform.requests import Update
from shared.sales.events import LeadChanged
from shared.sales.leads.repository import lead_key, sales
from shared.sales.scoring.repository import score_key
from shared.sales.scoring.reset import after_reset, reset_ops
from tests.builders import a_lead, captured, lead_id
from tests.calls import http
from tests.cloud import forget
from tests.conftest import FakeClock
from tests.unit.sales.scoring.cases import (
    SEEDED,
    T0,
    activate,
    deliver,
    email_open,
    page_view,
    pricing_rule,
    rules,
    store,
)

REP = ("staff_rep", ["rep"])


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))


def manager() -> str:
    one = a_lead(form_job_title="Manager")
    link_first("visitor-0001", one, iso(T0), T0 - timedelta(days=1))
    return one


def get(one: str, as_of: datetime | None = None) -> dict[str, Any]:
    query = {"as_of": iso(as_of)} if as_of else None
    answer = http("score_query", "GET", f"/v1/leads/{one}/score", query=query, staff=REP)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json
    assert sum(Decimal(line["counted"]) for line in body["lines"]) == Decimal(body["score"])
    return body


def test_the_score_lists_points_factor_and_counted_points_that_sum_to_it(clock: FakeClock) -> None:
    activate(pricing_rule(half_life_days=30))
    one = manager()
    deliver(captured(), *store(*(page_view(n) for n in range(7))))

    clock.at(T0 + timedelta(days=30))
    body = get(one)

    assert (body["score"], body["fit"], body["engagement"]) == ("60.00", "25.00", "35.00")
    assert body["threshold"] == "100.00"
    pricing = next(line for line in body["lines"] if line["rule"] == "pricing_page")
    assert (pricing["count"], pricing["points"]) == (7, "70.00")
    assert (pricing["factor"], pricing["counted"]) == ("0.5", "35.00")
    assert pricing["age_days"] == 30
    assert pricing["label"] == "Visited the pricing page"


def test_as_of_a_past_instant_it_answers_what_it_answered_then(clock: FakeClock) -> None:
    activate(pricing_rule(half_life_days=10))
    one = manager()
    answers: list[dict[str, Any]] = []

    def look() -> None:
        answers.append(get(one))
        clock.tick(hours=7)

    look()
    deliver(captured(), *store(*(page_view(n, clock()) for n in range(4))))
    look()
    sales.write(Update(lead_key(one), set={"staff_job_title": "Cook"}))
    deliver(LeadChanged(event_id="e", occurred_at=T0, lead_id=one, version=2, fields=["job_title"]))
    look()
    deliver(*store(*(page_view(20 + n, clock()) for n in range(9)), email_open(1, clock())))
    look()
    # Learned of later than it happened: what was answered before did not know it.
    deliver(*store(page_view(30, T0 + timedelta(minutes=5), recorded_at=iso(clock()))))
    look()
    activate(rules(threshold="50", behaviour=SEEDED["behaviour"][1:]), clock(), after=1)
    look()
    item = sales.get(score_key(one))
    rejected = Update(lead_key(one), set={"state": "recycled", **after_reset(item)})
    sales.write(rejected, *reset_ops(item, one, clock(), "rejected"))
    look()
    deliver(*store(page_view(40, T0 - timedelta(days=3), recorded_at=iso(clock()))))
    look()

    assert len({answer["score"] for answer in answers}) > 3
    for answer in answers:
        then = get(one, datetime.fromisoformat(answer["as_of"]))
        assert then == answer


def test_points_given_at_many_instants_are_a_line_for_each_day_since_and_sum_to_the_score(
    clock: FakeClock,
) -> None:
    activate(pricing_rule(half_life_days=3, points="1.11"))
    one = manager()
    clock.at(T0 + timedelta(days=4))
    deliver(*store(*(page_view(n, T0 + timedelta(hours=7 * n)) for n in range(12))))

    for hours in (0, 5, 24, 24 * 80):
        at = clock() + timedelta(hours=hours)
        body = get(one, at)
        ages = [line["age_days"] for line in body["lines"] if line["side"] == "engagement"]
        assert ages == sorted(set(ages), reverse=True)
        assert len(ages) in (0, 4, 5)
    now = get(one)
    assert get(one, clock()) == now
    assert now["score"] == (sales.get(score_key(one)) or {})["score"]


def test_as_of_an_instant_to_come_it_tells_what_will_be_left() -> None:
    activate(pricing_rule(half_life_days=30))
    one = manager()
    deliver(*store(*(page_view(n) for n in range(7))))

    assert get(one, T0 + timedelta(days=30))["engagement"] == "35.00"


def test_before_there_were_rules_there_is_no_threshold() -> None:
    activate()
    one = manager()

    body = get(one, T0 - timedelta(days=1))

    assert (body["score"], body["threshold"], body["rules_version"]) == ("0.00", None, None)


def test_a_hand_off_comes_with_its_explanation() -> None:
    activate()
    one = manager()
    deliver(captured(), *store(*(page_view(n) for n in range(7)), email_open(1)))

    body = get(one)

    assert body["sales_ready"] and body["handed_off"]
    assert body["hand_off"]["trigger"] == "score"
    assert [(line["label"], line["counted"]) for line in body["hand_off"]["lines"]] == [
        ("Visited the pricing page", "70.00"),
        ('Has "Manager" in the job title', "25.00"),
        ("Opened an e-mail", "5.00"),
    ]


def test_who_may_not_see_it_and_what_is_not_there_is_refused() -> None:
    activate()
    one = manager()
    path = f"/v1/leads/{one}/score"

    assert http("score_query", "GET", path).status == 401
    assert http("score_query", "GET", path, staff=("s", ["agent"])).code == "role_missing"
    missing = http("score_query", "GET", f"/v1/leads/{lead_id(9)}/score", staff=REP)
    assert (missing.status, missing.code) == (404, "lead_not_found")


@pytest.mark.parametrize("as_of", ["yesterday", "2025-06-02", "2025-06-02T10:00:00", ""])
def test_an_instant_that_is_none_is_refused(as_of: str) -> None:
    activate()
    one = manager()

    answer = http("score_query", "GET", f"/v1/leads/{one}/score", query={"as_of": as_of}, staff=REP)

    assert answer.status == 422
    assert answer.fields == {"as_of": "instant_invalid"}


def test_an_instant_may_name_any_offset() -> None:
    activate()
    forget()
    one = manager()
    query = {"as_of": "2025-06-02T10:45:00+05:45"}

    answer = http("score_query", "GET", f"/v1/leads/{one}/score", query=query, staff=REP)

    assert answer.json["as_of"] == "2025-06-02T05:00:00.000Z"
