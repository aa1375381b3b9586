"""Leads per day and source: each lead counted once."""

from datetime import date

import pytest

from shared.platform.requests import Update
from shared.sales.events import LeadCaptured
from shared.sales.leads.counters import OTHER, SOURCES_PER_DAY, count_leads, leads_by_day
from shared.sales.leads.repository import lead_key, sales
from tests.builders import a_lead
from tests.calls import bus_event, invoke, queue_event
from tests.conftest import FakeClock
from tests.forms import ANN, post, store_form
from tests.pump import Pump, carried
from tests.unit.sales.scoring.cases import activate


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")
    activate()


def counted() -> dict[str, dict[str, int]]:
    return leads_by_day(date(2025, 1, 1), date(2025, 12, 31))


def test_a_lead_counts_once_on_its_first_day_whatever_it_sends_and_however_often_it_is_heard_of(
    clock: FakeClock, pump: Pump
) -> None:
    post(body={**ANN, "utm_source": "FB "})
    clock.tick(days=2)
    post(body={**ANN, "utm_source": "google", "message": "Again"})
    post(body={"email": "bo@example.com", "message": "Hello"})

    pump.run()
    heard = [LeadCaptured.model_validate(one.detail) for one in carried()]
    captured = [bus_event(one) for one in heard]
    for _ in range(2):
        assert invoke("lead_count", queue_event(captured)) == {"batchItemFailures": []}

    assert counted() == {"2025-06-02": {"fb": 1}, "2025-06-04": {"web": 1}}


def test_leads_that_are_gone_and_messages_of_another_shape_stop_nobody() -> None:
    one = a_lead(1)
    unreadable = {"detail-type": "LeadCaptured", "detail": {}}
    count_leads(["lead_gone"])

    answer = invoke("lead_count", queue_event([unreadable, {"detail-type": "Other"}]))

    assert len(answer["batchItemFailures"]) == 1
    count_leads([one, "lead_gone", one])
    assert sum(counted().popitem()[1].values()) == 1


def test_a_day_keeps_so_many_sources_apart_and_counts_the_others_together() -> None:
    for number in range(SOURCES_PER_DAY + 9):
        one = a_lead(number)
        sales.write(Update(lead_key(one), set={"source": f"made-up-{number}"}))
        count_leads([one])

    (day,) = counted().values()
    assert len(day) == SOURCES_PER_DAY + 1
    assert day[OTHER] == 9
    assert sum(day.values()) == SOURCES_PER_DAY + 9
