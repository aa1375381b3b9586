"""The page of one lead: facts, why it has its points, moves, tasks, what happened."""

import re
from datetime import timedelta

import pytest

from shared.customers.identity import lead_id_of
from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import load_case
from shared.sales.leads.states import MOVES, LeadState
from tests.builders import a_lead, captured, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, OLGA, RAVI, Element, Page, Who, browse
from tests.pump import carried
from tests.staffing import ready, sales_team
from tests.unit.sales.scoring.cases import T0, activate, deliver, page_view, pricing_rule, store

pytestmark = pytest.mark.usefixtures("tables")

S = LeadState
LEADS = "/console/leads"


def visit(one: str, part: str = "", who: Who = ASHA, **query: str) -> Page:
    return browse("console_leads", "GET", f"{LEADS}/{one}{part}", who=who, query=query)


def send(one: str, part: str, who: Who = ASHA, **form: str) -> Page:
    fields = {name.replace("__", "."): value for name, value in form.items()}
    return browse("console_leads", "POST", f"{LEADS}/{one}{part}", who=who, form=fields)


def edited(page: Page, **typed: str) -> dict[str, str]:
    """What the form of facts sends when somebody types this into it."""
    form = next(one for one in page.all("form") if one["action"].endswith("/facts"))
    fields = {one["name"]: one.get("value") or "" for one in form.all("input")}
    fields |= {one["name"]: one.text for one in form.all("textarea")}
    return fields | {f"facts.{name}": value for name, value in typed.items()}


def save(one: str, fields: dict[str, str], who: Who = ASHA) -> Page:
    return browse("console_leads", "POST", f"{LEADS}/{one}/facts", who=who, form=fields)


def handed_over(**lead: str) -> str:
    """A lead that the rules gave to asha."""
    sales_team(asha=1)
    one = a_lead(1, **lead)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))
    return one


def moves(page: Page) -> set[str]:
    """The states a page offers to move the lead to."""
    return {one["value"] for one in page.all("input", name="to")}


def state_of(one: str) -> tuple[LeadState, HandOffState | None]:
    case = load_case(one)
    assert case is not None
    return case.lead.state, case.hand_off.state if case.hand_off else None


def counted(within: Element, line: int) -> list[str]:
    """Times, points, factor and counted points of a line of a score."""
    rows = [one for one in within.all("tr") if one.all("th", scope="row")]
    return [cell.text.lstrip("× ") for cell in rows[line].all("td")]  # noqa: RUF001


def test_a_lead_is_shown_with_all_that_is_known_in_three_reads() -> None:
    activate()
    one = handed_over(form_company="Himal Bank", form_phone="+9779812345678", form_note="hello")
    visit(one)

    page = visit(one)

    assert page.status == 200
    assert page.one("h1").text == "Person 1"
    assert page.dynamodb_calls == ["dynamodb.GetItem", "dynamodb.Query", "dynamodb.Query"]
    for text in ("Himal Bank", "person1@example.com", "Note", "hello", "Nothing planned"):
        assert text in page.text
    assert page.one("section", aria_label="Hand-off").one("time", data_clock="")
    assert "Rule everyone, weighted 1" in page.text


def test_a_lead_there_is_not_is_not_found() -> None:
    assert visit("lead_unknown").status == 404
    assert visit(lead_id(9)).status == 404
    assert send(lead_id(9), "/move", version="1", to="working").status == 404


@pytest.mark.parametrize("state", list(S))
def test_the_legal_moves_are_offered_and_no_other(state: LeadState) -> None:
    sales_team(asha=1, ravi=1)
    owned = state not in (S.NEW, S.RECYCLED)
    one = a_lead(1, state=state, owner="asha" if owned else None)

    assert moves(visit(one)) == moves(visit(one, who=MAYA)) == set(MOVES[state]) - {S.CONVERTED}
    assert moves(visit(one, who=RAVI)) == (set() if owned else set(MOVES[state]))
    assert moves(visit(one, who=NABIN)) == set()


def test_accepting_a_hand_off_starts_the_work() -> None:
    one = handed_over()
    form = visit(one).one("section", aria_label="Hand-off").one("form")
    assert form.one("button").text == "Accept"
    fields = {field["name"]: field["value"] for field in form.all("input")}

    answer = browse("console_leads", "POST", form["action"], who=ASHA, form=fields)

    assert (answer.status, answer.location) == (303, f"{LEADS}/{one}")
    assert answer.toast == "Accepted: it is yours to work on"
    assert state_of(one) == (S.WORKING, HandOffState.ACCEPTED)
    page = visit(one)
    assert not page.all("section", aria_label="Hand-off")
    assert "Accepted" in page.one("section", id="timeline").text


def test_rejecting_needs_a_reason_which_is_told_and_kept() -> None:
    one = handed_over()

    page = send(one, "/move", version="2", to="recycled", reason="  ")

    assert page.status == 422
    assert "Say why this lead is recycled" in page.one("div", role="alert").text
    assert state_of(one) == (S.ASSIGNED, HandOffState.OPEN)

    answer = send(one, "/move", version="2", to="recycled", reason="No budget this year")

    assert answer.status == 303
    assert state_of(one)[0] is S.RECYCLED
    assert "No budget this year" in visit(one).text


def test_a_rejected_lead_begins_again_without_the_points_of_what_it_did(clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))
    activate()
    one = a_lead(1, state=S.WORKING, owner="asha", form_job_title="Manager")
    link_first("visitor-0001", one, iso(T0), T0 - timedelta(days=1))
    deliver(captured(), *store(page_view(1)))

    send(one, "/move", version="1", to="recycled")

    page = visit(one)
    assert page.one("b", class_="big").text == "25"
    assert "Qualification 2 began" in page.text
    assert [fact.detail["score"] for fact in carried() if fact.type == "LeadScoreChanged"]


def test_a_move_leads_back_to_where_it_was_asked_for_but_nowhere_else() -> None:
    one = handed_over()

    answer = send(one, "/move", version="2", to="working", next="/console")
    assert answer.location == "/console"

    answer = send(one, "/move", version="3", to="qualified", next="//evil.example/console")
    assert answer.location == "/console"


def test_who_does_not_own_a_lead_does_not_move_it() -> None:
    one = handed_over()

    assert send(one, "/move", RAVI, version="2", to="working").status == 403
    assert send(one, "/move", NABIN, version="2", to="working").status == 403
    assert state_of(one) == (S.ASSIGNED, HandOffState.OPEN)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"version": "1", "to": "working"}, 412),
        ({"version": "2", "to": "converted"}, 409),
        ({"version": "2", "to": "nonsense"}, 422),
        ({"version": "", "to": "working"}, 422),
        ({"version": "2", "to": "disqualified", "reason": "x" * 501}, 422),
    ],
)
def test_a_move_that_cannot_be_shows_the_lead_as_it_is_now(
    form: dict[str, str], status: int
) -> None:
    one = handed_over()

    page = send(one, "/move", **form)

    assert page.status == status
    assert page.one("div", role="alert").text
    assert page.one("h1").text == "Person 1"
    assert page.headers["hx-push-url"] == "false"
    assert state_of(one) == (S.ASSIGNED, HandOffState.OPEN)


def test_a_manager_gives_a_lead_to_somebody_and_a_rep_takes_one() -> None:
    sales_team(asha=1, ravi=1)
    first, second = a_lead(1), a_lead(2)
    choices = visit(first, who=MAYA).one("select", name="owner_id").all("option")
    assert [one["value"] for one in choices] == ["asha", "maya", "ravi"]

    send(first, "/move", MAYA, version="1", to="assigned", owner_id="ravi")
    send(second, "/move", version="1", to="assigned")

    owners = [case.lead.owner_id for one in (first, second) if (case := load_case(one))]
    assert owners == ["ravi", "asha"]


def test_facts_are_edited_in_place_and_only_what_was_touched_becomes_staffs_word() -> None:
    one = a_lead(1, form_company="Himal Bank", form_note="line one")
    page = visit(one, edit="yes")
    assert page.one("input", name="facts.company")["value"] == "Himal Bank"

    answer = save(one, edited(page, first_name="Ann"))

    assert (answer.status, answer.toast) == (303, "Changes saved")
    shown = visit(one)
    assert "Ann" in shown.one("h1").text
    assert [fact.detail["fields"] for fact in carried() if fact.type == "LeadChanged"] == [
        ["first_name"]
    ]
    assert "Changed first name" in shown.one("section", id="timeline").text


def test_saving_without_a_change_writes_nothing() -> None:
    one = a_lead(1)

    answer = save(one, edited(visit(one, edit="yes")))

    assert answer.toast == "Nothing was changed"
    case = load_case(one)
    assert case is not None and case.lead.version == 1


def test_a_stale_edit_shows_both_versions_and_lets_the_person_choose() -> None:
    one = a_lead(1, form_company="Himal Bank", form_job_title="Clerk")
    mine, theirs = visit(one, edit="yes"), visit(one, who=MAYA, edit="yes")
    save(one, edited(theirs, company="Everest Bank", job_title="Manager"), MAYA)

    page = save(one, edited(mine, company="Annapurna Bank", first_name="Ann"))

    assert page.status == 412
    assert page.one("input", name="facts.company")["value"] == "Annapurna Bank"
    assert page.one("p", class_="theirs").text == "Stored now: Everest Bank"
    assert page.one("input", name="facts.first_name")["value"] == "Ann"
    # What they changed and I did not stands as they left it.
    assert page.one("input", name="facts.job_title")["value"] == "Manager"

    answer = save(one, edited(page))

    assert answer.status == 303
    case = load_case(one)
    assert case is not None
    assert case.lead.facts["company"] == "Annapurna Bank"
    assert case.lead.facts["job_title"] == "Manager"
    assert case.lead.facts["first_name"] == "Ann"


def test_what_is_wrong_with_a_fact_is_told_at_its_field_and_what_was_typed_stays() -> None:
    one = a_lead(1)
    other = a_lead(2)
    page = visit(one, edit="yes")

    wrong = save(one, edited(page, email="nowhere", company="x" * 501))

    assert wrong.status == 422
    assert wrong.one("input", name="facts.email")["value"] == "nowhere"
    assert wrong.one("input", name="facts.email")["aria-invalid"] == "true"
    assert wrong.one("p", id="e-facts.company").text == "At most 500 characters"
    assert other


def test_who_may_not_edit_is_offered_nothing_and_refused() -> None:
    one = a_lead(1)

    page = visit(one, who=OLGA, edit="yes")

    assert not page.all("form", action=f"{LEADS}/{one}/facts")
    assert not page.all("form", action=f"{LEADS}/{one}/tasks")
    assert send(one, "/facts", OLGA, version="1", facts__company="x").status == 403
    assert send(one, "/tasks", OLGA, title="x").status == 403


def test_why_a_lead_has_its_points_is_listed_and_sums_to_the_score(clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))
    activate()
    one = a_lead(1, form_job_title="Manager")
    link_first("visitor-0001", one, iso(T0), T0 - timedelta(days=1))
    deliver(captured(), *store(*(page_view(n) for n in range(7))))

    page = visit(one)

    lines = page.one("table", class_="lines")
    assert [cell.text for cell in lines.all("th", scope="row")] == [
        'Has "Manager" in the job title',
        "Visited the pricing page",
        "Together",
    ]
    assert counted(lines, 1) == ["7", "70.00", "1", "70.00"]
    assert lines.one("tfoot").one("td").text == "95.00"
    happened = page.one("section", id="timeline").text
    assert happened.count("Visited the pricing page") == 1
    assert "+70" in happened


def test_the_score_is_explained_as_of_an_instant_and_drawn_over_time(clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))
    activate(pricing_rule(half_life_days=30))
    one = a_lead(1, form_job_title="Manager")
    link_first("visitor-0001", one, iso(T0), T0 - timedelta(days=1))
    deliver(captured(), *store(*(page_view(n) for n in range(7))))
    before, between = T0 - timedelta(hours=3), T0 + timedelta(days=30)
    clock.at(T0 + timedelta(days=60))

    now = visit(one, "/score")
    then = visit(one, "/score", at=str(int(between.timestamp())))
    first = visit(one, "/score", at=str(int(before.timestamp())))

    assert len(then.dynamodb_calls) <= 3, then.dynamodb_calls
    assert then.one("b", class_="big").text == "60"
    assert counted(then.root, 1) == ["7", "70.00", "0.5", "35.00"]
    assert now.one("b", class_="big").text == "42.5"
    assert "No points then" in first.text
    since = str(int((T0 - timedelta(days=1)).timestamp()))
    drawn = visit(one, "/course", since=since)
    assert drawn.dynamodb_calls == ["dynamodb.GetItem", "dynamodb.Query"]
    assert '"threshold": 100.0' in drawn.one("div", class_="chart-canvas")["data-chart"]
    totals = [float(row.all("td")[0].text) for row in drawn.one("tbody").all("tr")]
    assert (totals[0], max(totals), totals[-1]) == (0, 95, 42.5)


def test_an_instant_that_is_none_is_refused_as_a_part_of_the_page() -> None:
    activate()
    one = a_lead(1)

    page = browse(
        "console_leads", "GET", f"{LEADS}/{one}/score", who=ASHA, query={"at": "x"}, htmx=True
    )

    assert page.status == 422
    assert not page.all("nav")
    assert "This is no point in time" in page.text
    assert visit(one, "/score", at="9" * 40).status == 422


def test_tasks_are_added_once_and_ticked_off() -> None:
    sales_team(asha=1)
    one = a_lead(1, state=S.WORKING, owner="asha")
    key = visit(one).one("input", name="key")["value"]

    for _ in range(2):
        answer = send(one, "/tasks", key=key, title="Call back", kind="call", due_on="2025-06-01")
        assert (answer.status, answer.toast) == (303, "Task added")

    page = visit(one)
    (task,) = page.one("ul", class_="tasks").all("li")
    assert "Call back" in task.text and "due 1 Jun 2025" in task.text
    assert task.all("span", class_="late")
    form = task.one("form")
    fields = {field["name"]: field["value"] for field in form.all("input")}

    answer = browse("console_leads", "POST", form["action"], who=ASHA, form=fields)

    assert (answer.status, answer.toast) == (303, "Task done")
    assert visit(one).one("ul", class_="tasks").all("li", class_="done")
    kinds = [fact.type for fact in carried() if fact.type.startswith("Task")]
    assert sorted(kinds) == ["TaskCompleted", "TaskCreated"]


def test_a_task_that_cannot_be_is_told() -> None:
    one = a_lead(1)

    assert send(one, "/tasks", title=" ").status == 422
    assert send(one, "/tasks", title="x", due_on="someday").status == 422
    assert send(one, "/tasks", title="x", owner_id="ravi").status == 403
    assert send(one, f"/tasks/{one}.task_x/done", version="1").status == 404


def test_what_visitors_typed_stays_text_wherever_it_is_shown() -> None:
    one = a_lead(1, form_last_name=HOSTILE, form_company=HOSTILE, form_note=HOSTILE * 3)

    for page in (visit(one), visit(one, edit="yes")):
        assert not page.all("img")
        assert all(script.get("src") for script in page.all("script"))
        assert HOSTILE in page.one("h1").text
        assert not re.search(r"javascript:|\son\w+=", page.html.replace("onerror=alert", ""))


def test_an_address_that_joined_another_lead_leads_to_it() -> None:
    one = a_lead(1)
    http(
        "lead_update",
        "PATCH",
        f"/v1/leads/{one}",
        body={"version": 1, "facts": {"phone": "+9779812345678"}},
        staff=ASHA,
    )
    page = visit(lead_id_of("phone", "+9779812345678"))

    assert (page.status, page.location) == (303, f"{LEADS}/{one}")


def test_long_and_foreign_text_is_shown_whole() -> None:
    one = a_lead(1, form_last_name="محمد 🙂", form_note="x" * 10_000)

    page = visit(one)

    assert page.one("h1").one("bdi").text == "محمد 🙂"
    assert "x" * 10_000 in page.text
