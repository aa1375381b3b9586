"""The pages of who changed which settings (row P2)."""

from typing import Any

import pytest

from shared.console import names
from shared.customers.write_keys.changes import create_key, revoke_key, write_keys
from shared.directory.changes import change_staff, put_team
from shared.directory.model import StaffChange, TeamInput
from shared.directory.repository import staff_member, team
from shared.kernel.ids import StaffId
from shared.marketing.segments.changes import change_segment, create_segment
from shared.marketing.segments.checking import parsed_rule
from shared.marketing.segments.definition import Segment
from shared.marketing.segments.repository import need_segment
from shared.platform.auth import Staff
from shared.sales.assignment.changes import put_rules, rules_in_force
from shared.sales.forms.repository import forms
from shared.sales.scoring.rule_sets import active_rules
from shared.support.canned.model import CannedReplies, Macros
from shared.support.canned.stored import put_macros, put_replies, stored_macros, stored_replies
from shared.support.queues.stored import queue_rules
from shared.support.sla.stored import stored_policies
from tests.conftest import FakeClock
from tests.forms import store_form
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, SAGAR, Page, Who, browse
from tests.pump import carried
from tests.staffing import KATHMANDU, a_team, hire, person, rules
from tests.support import policies_in_force, queues_in_force
from tests.unit.sales.scoring.cases import activate
from tests.unit.sales.scoring.cases import rules as scoring_rules

HOME = "/console/changes"


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    names.forget()
    hire(person("maya", roles=("sales_manager",)), person("asha"))
    a_team()
    clock.tick(minutes=1)
    change_staff("asha", StaffChange(version=1, weight=5), clock(), by="maya")


def visit(path: str = "", who: Who = MAYA, **query: str) -> Page:
    return browse("console_changes", "GET", f"{HOME}{path}", who=who, query=query)


def go_back(noun: str, id: str, to: int, version: int, who: Who = MAYA) -> Page:
    form = {"noun": noun, "id": id, "to": str(to), "version": str(version)}
    return browse("console_changes", "POST", f"{HOME}/roll-back", who=who, form=form)


def rows(page: Page) -> list[str]:
    return [row.text for row in page.one("tbody").all("tr")]


def newest(page: Page) -> str:
    return page.one("tbody").one("a", class_="main")["href"].removeprefix(HOME)


def test_changes_are_listed_newest_first_with_who_made_them() -> None:
    page = visit()

    first, *_, last = rows(page)
    assert first.startswith("Person Asha Saved Maya")
    assert "First set-up" in last and "Created" in last


def test_changes_are_filtered_by_kind_by_person_and_by_thing() -> None:
    assert len(rows(visit(by="maya"))) == 1
    assert len(rows(visit(noun="staff"))) == 3
    assert len(rows(visit(noun="staff", id="asha"))) == 2
    assert "No change fits" in visit(by="nobody").text


def test_a_change_is_shown_place_by_place_before_and_after() -> None:
    page = visit(newest(visit()))

    (row,) = (
        one
        for one in page.one("table", class_="differences").one("tbody").all("tr")
        if one.one("th").text == "Weight"
    )
    assert [cell.text for cell in row.all("td")] == ["1", "5"]
    (back,) = (one for one in page.all("a", role="button") if "Go back" in one.text)
    assert back["href"] == f"{HOME}/roll-back?noun=staff&id=asha&to=1"


def test_going_back_says_what_it_changes_and_is_a_change_itself() -> None:
    page = visit("/roll-back", noun="staff", id="asha", to="1")
    assert "Weight" in page.one("table", class_="differences").text
    assert page.one("input", name="version")["value"] == "2"

    answer = go_back("staff", "asha", 1, 2)

    assert answer.status == 303 and "holds again" in answer.toast
    found = staff_member("asha")
    assert found and (found.weight, found.version) == (1, 3)
    assert "Rolled back to version 1" in rows(visit())[0]


def test_going_back_from_a_version_that_is_no_longer_newest_shows_what_is() -> None:
    answer = go_back("staff", "asha", 1, 1)

    assert answer.status in (412, 422)
    assert answer.one("input", name="version")["value"] == "2"
    assert staff_member("asha") and staff_member("asha").version == 2  # type: ignore[union-attr]


def test_assignment_rules_teams_and_forms_go_back_too(clock: FakeClock) -> None:
    put_rules(rules(accept_within=60), after=0, by="maya", now=clock())
    put_rules(rules(accept_within=90), after=1, by="maya", now=clock())
    put_team("sales", TeamInput(name="Other", calendar=KATHMANDU, version=1), clock(), by="maya")
    store_form("contact")

    shown = visit(newest(visit(noun="assignment_rules")))
    assert "Accept within" in shown.one("table", class_="differences").text
    assert go_back("assignment_rules", "leads", 1, 2).status == 303
    assert go_back("team", "sales", 1, 2).status == 303

    in_force, sales = rules_in_force(), team("sales")
    assert in_force and in_force.value.accept_within == 60
    assert sales and sales.name == "Sales"
    assert "Nothing is newer" in visit("/roll-back", noun="form", id="contact", to="1").text


def test_scoring_rules_and_forms_go_back_for_whoever_writes_them(clock: FakeClock) -> None:
    activate()
    activate(scoring_rules(threshold="90"), clock(), after=1)
    store_form("contact", title="First")
    store_form("contact", title="Second", after=1)

    assert go_back("form", "contact", 1, 2).status == 303
    assert go_back("scoring_rules", "default", 1, 2).status == 303

    form = forms.in_force("contact")
    assert form and form.value.title == "First"
    assert active_rules(clock()).value.threshold == scoring_rules().threshold
    assert "ScoringRulesActivated" in [fact.type for fact in carried()]


def test_keys_go_back_for_administrators_without_telling_a_secret(clock: FakeClock) -> None:
    create_key("partner", "partner", (), after=0, by="sagar", now=clock())
    clock.tick(minutes=1)
    revoke_key("partner", after=1, by="sagar", now=clock())
    hashed = write_keys()[1][0].key_hash or ""

    assert "Write key" not in visit(who=MAYA).one("section", class_="card").text
    for page in (
        visit(newest(visit(who=SAGAR)), who=SAGAR),
        visit("/roll-back", who=SAGAR, noun="write_key", id="partner", to="1"),
    ):
        assert page.status == 200 and hashed not in page.html
    assert visit("/roll-back", noun="write_key", id="partner", to="1").status == 403
    assert go_back("write_key", "partner", 1, 2).status == 403

    assert go_back("write_key", "partner", 1, 2, who=SAGAR).status == 303
    assert write_keys()[1][0].ended(clock())


@pytest.mark.parametrize("who", [ASHA, NABIN])
def test_others_do_not_see_changes(who: Who) -> None:
    assert visit(who=who).status == 403
    assert visit("/roll-back", who=who, noun="staff", id="asha", to="1").status == 403
    assert go_back("staff", "asha", 1, 2, who=who).status == 403


def test_what_nobody_recorded_is_not_found_and_what_was_typed_is_text(clock: FakeClock) -> None:
    put_team("sales", TeamInput(name="x", calendar=KATHMANDU, version=1), clock(), by="maya")
    change: dict[str, Any] = {"version": 2, "skills": [HOSTILE[:60]]}
    change_staff("asha", StaffChange.model_validate(change), clock(), by="maya")

    assert visit("/nothing").status == 404
    assert visit("/roll-back", noun="staff", id="asha", to="9").status == 404
    assert visit("/roll-back", noun="moon", id="asha", to="1").status == 404
    assert visit("/roll-back", noun="staff", id="asha", to="x").status == 422
    for page in (visit(newest(visit())), visit(noun=HOSTILE, by=HOSTILE)):
        assert "<img" not in page.html and "<script>" not in page.html


def test_a_page_asks_little_of_the_database() -> None:
    visit(who=SAGAR)

    one = newest(visit())
    back = {"noun": "staff", "id": "asha", "to": "1"}
    assert len(visit().dynamodb_calls) <= 3
    assert len(visit(by="maya").dynamodb_calls) <= 3
    assert len(visit(one).dynamodb_calls) <= 3
    assert len(visit("/roll-back", **back).dynamodb_calls) <= 3


def test_an_administrator_brings_an_older_segment_back(clock: FakeClock) -> None:
    nabin = Staff(StaffId("nabin"), frozenset(["marketer"]))
    rule = parsed_rule({"type": "tag", "tag": "VIP"})
    made = create_segment(Segment(name="Guests", rule=rule), nabin, None, clock())
    change_segment(made.name, Segment(name="Others", rule=rule), 1, nabin, clock())

    newest_first = visit(who=SAGAR, noun="segment")
    assert visit(newest(newest_first), who=SAGAR).status == 200
    assert go_back("segment", made.name, 1, 2, who=SAGAR).status == 303
    assert need_segment(made.name).value.name == "Guests"


def test_a_supervisor_s_macros_and_canned_replies_can_be_brought_back(clock: FakeClock) -> None:
    spam = {"id": "spam", "name": "Spam", "then": "spam"}
    hello = {"id": "hello", "name": "Hello", "body": "Hello"}
    for after, macros, replies in ((0, [spam], [hello]), (1, [], [])):
        about = {"after": after, "by": "omar", "now": clock()}
        put_macros(Macros.model_validate({"macros": macros}), **about)
        put_replies(CannedReplies.model_validate({"replies": replies}), **about)

    assert go_back("ticket_macros", "tickets", 1, 2, who=SAGAR).status == 303
    assert go_back("canned_replies", "tickets", 1, 2, who=SAGAR).status == 303

    assert [one.id for one in stored_macros.active("tickets", clock()).value.macros] == ["spam"]
    assert len(stored_replies.active("tickets", clock()).value.replies) == 1


def test_an_administrator_brings_older_deadlines_and_queues_back(clock: FakeClock) -> None:
    policies_in_force(first_response=60)
    policies_in_force(first_response=30, after=1)
    queues_in_force(name="Help")
    queues_in_force(name="Others", after=1)

    newest_first = visit(who=SAGAR, noun="sla_policies")
    assert visit(newest(newest_first), who=SAGAR).status == 200
    assert go_back("sla_policies", "tickets", 1, 2, who=SAGAR).status == 303
    assert go_back("ticket_queues", "tickets", 1, 2, who=SAGAR).status == 303

    assert queue_rules(clock()).queues[0].name == "Help"
    found = stored_policies.active("tickets", clock())
    assert (found.number, found.value.policies[0].target("normal", "first_response")) == (3, 60)
