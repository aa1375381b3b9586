"""The pages of the assignment rules (row S7)."""

from typing import Any

import pytest

from shared.console import names
from shared.sales.assignment.changes import rules_in_force as in_force
from shared.sales.assignment.rules import AssignmentRules
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse
from tests.staffing import a_team, hire, person, rules_in_force

HOME = "/console/assignment"
ABROAD = {
    "id": "abroad",
    "when": [{"field": "country", "op": "in", "value": ["GB", "US"]}],
    "team": "field",
    "strategy": "least_busy",
    "territory": "country",
}


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    names.forget()
    hire(person("maya", roles=("sales_manager",)))
    a_team("field")
    a_team("sales")
    rules_in_force(ABROAD, {"id": "everyone"})


def visit(path: str = "", who: Who = MAYA, **query: str) -> Page:
    return browse("console_assignment", "GET", f"{HOME}{path}", who=who, query=query)


def send(path: str, who: Who = MAYA, **form: Any) -> Page:
    return browse("console_assignment", "POST", f"{HOME}{path}", who=who, form=form)


def shown_in(page: Page) -> dict[str, str]:
    """What the form of a page would send."""
    inside = page.one("form", id="rules")
    form = {one["name"]: one.get("value") or "" for one in inside.all("input")}
    for tick in inside.all("input", type="checkbox"):
        if tick.get("checked") is None:
            form.pop(tick["name"])
    for choice in inside.all("select"):
        chosen = [one for one in choice.all("option") if one.get("selected") is not None]
        form[choice["name"]] = (chosen or choice.all("option"))[0]["value"]
    form.pop("csrf")
    return form


def now() -> AssignmentRules:
    found = in_force()
    assert found
    return found.value


def test_rules_are_told_in_words_and_order() -> None:
    page = visit()

    first, second, otherwise = page.one("ol", class_="assignment").all("li")
    assert "When country is one of GB US" in first.text
    assert "Field · To whoever has the fewest open leads" in first.text
    assert "territory is the lead's country" in first.text
    assert "Every lead that comes this far" in second.text
    assert "Unassigned" in otherwise.text
    assert "4 h of working time" in page.text


def test_what_the_form_shows_is_what_is_in_force() -> None:
    before = now()

    answer = send("/edit", **shown_in(visit("/edit")), do="save")

    assert (answer.status, answer.location) == (303, HOME)
    assert now() == before


def test_rules_are_moved_added_and_given_conditions_before_anything_is_saved() -> None:
    page = visit("/edit")

    for step in ("down:0", "add", "add-test:2"):
        page = send("/edit", **shown_in(page), do=step)
        assert page.status == 200
    form = shown_in(page)
    assert [form[f"rules.{n}.id"] for n in range(3)] == ["everyone", "abroad", "rule-1"]
    assert now().rules[0].id == "abroad"

    form |= {"rules.2.when.0.field": "score", "rules.2.when.0.op": "at_least"}
    form |= {"rules.2.when.0.value": "120", "rules.2.team": "sales", "accept_within": "60"}
    assert send("/edit", **form, do="save").status == 303

    assert [rule.id for rule in now().rules] == ["everyone", "abroad", "rule-1"]
    assert now().rules[2].when[0].value == "120"
    assert now().accept_within == 60


def test_steps_that_cannot_be_made_change_nothing() -> None:
    page = visit("/edit")

    for step in ("up:0", "down:1", "remove:9", "remove-test:0:7", "remove-test:1", "up:x", "what"):
        assert shown_in(send("/edit", **shown_in(page), do=step)) == shown_in(page), step
    emptied = send("/edit", **shown_in(page), do="remove-test:0:0")
    assert "rules.0.when.0.field" not in shown_in(emptied)


@pytest.mark.parametrize(
    ("field", "value", "at", "said"),
    [
        ("rules.0.when.0.value", "", "e-rules.0.when.0", "in needs a value"),
        ("rules.0.when.0.field", "Größe!", "e-rules.0.when.0", "Only small letters"),
        ("rules.1.id", "abroad", "e-rules.1.id", "Another rule is called that"),
        ("rules.1.team", "gone", "e-rules.1.team", "There is no such team"),
        ("rules.1.strategy", "luck", "e-rules.1.strategy", "Choose one of"),
        ("accept_within", "0", "e-accept_within", "At least 1"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_saved(
    field: str, value: str, at: str, said: str
) -> None:
    form = shown_in(visit("/edit")) | {field: value}

    answer = send("/edit", **form, do="save")

    assert answer.status == 422
    assert said in answer.one("p", id=at).text
    assert now().accept_within == 240 and now().rules[1].id == "everyone"


def test_who_saves_second_sees_both_versions() -> None:
    form = shown_in(visit("/edit"))
    send("/edit", **{**form, "accept_within": "60"}, do="save")

    answer = send("/edit", **{**form, "accept_within": "90"}, do="save")

    assert answer.status == 412
    row = answer.one("table", class_="differences").one("tbody").one("tr")
    assert [cell.text for cell in row.all("td")] == ["60", "90"]
    assert send("/edit", **shown_in(answer), do="save").status == 303
    assert now().accept_within == 90


def test_an_older_version_says_what_it_would_change_and_comes_back_as_a_new_one() -> None:
    before = now()
    send("/edit", **shown_in(visit("/edit")) | {"accept_within": "60"}, do="save")
    assert [one.text for one in visit("/versions").one("tbody").all("th")] == [
        "Version 2",
        "Version 1",
    ]

    page = visit("/versions/1")
    assert "Accept within" in page.one("dialog", id="rollback").text
    answer = send("/versions/1/rollback", version=page.one("input", name="version")["value"])

    assert answer.toast == "Version 1 is in force again, as version 3"
    assert now() == before
    stale = send("/versions/1/rollback", version="2")
    assert stale.status == 412
    assert visit("/versions/9").status == 404 and visit("/versions/x").status == 404


def test_only_managers_change_rules_and_what_was_typed_is_text() -> None:
    form = shown_in(visit("/edit"))
    assert visit(who=ASHA).status == 200 and visit("/versions/1", who=ASHA).status == 200
    assert not visit(who=ASHA).all("a", href=f"{HOME}/edit")
    assert visit(who=NABIN).status == 403
    assert visit("/edit", who=ASHA).status == 403
    assert send("/edit", ASHA, **form, do="save").status == 403
    assert send("/versions/1/rollback", ASHA, version="1").status == 403

    hostile = {"rules.0.when.0.value": HOSTILE, "rules.0.id": HOSTILE, "rules.0.skills": HOSTILE}
    page = send("/edit", **{**form, **hostile}, do="save")
    assert page.status == 422 and "<img" not in page.html and "<script>" not in page.html


def test_a_page_asks_little_of_the_database() -> None:
    visit("/versions")

    for path in ("", "/edit", "/versions", "/versions/1"):
        assert len(visit(path).dynamodb_calls) <= 3, path
