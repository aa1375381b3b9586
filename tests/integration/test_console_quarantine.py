"""The pages of the quarantine (row S3)."""

import pytest

from tests.conftest import FakeClock
from tests.forms import ANN, leads, post, quarantined, store_form
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse
from tests.pump import carried

SPAM = {**ANN, "website": "https://spam.example"}
LIST = "/console/quarantine"


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")


def visit(path: str = LIST, who: Who = NABIN, **how: str) -> Page:
    return browse("console_quarantine", "GET", path, who=who, query=how)


def held(**answers: str) -> str:
    """Where a submission is shown that a robot sent."""
    told = post(body={**SPAM, **answers}).json
    return f"{LIST}/{told['submission_id']}"


def release(where: str, reason: str = "", **how: bool) -> Page:
    path, form = f"{where}/release", {"reason": reason}
    return browse("console_quarantine", "POST", path, who=NABIN, form=form, **how)


def test_what_fills_in_the_hidden_field_is_listed_and_a_released_one_becomes_a_lead() -> None:
    where = held()
    assert leads() == []

    page = visit()
    assert "Filled in the hidden field" in page.text
    assert page.one("a", class_="main")["href"] == where
    assert page.one("a", class_="main").text == ANN["email"]

    answer = release(where, "She called us")
    assert (answer.status, answer.location) == (303, where)
    assert "Released" in answer.toast

    (lead,) = leads()
    shown = visit(where)
    assert "She called us" in shown.text
    assert shown.one("a", href=f"/console/leads/{lead['lead_id']}")
    assert quarantined()[0]["release_reason"] == "She called us"
    assert "Released" in visit().text


def test_releasing_twice_makes_one_lead_and_keeps_the_first_reason() -> None:
    where = held()

    release(where, "First")
    release(where, "Second")

    assert len(leads()) == 1
    assert quarantined()[0]["release_reason"] == "First"
    assert [fact.type for fact in carried()].count("LeadCaptured") == 1


def test_a_reason_that_is_too_long_is_asked_for_again_with_what_was_typed() -> None:
    where = held()

    answer = release(where, "x" * 501)

    assert answer.status == 422
    assert answer.one("input", name="reason")["value"] == "x" * 501
    assert "At most 500 characters" in answer.text
    assert leads() == []


def test_what_a_robot_typed_is_shown_as_text() -> None:
    where = held(message=HOSTILE, first_name="\u202eevil")

    for page in (visit(), visit(where)):
        assert "<img" not in page.html
        assert "<script>" not in page.html
    assert HOSTILE in visit(where).text


def test_an_empty_quarantine_says_so() -> None:
    assert "Nothing is held back" in visit().text


def test_more_than_a_page_is_paged(clock: FakeClock) -> None:
    for number in range(51):
        clock.tick(seconds=30)
        held(message=str(number))

    first = visit()
    following = first.one("a", rel="next")["href"]

    assert len(first.all("a", class_="main")) == 50
    assert following.startswith(f"{LIST}?cursor=")


def test_a_page_asks_little_of_the_database() -> None:
    where = held()
    visit()

    assert len(visit().dynamodb_calls) <= 3
    assert len(visit(where).dynamodb_calls) <= 3


def test_salespeople_do_not_review() -> None:
    where = held()

    assert visit(who=ASHA).status == 403
    assert browse("console_quarantine", "POST", f"{where}/release", who=ASHA).status == 403
    assert release(where, csrf=False).status == 403
    assert visit(who=MAYA).status == 200
    assert visit(f"{LIST}/nothing").status == 404
    assert leads() == []
