"""The home page, what it renews, and the guided tour."""

from collections.abc import Iterator

import pytest

from shared.kernel.clock import iso
from shared.platform.settings import settings
from shared.sales.leads.states import LeadState
from tests.builders import CREATED, a_lead, lead_id
from tests.operations.setting import handed_over, seeded
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    seeded()


@pytest.fixture
def _samples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CRM_SAMPLE_PASSWORD", "Kathmandu-2025!")
    settings.cache_clear()
    yield
    settings.cache_clear()


def visit(path: str = "/console", who: Who | None = ASHA, **query: str) -> Page:
    return browse("console_home", "GET", path, who=who, query=query)


def test_a_hand_off_waits_on_the_home_page_with_its_clock_and_both_answers() -> None:
    handed_over()

    page = visit()

    assert page.status == 200
    assert "Waiting for your answer" in page.text
    assert page.one("time", class_="clock").get("data-clock") is not None
    accept = page.one("form", action=f"/console/leads/{lead_id()}/move")
    assert accept.one("input", name="to")["value"] == "working"
    assert page.one("a", href=f"/console/leads/{lead_id()}#move-recycled")


def test_the_home_page_costs_three_calls_and_so_does_what_it_renews() -> None:
    handed_over()
    visit()

    assert len(visit().dynamodb_calls) <= 3
    assert len(visit("/console/home/work").dynamodb_calls) <= 3


def test_what_a_visitor_typed_is_text_on_the_home_page() -> None:
    a_lead(state=LeadState.WORKING, owner="asha", form_first_name=HOSTILE)

    page = visit()

    assert HOSTILE in page.text
    assert not page.all("img")
    assert all(one.get("src") for one in page.all("script"))


def test_somebody_without_leads_of_their_own_is_shown_where_to_go() -> None:
    page = visit(who=NABIN)

    assert page.one("a", class_="place", href="/console/leads")
    assert visit("/console/home/work", who=NABIN).status == 403


def test_the_start_of_the_site_leads_to_the_home_page_and_that_to_signing_in() -> None:
    assert visit("/", who=None).location == "/console"
    assert visit(who=None).location == "/console/sign-in"


def test_without_sample_people_there_is_no_tour() -> None:
    assert visit("/console/tour", who=None).status == 404
    assert visit("/console/tour", who=MAYA).status == 404
    assert "tour" not in visit().text.lower()


@pytest.mark.usefixtures("_samples")
def test_the_tour_offers_the_sample_people_and_then_follows_the_newest_lead() -> None:
    before = visit("/console/tour", who=None)
    assert before.one("input", name="email")["value"]

    page = visit("/console/tour", who=MAYA)
    assert page.one("li", class_="current").one("h2").text.startswith("Be a visitor")
    assert "since=" in page.one("div", hx_trigger="every 2s")["hx-get"]

    handed_over()
    steps = visit("/console/tour/steps", who=MAYA, since=iso(CREATED))
    assert "since=" in steps.one("div", hx_trigger="every 2s")["hx-get"]
    assert len(steps.all("li", class_="done")) == 3
    assert steps.one("li", class_="current").one("h2").text == "The salesperson accepts"
    assert steps.one("form", action="/console/sign-in")


@pytest.mark.usefixtures("_samples")
def test_a_tour_that_began_at_no_instant_is_refused() -> None:
    assert visit("/console/tour/steps", who=MAYA, since="yesterday").status == 422
