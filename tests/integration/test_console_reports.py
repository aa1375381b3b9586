"""The page of reports (row M13)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import iso
from shared.platform.requests import Update
from shared.sales.hand_offs.counters import answer_ops, count_ops
from shared.sales.leads.counters import count_leads
from shared.sales.leads.repository import lead_key, sales
from tests.builders import CREATED, a_lead
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, OLGA, Page, Who, browse


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    clock.at(CREATED + timedelta(days=2))


def visit(who: Who = MAYA) -> Page:
    return browse("console_reports", "GET", "/console/reports", who=who)


def chart(page: Page, title: str) -> dict[str, Any]:
    (figure,) = [one for one in page.all("figure") if one.one("figcaption").text == title]
    spec: dict[str, Any] = json.loads(figure.one(class_="chart-canvas")["data-chart"])
    return spec


def came(number: int, source: str) -> None:
    one = a_lead(number)
    sales.write(Update(lead_key(one), set={"source": source}))
    count_leads([one])


def test_leads_are_charted_by_day_and_source_with_the_table_behind() -> None:
    for number, source in enumerate(["google", "google", HOSTILE]):
        came(number, source)

    page = visit()

    lines = chart(page, "New leads a day by source")
    assert len(lines["labels"]) == 30
    assert [(one["label"], sum(one["values"])) for one in lines["series"]] == [
        ("google", 2),
        (HOSTILE.casefold(), 1),
    ]
    assert lines["series"][0]["values"][-3] == 2
    assert "<img" not in page.html and "3 new leads" in page.text
    assert len(page.one("table").all("tr")) == 31


def test_many_sources_are_one_line_more() -> None:
    for number in range(8):
        came(number, f"source-{number}")

    lines = chart(visit(), "New leads a day by source")["series"]

    assert len(lines) == 7
    assert (lines[-1]["label"], sum(lines[-1]["values"])) == ("all others", 2)


def test_acceptance_is_charted_with_how_long_it_took() -> None:
    offered = iso(CREATED)
    sales.write(*count_ops("x", (offered, "offered", 4)))
    for minutes in (10, 50, 90):
        sales.write(*answer_ops("x", offered, "accepted", CREATED + timedelta(minutes=minutes)))
    sales.write(*answer_ops("x", offered, "rejected", CREATED))

    page = visit()

    assert chart(page, "Time from hand-off to acceptance")["series"][0]["values"] == [1, 1, 1, 0, 0]
    rates = chart(page, "Accepted of each day\u2019s hand-offs")["series"][0]["values"]
    assert (rates[-3], rates[-1]) == (75.0, None)
    assert "75.0% of them accepted so far" in page.text
    assert "1 hour or less for half of the acceptances" in page.text


def test_before_anything_came_the_page_says_what_to_do() -> None:
    assert "Nothing to report yet" in visit().text


def test_the_page_asks_little_of_the_database_and_is_not_for_salespeople() -> None:
    assert len(visit().dynamodb_calls) <= 3
    assert [visit(who).status for who in (NABIN, OLGA, ASHA)] == [200, 200, 403]
