"""`channel_count` and the report: results per channel and month, each event once (row H2)."""

import csv
import io
import random
from typing import Any

import pytest

from shared.customers.channels.results import months
from tests.calls import Answer, http, invoke
from tests.dealings import a_call, a_receipt, keys, report, tell
from tests.operations.setting import form_post, seeded
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

MAYA = ("maya", ["sales_manager"])
MAY = "2025-05-31T22:00:00Z"


def asked(path: str = "report", staff: Any = MAYA, **query: str) -> Answer:
    given = {"from": "2025-01", "to": "2025-12", **query}
    return http("channel_admin", "GET", f"/v1/channels/{path}", query=given, staff=staff)


def results() -> dict[tuple[str, str], dict[str, Any]]:
    items = asked().json["items"]
    return {(one.pop("month"), one.pop("channel")): one for one in items}


def some_of_everything() -> None:
    seeded()
    keys()
    report(
        a_receipt(),
        a_receipt(id="dollars", purchase={"currency": "USD", "lines": [{"sku": "a", "amount": 5}]}),
        a_receipt(id="back", kind="return", purchase={"currency": "EUR", "lines": [{"sku": "cup", "amount": 500}]}),
        a_call(occurred_at=MAY),
        a_call(id="out", direction="outbound"),
    )  # fmt: skip
    invoke("lead_capture", form_post())


EXPECTED = {
    ("2025-05", "call_centre"): {
        "interactions": 1,
        "replies": 1,
        "purchases": 0,
        "returns": 0,
        "revenue": {},
    },
    ("2025-06", "call_centre"): {
        "interactions": 1,
        "replies": 0,
        "purchases": 0,
        "returns": 0,
        "revenue": {},
    },
    ("2025-06", "point_of_sale"): {
        "interactions": 3,
        "replies": 0,
        "purchases": 2,
        "returns": 1,
        "revenue": {"EUR": 2_999, "USD": 5},
    },
    ("2025-06", "web_form"): {
        "interactions": 1,
        "replies": 0,
        "purchases": 0,
        "returns": 0,
        "revenue": {},
    },
}


@pytest.mark.parametrize("copies", [1, 3])
def test_results_count_each_event_once_in_its_month_however_often_it_is_heard_of(
    copies: int,
) -> None:
    some_of_everything()

    Pump(copies=copies, shuffle=random.Random(copies), only={"channel_count"}).run()

    assert results() == EXPECTED


def test_the_file_has_a_line_per_currency_and_repeats_no_figure() -> None:
    some_of_everything()
    Pump(only={"channel_count"}).run()

    answer = asked("report.csv", **{"from": "2025-06", "to": "2025-06"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeffmonth,")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(one["channel"], one["purchases"], one["revenue_minor_units"], one["currency"]) for one in rows] == [
        ("call_centre", "0", "0", ""),
        ("point_of_sale", "2", "2999", "EUR"),
        ("point_of_sale", "0", "5", "USD"),
        ("web_form", "0", "0", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2025-13"}, "from"),
        ({"to": "June"}, "to"),
        ({"from": "2025-12", "to": "2025-01"}, ""),
        ({"from": "1990-01", "to": "2025-01"}, ""),
    ],
)
def test_months_that_are_no_range_are_refused(query: dict[str, str], field: str) -> None:
    assert asked(**query).fields.keys() == {field}


def test_agents_do_not_see_results() -> None:
    assert asked(staff=("nima", ["agent"])).status == 403


def test_months_go_on_over_the_year() -> None:
    assert months("2024-11", "2025-02") == ["2024-11", "2024-12", "2025-01", "2025-02"]


def test_a_lead_typed_in_by_staff_is_no_result_of_a_form() -> None:
    seeded()
    body = {"facts": {"email": "typed@example.com", "last_name": "Typed"}}
    http("lead_create", "POST", "/v1/leads", body=body, staff=("asha", ["rep"]))
    tell(a_call())

    Pump(only={"channel_count"}).run()

    assert set(results()) == {("2025-06", "call_centre")}
