"""Lists of leads narrowed, sorted, paged and exported."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.sales.leads import export, listing
from shared.sales.leads.states import LeadState
from tests import aws_calls
from tests.aws_calls import Make
from tests.builders import CREATED, a_lead, lead_id
from tests.calls import Answer, http, invoke, request

REP = ("asha", ["rep"])


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def asked(path: str = "/v1/leads", **query: str) -> Answer:
    """Ask as a salesperson."""
    return http("lead_query", "GET", path, staff=REP, query=query)


def numbers(**query: str) -> list[int]:
    """The numbers of the leads on all pages, in order."""
    known = {lead_id(n): n for n in range(1, 40)}
    found: list[int] = []
    while True:
        answer = asked(**query)
        assert answer.status == 200, answer.text
        found += [known[one["lead_id"]] for one in answer.json["items"]]
        if not (rest := answer.json["next"]):
            return found
        query["cursor"] = rest


def company() -> None:
    """Six leads that differ in everything a list can ask for."""
    facts: list[dict[str, Any]] = [
        {"form_last_name": "Rai", "form_company": "Himal Bank", "form_country": "NP"},
        {"form_last_name": "Ángel", "form_company": "Zeta", "form_country": "DE"},
        {"form_last_name": "adams", "form_company": "himal tea", "form_country": "NP"},
        {"form_last_name": "Berg", "staff_email": "Berg@HIMAL.example", "form_country": "NO"},
        {"form_last_name": "Zhou", "form_company": "Acme", "form_country": "CN"},
    ]
    points = ("10.00", "100.00", "-5.00", "99.50", "9.00")
    for number, (given, score) in enumerate(zip(facts, points, strict=True), 1):
        created = CREATED + timedelta(days=number)
        updated = f"2025-07-0{6 - number}T00:00:00.000Z"
        source = "fb" if number % 2 else "google ads"
        more = {"score": score, "source": source, "updated_at": updated} | given
        a_lead(number, created=created, **more)
    a_lead(6, created=CREATED + timedelta(days=6), form_last_name="")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"sort": "created"}, [1, 2, 3, 4, 5, 6]),
        ({"source": "FB"}, [5, 3, 1]),
        ({"source": "google ads", "sort": "created"}, [2, 4]),
        ({"country": "np"}, [3, 1]),
        ({"min_score": "10"}, [4, 2, 1]),
        ({"min_score": "-5"}, [6, 5, 4, 3, 2, 1]),
        ({"text": "HIMAL"}, [4, 3, 1]),
        ({"text": "ángel"}, [2]),
        ({"text": "person5@"}, [5]),
        ({"created_from": "2025-06-03", "created_to": "2025-06-04"}, [3, 2]),
        ({"created_from": "2025-06-05T04:15:00Z"}, [6, 5, 4]),
        ({"created_to": "2025-06-05T10:00:00+05:45"}, [3, 2, 1]),
        ({"sort": "-score"}, [2, 4, 1, 5, 6, 3]),
        ({"sort": "score", "country": "NP"}, [3, 1]),
        ({"sort": "name"}, [3, 4, 1, 5, 2, 6]),
        ({"sort": "-name"}, [2, 5, 1, 4, 3, 6]),
        ({"sort": "company"}, [5, 1, 3, 2, 4, 6]),
        ({"sort": "-updated"}, [1, 2, 3, 4, 5, 6]),
        ({"text": "", "source": ""}, [6, 5, 4, 3, 2, 1]),
    ],
)
def test_a_list_is_narrowed_and_sorted_the_same_whatever_the_size_of_its_pages(
    query: dict[str, str], expected: list[int]
) -> None:
    company()
    for limit in ("1", "2", "5", "100"):
        assert numbers(limit=limit, **query) == expected


def test_an_owners_list_covers_all_their_states_and_each_of_them() -> None:
    states = (LeadState.WORKING, LeadState.ASSIGNED, LeadState.CONVERTED, LeadState.DISQUALIFIED)
    for number, state in enumerate(states, 1):
        created = CREATED - timedelta(days=number if number % 2 else -number)
        a_lead(number, state=state, owner="asha", created=created)
    a_lead(9, state=LeadState.WORKING, owner="bikash")

    assert numbers(owner="me") == numbers(owner="asha", limit="1") == [4, 2, 1, 3]
    assert numbers(owner="me", sort="created") == [3, 1, 2, 4]
    assert numbers(owner="me", state="assigned") == [2]
    assert numbers(owner="me", created_from="2025-06-01") == [4, 2]
    assert numbers(owner="me", state="working", created_from="2025-06-01") == []


def test_a_list_is_one_query_whatever_is_asked() -> None:
    for number in range(1, 13):
        at = datetime(2025, 6, 1, tzinfo=UTC) - timedelta(days=60 * number)
        a_lead(number, created=at, score=f"{number}.00")
    asked()
    calls: list[str] = []

    def noted(_: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        calls.append(f"{operation} {parameters['TableName']}")
        return make(operation, parameters)

    for query in ({}, {"text": "person 9"}, {"sort": "-score"}, {"owner": "me"}):
        calls.clear()
        with aws_calls.asked(noted):
            invoke("lead_query", request("GET", "/v1/leads", staff=REP, query=query))
        assert calls == ["GetItem crm-test-directory", "Query crm-test-sales"]


def test_beyond_what_can_be_sorted_a_list_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 4)
    company()

    cut = asked(sort="score").json
    assert [one["score"] for one in cut["items"]] == ["-5.00", "0", "9.00", "99.50"]
    assert cut["truncated"] is True
    assert asked(sort="-created").json["truncated"] is False
    # By creation nothing is left out: the pages are short instead.
    assert numbers(text="himal", limit="2") == [4, 3, 1]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"state": "hot"}, {"state": "enum"}),
        ({"sort": "size"}, {"sort": "literal_error"}),
        ({"min_score": "many"}, {"min_score": "decimal_parsing"}),
        ({"min_score": "NaN"}, {"min_score": "finite_number"}),
        ({"created_from": "yesterday"}, {"created_from": "instant_invalid"}),
        ({"created_to": "2025-06-01T10:00:00"}, {"created_to": "instant_invalid"}),
        ({"created_to": "9999-12-31"}, {"created_to": "instant_invalid"}),
        ({"created_from": "2025-06-02", "created_to": "2025-06-01"}, {"": "range_empty"}),
        ({"text": "x" * 201}, {"text": "string_too_long"}),
        ({"colour": "red"}, {"colour": "extra_forbidden"}),
    ],
)
@pytest.mark.parametrize("path", ["/v1/leads", "/v1/leads.csv"])
def test_what_cannot_be_asked_is_named(
    path: str, query: dict[str, str], fields: dict[str, str]
) -> None:
    answer = asked(path, **query)

    assert (answer.status, answer.fields) == (422, fields)


def test_a_cursor_belongs_to_its_list_and_its_order() -> None:
    company()
    cursor = asked(limit="1", sort="name").json["next"]

    for query in ({"sort": "-name"}, {"sort": "name", "text": "r"}, {}):
        answer = asked(cursor=cursor, **query)
        assert (answer.status, answer.code) == (422, "cursor_invalid")


def rows(answer: Answer) -> list[list[str]]:
    """The rows of a file, its mark taken off."""
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_list_is_exported_in_its_order_and_whole() -> None:
    company()

    answer = asked("/v1/leads.csv", sort="-score", country="np")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="leads.csv"'
    assert answer.headers["x-truncated"] == "false"
    head, *lines = rows(answer)
    assert tuple(head) == export.COLUMNS
    assert [line[0] for line in lines] == [lead_id(1), lead_id(3)]
    assert lines[1][head.index("score")] == "-5.00"


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", '="x"&A1']
)
def test_no_cell_that_a_visitor_filled_is_a_formula(typed: str) -> None:
    a_lead(1, form_company=typed, source=typed, form_last_name='O"Neil, जोशी 🙂')

    head, line = rows(asked("/v1/leads.csv"))

    assert line[head.index("company")] == line[head.index("source")] == f"'{typed}"
    assert line[head.index("last_name")] == 'O"Neil, जोशी 🙂'


def test_a_file_that_is_cut_says_so_in_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    company()

    answer = asked("/v1/leads.csv")

    assert answer.headers["x-truncated"] == "true"
    assert len(rows(answer)) == 4
    assert rows(answer)[-1] == ["Cut off after 2 rows: narrow the list to see the others"]
    monkeypatch.setattr(export, "MAX_ROWS", 6)
    assert asked("/v1/leads.csv").headers["x-truncated"] == "false"
