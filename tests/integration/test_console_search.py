"""The search box of every page: suggestions while typing, and the page with all that were found."""

from typing import Any

import pytest

from tests.calls import http
from tests.conftest import FakeClock
from tests.customers import an_account
from tests.pages import ASHA, HOSTILE, OLGA, Page, Who, browse
from tests.people import a_person
from tests.privacy import ADA
from tests.pump import Pump

SEARCH = "/console/search"


def visit(q: str | None = None, who: Who = ASHA, **how: Any) -> Page:
    query = {} if q is None else {"q": q}
    return browse("console_search", "GET", SEARCH, who=who, query=query, **how)


def suggested(q: str) -> list[str]:
    """What the options of the box say, and where they lead."""
    return [one.text for one in visit(q, htmx=True).all("a", role="option")]


@pytest.fixture(autouse=True)
def people(tables: None, clock: FakeClock) -> None:
    """Two Shresthas, one of a company, and Sita who is called by phone."""
    northern = an_account(clock(), "Northern Trading", country="NP").account_id
    a_person("Kathryn Shrestha", email="kate@example.com", account=northern, job_title="Buyer")
    a_person("Anil Shrestha", email="anil@example.com", external_ids={"sap": "4711"})
    a_person("Sita Rai", phone="+9779841234567")
    assert Pump(only=["search_index"]).run().dead == []


def test_while_one_types_the_box_suggests_who_may_be_meant_and_why() -> None:
    assert suggested("kath") == [
        "Kathryn Shrestha Buyer, Northern Trading · Name",
        "All results for kath",
    ]
    assert "Northern Trading Company, NP · Name" in suggested("northern")[0]


def test_an_option_leads_to_the_record_and_is_reached_without_a_tab_stop() -> None:
    part = visit("shrestha", htmx=True)

    options = part.all("a", role="option")
    assert [one["tabindex"] for one in options] == ["-1"] * 3
    assert len({one["id"] for one in options}) == 3
    assert options[0]["href"].startswith("/console/contacts/contact_")
    assert options[-1]["href"] == "/console/search?q=shrestha"
    assert not part.all("nav")


@pytest.mark.parametrize(
    ("q", "first", "why"),
    [
        ("shrestha kathryn", "Kathryn Shrestha", "Name"),
        ("katrin shresta", "Kathryn Shrestha", "Similar name"),
        ("northern trading", "Northern Trading", "Name"),
        ("kathryn northern", "Kathryn Shrestha", "Name and company"),
        ("ANIL@example.com", "Anil Shrestha", "E-mail address"),
        ("+977 984-1234567", "Sita Rai", "Phone number"),
        ("sap:4711", "Anil Shrestha", "Id in another system"),
    ],
)
def test_the_likeliest_comes_first_with_the_reason(q: str, first: str, why: str) -> None:
    row = visit(q).one("tbody").all("tr")[0]

    assert first in row.one("th").text
    assert row.all("td")[-1].text == why


def test_who_is_found_by_company_alone_comes_after_the_company_itself() -> None:
    rows = visit("northern").one("tbody").all("tr")

    assert [(row.one("th").one("bdi").text, row.all("td")[-1].text) for row in rows] == [
        ("Northern Trading", "Name"),
        ("Kathryn Shrestha", "Company"),
    ]


def test_nobody_found_is_said_with_what_to_do_by_those_who_may() -> None:
    assert suggested("zzz") == ["Nobody found for zzz"]
    assert visit("zzz").one("a", href="/console/contacts/new")
    assert not visit("zzz", who=OLGA).one("main").all("a", href="/console/contacts/new")


def test_before_anything_is_typed_nothing_is_looked_for() -> None:
    page = visit()

    assert "Who are you looking for?" in page.text
    assert page.dynamodb_calls == ["dynamodb.GetItem"]
    assert visit("  ", htmx=True).html.strip() == ""


def test_what_is_too_long_is_refused_at_the_box() -> None:
    page = visit("x" * 201)

    assert page.status == 422
    assert "At most 200 characters" in page.one(role="alert").text


def test_every_page_has_the_box_and_this_one_keeps_what_was_typed() -> None:
    box = visit(HOSTILE).one("input", role="combobox")
    assert box["value"] == HOSTILE
    assert box["aria-controls"] == "suggestions"

    other = browse("console_home", "GET", "/console", who=ASHA).one("input", role="combobox")
    assert other["value"] == ""


def test_sensitive_fields_are_masked_and_hostile_text_is_text() -> None:
    rules = {"version": 0, "fields": {"emails": ["sales_manager"]}}
    done = http("privacy_rules", "PUT", "/v1/access-rules", body=rules, staff=ADA)
    assert done.status == 200, done.text

    page = visit("kathryn")
    assert "kate@example.com" not in page.html and "****@example.com" in page.text
    assert "<script>alert" not in visit(HOSTILE).html
    assert "<script>alert" not in visit(HOSTILE, htmx=True).html
