"""The pages of scoring (rows M12 and X3)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from shared.sales.scoring.rule_sets import rule_set, standing
from shared.sales.scoring.rules import RuleSet
from tests.calls import invoke, queue_event
from tests.conftest import FakeClock
from tests.integration.test_scoring_rules import planned, visits
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, OLGA, Page, Who, browse
from tests.pump import carried
from tests.unit.sales.scoring.cases import SEEDED, T0, activate

HOME = "/console/scoring"
EDIT = f"{HOME}/edit"


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))


def visit(path: str = HOME, who: Who = NABIN, **query: str) -> Page:
    return browse("console_scoring", "GET", path, who=who, query=query)


def send(path: str, form: Mapping[str, str] | None = None, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_scoring", "POST", path, who=who, form=form or {}, **how)


def typed(page: Page) -> dict[str, str]:
    """The editor's fields as a browser would post them."""
    form = page.one("form", action=EDIT)
    fields = {one["name"]: one.get("value") or "" for one in form.all("input")}
    fields |= {one["name"]: "".join(map(str, one.children)) for one in form.all("textarea")}
    del fields["csrf"]
    for one in form.all("select"):
        chosen = [
            option["value"] for option in one.all("option") if "selected" in option.attributes
        ]
        fields[one["name"]] = chosen[0] if chosen else ""
    return fields


def draft(**changes: str) -> str:
    """Save the seeded rules with some fields changed; where the version is shown."""
    page = send(EDIT, {**typed(visit(EDIT)), **changes, "do": "save"})
    assert page.status == 303, page.text
    return page.location


def test_the_rules_in_force_are_told_in_words() -> None:
    activate()

    page = visit(who=OLGA)

    assert "100 points make a lead ready for sales" in page.text
    assert "Page viewed on */pricing" in page.text
    assert "Job title has the word Manager" in page.text
    assert not page.all("a", href=EDIT)


def test_without_rules_the_first_can_be_written() -> None:
    assert "No rules are in force" in visit().text

    fields = typed(visit(EDIT))
    for what in ("groups", "behaviour"):
        fields = typed(send(EDIT, {**fields, "do": f"add:{what}"}))
    fields |= {
        "rules.threshold": "50",
        "rules.groups.0.label": "What they do",
        "rules.groups.0.side": "engagement",
        "rules.behaviour.0.label": "Bought something",
        "rules.behaviour.0.event": "purchased",
        "rules.behaviour.0.points": "50",
        "rules.behaviour.0.group": "what_they_do",
        "rules.behaviour.0.limits.per_day": "1",
        "rules.behaviour.0.match.path": "/shop/*\n/kiosk",
    }
    saved = send(EDIT, {**fields, "do": "save"})

    assert saved.location == f"{HOME}/versions/1"
    rule = rule_set(1).value.behaviour[0]
    assert (rule.id, rule.limits.per_day, rule.match.path) == (
        "bought_something",
        1,
        ["/shop/*", "/kiosk"],
    )
    assert rule_set(1).saved_by == "nabin"
    assert standing().active is None


def test_the_form_of_stored_rules_says_the_same_rules() -> None:
    activate()

    draft()

    assert standing().newest == 1


def test_a_rule_is_taken_out_and_the_rest_stays_as_typed() -> None:
    activate()
    fields = typed(visit(EDIT)) | {"rules.behaviour.1.points": "7"}

    page = send(EDIT, {**fields, "do": "remove:behaviour:0"})

    assert page.status == 200
    assert page.headers["hx-push-url"] == "false"
    assert page.one("input", name="rules.behaviour.0.id")["value"] == "email_opened"
    assert page.one("input", name="rules.behaviour.0.points")["value"] == "7"
    assert not page.all("input", name="rules.behaviour.1.id")


def test_each_problem_points_to_its_field_and_what_was_typed_stays() -> None:
    activate()
    fields = typed(visit(EDIT)) | {
        "rules.threshold": HOSTILE,
        "rules.behaviour.0.points": "many",
        "rules.behaviour.0.match.path": "x" * 201,
    }

    page = send(EDIT, {**fields, "do": "save"})

    assert page.status == 422
    assert "<img" not in page.html
    for name in ("rules.threshold", "rules.behaviour.0.points", "rules.behaviour.0.match.path"):
        assert page.one(id=f"f-{name}")["aria-invalid"] == "true"
        assert page.one("a", href=f"#f-{name}")
    assert typed(page)["rules.threshold"] == HOSTILE
    assert standing().newest == 1


def test_rules_that_do_not_fit_together_are_told_at_their_place() -> None:
    activate()
    fields = typed(visit(EDIT)) | {"rules.profile.0.group": "vip"}

    page = send(EDIT, {**fields, "do": "save"})

    assert page.one(id="e-rules.profile.0.group").text == "There is no such group"
    assert typed(page)["rules.profile.0.group"] == "vip"


def test_json_and_form_are_two_views_of_one_draft() -> None:
    activate()
    fields = typed(visit(EDIT)) | {"rules.threshold": "77"}

    as_json = send(EDIT, {**fields, "do": "json"})
    data = json.loads(typed(as_json)["json"])
    back = send(EDIT, {**typed(as_json), "json": json.dumps(data), "do": "form"})

    assert data["threshold"] == "77"
    assert typed(back)["rules.threshold"] == "77"
    assert typed(back) == typed(visit(EDIT)) | {"rules.threshold": "77"}


def test_json_that_is_wrong_is_told_by_line_and_stays() -> None:
    activate()
    behaviour = [SEEDED["behaviour"][0] | {"points": "many"}]
    text = json.dumps(SEEDED | {"behaviour": behaviour}, indent=1)
    line = text[: text.index("many")].count("\n") + 1

    page = send(EDIT, {"after": "1", "start": "1", "json": text, "do": "save"})
    broken = send(EDIT, {"after": "1", "start": "1", "json": "{", "do": "save"})
    deep = send(EDIT, {"after": "1", "start": "1", "json": "[" * 15_000, "do": "save"})

    assert page.status == 422
    assert f"Line {line}, behaviour.0.points" in page.text
    assert '"many"' in page.one("textarea", name="json").text
    assert (broken.status, deep.status) == (400, 400)
    assert "This is not JSON" in broken.text
    assert standing().newest == 1


def test_who_saves_second_sees_what_the_first_saved() -> None:
    activate()
    mine = typed(visit(EDIT)) | {"rules.threshold": "80"}
    draft(**{"rules.threshold": "90"})

    page = send(EDIT, {**mine, "do": "save"}, who=MAYA)

    assert page.status == 412
    assert "Nabin saved version 2 while you were editing" in page.text
    assert "90" in page.one("del").text and "80" in page.one("ins").text
    assert typed(page)["rules.threshold"] == "80"
    assert send(EDIT, {**typed(page), "do": "save"}, who=MAYA).location == f"{HOME}/versions/3"


def test_a_version_says_what_it_changes_and_is_put_in_force() -> None:
    activate()
    where = draft(**{"rules.threshold": "80", "rules.behaviour.0.points": "12"})

    page = visit(where)
    assert "What it would change" in page.text
    assert "Points a lead needs" in page.text and "Visited the pricing page" in page.text
    answer = send(f"{where}/activate", typed_in(page, f"{where}/activate"))

    assert (answer.status, answer.toast) == (303, "Version 2 is in force")
    assert "Version 2, in force since" in visit().text
    activated = [fact for fact in carried() if fact.type == "ScoringRulesActivated"]
    assert [fact.detail["version"] for fact in activated][-1] == 2


def typed_in(page: Page, action: str) -> dict[str, str]:
    form = page.one("form", action=action)
    return {one["name"]: one["value"] for one in form.all("input")}


def test_what_was_overtaken_is_not_put_in_force_unseen() -> None:
    activate()
    second = draft(**{"rules.threshold": "80"})
    page = visit(second)
    third = draft(**{"rules.threshold": "60"})
    send(f"{third}/activate", typed_in(visit(third), f"{third}/activate"))

    answer = send(f"{second}/activate", typed_in(page, f"{second}/activate"))

    assert answer.status == 412
    assert "Other rules were put in force meanwhile" in answer.text
    assert standing().active is not None and standing().active.number == 3  # type: ignore[union-attr]


def test_an_older_version_comes_back_as_a_new_one() -> None:
    activate()
    where = draft(**{"rules.threshold": "80"})
    send(f"{where}/activate", typed_in(visit(where), f"{where}/activate"))
    first = f"{HOME}/versions/1"

    answer = send(f"{first}/rollback", typed_in(visit(first), f"{first}/rollback"))
    again = send(f"{first}/rollback", {"after": "2"})

    assert answer.toast == "Version 1 is in force again, as version 3"
    assert again.status == 412
    assert "100 points make" in visit().text
    listed = visit(f"{HOME}/versions")
    assert [one.text for one in listed.all("a", class_="main")] == [
        "Version 3",
        "Version 2",
        "Version 1",
    ]
    assert "Changed: Points a lead needs" in listed.text


def test_a_dry_run_is_told_in_words_and_as_a_chart(clock: FakeClock) -> None:
    activate()
    one = visits(1, 8)
    clock.tick(days=1)
    where = draft(**{"rules.threshold": "80"})

    started = send(f"{where}/dry-run", {"key": "once"})
    again = send(f"{where}/dry-run", {"key": "once"})
    assert started.location == again.location

    running = visit(f"{started.location}/progress")
    renewed = running.one(id="dry-run")
    assert renewed["hx-get"] == f"{started.location}/progress"
    pages = {json.dumps(page): page for page in planned()}
    for page in pages.values():
        invoke("scoring_dry_run", queue_event([page]))
    done = visit(f"{started.location}/progress")

    assert "hx-get" not in done.one(id="dry-run").attributes
    assert "1 more hand-off, 0 of which sales rejected" in done.text
    assert done.one("a", href=f"/console/leads/{one}")
    chart = json.loads(done.one(class_="chart-canvas")["data-chart"])
    assert chart["series"][0]["values"] == [0, 1, 1, 0, 0]
    assert len(done.dynamodb_calls) <= 3


def test_pages_ask_little_of_the_database() -> None:
    activate()
    where = draft(**{"rules.threshold": "80"})
    visit()

    for path in (HOME, f"{HOME}/versions", where, EDIT):
        assert len(visit(path).dynamodb_calls) <= 3, path


def test_salespeople_read_and_change_nothing() -> None:
    activate()
    where = draft(**{"rules.threshold": "80"})

    assert visit(where, ASHA).status == 200
    assert visit(EDIT, ASHA).status == 403
    for path in (EDIT, f"{where}/activate", f"{where}/rollback", f"{where}/dry-run"):
        assert send(path, who=ASHA).status == 403
        assert send(path, csrf=False).status == 403
    assert visit(f"{HOME}/versions/99").status == 404
    assert visit(f"{HOME}/versions/x").status == 404
    assert visit(f"{HOME}/dry-runs/none").status == 404


def test_many_rules_are_edited_as_text() -> None:
    one = SEEDED["behaviour"][0]
    many = [one | {"id": f"rule_{n}"} for n in range(61)]
    activate(RuleSet.model_validate(SEEDED | {"behaviour": many}))

    assert "So many rules are edited as text" in visit(EDIT).text
