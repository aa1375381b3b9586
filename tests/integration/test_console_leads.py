"""The lists of leads as pages: who sees what, filters, order, the queue, creating by hand."""

import csv
import io

import pytest

from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import load_case
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, invoke, queue_event
from tests.forms import leads, submissions
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, OLGA, Page, Who, browse
from tests.pump import carried
from tests.staffing import a_team, hire, person, ready, rules_in_force, sales_team
from tests.unit.sales.scoring.cases import activate

pytestmark = pytest.mark.usefixtures("tables")

S = LeadState
LEADS = "/console/leads"


def visit(path: str = LEADS, who: Who = ASHA, **query: str) -> Page:
    return browse("console_leads", "GET", path, who=who, query=query)


def send(path: str, who: Who = ASHA, *, ticked: list[str] | None = None, **form: str) -> Page:
    fields = {name.replace("__", "."): value for name, value in form.items()}
    return browse(
        "console_leads", "POST", path, who=who, form=fields | ({"lead": ticked} if ticked else {})
    )


def rows(page: Page) -> list[str]:
    """The names in a list."""
    return [one.text for one in page.all("a", class_="main")]


def waiting(number: int = 1) -> str:
    """A lead that is ready and that nobody could take."""
    one = a_lead(number, form_company="Himal Bank")
    invoke("lead_assign", queue_event([bus_event(ready(number))], group="leads"))
    return one


def waiting_at(one: str) -> HandOffState | None:
    """The state of the hand-off that waits."""
    case = load_case(one)
    return case.waiting.state if case and case.waiting else None


def test_leads_are_listed_by_state_with_score_owner_and_the_way_to_each() -> None:
    activate()
    sales_team(asha=1)
    one = a_lead(1, state=S.ASSIGNED, owner="asha", score="95", form_company="Himal Bank")
    a_lead(2)

    page = visit(state="assigned")

    assert page.status == 200
    assert rows(page) == ["Person 1"]
    assert page.one("a", class_="main")["href"] == f"{LEADS}/{one}"
    assert (page.one("meter")["max"], page.one("meter")["value"]) == ("100", "95.0")
    assert "Himal Bank" in page.text
    assert page.one("span", class_="person").text == "Asha"
    assert page.one("a", aria_current="page", href=f"{LEADS}?state=assigned").text == "Assigned"
    assert rows(visit()) == ["Person 2"]


def test_a_page_of_a_list_costs_at_most_three_reads() -> None:
    activate()
    sales_team(asha=1)
    for number in range(60):
        a_lead(number)
    visit()

    page = visit(text="person", min_score="0")

    assert page.dynamodb_calls == ["dynamodb.GetItem", "dynamodb.Query", "dynamodb.Query"]
    assert len(rows(page)) == 50
    following = page.one("a", rel="next")["href"]
    query = dict(pair.split("=") for pair in following.partition("?")[2].split("&"))
    assert len(rows(visit(**query))) == 10


def test_filters_and_order_hold_and_stay_in_the_address() -> None:
    a_lead(1, score="10", source="fair")
    a_lead(2, score="90", source="fair", form_company="Alpha")
    a_lead(3, score="50", source="web", form_company="Beta")

    assert rows(visit(source="fair", sort="-score")) == ["Person 2", "Person 1"]
    assert rows(visit(min_score="50", sort="score")) == ["Person 3", "Person 2"]

    page = visit(text="alpha")

    assert rows(page) == ["Person 2"]
    assert page.one("input", name="text")["value"] == "alpha"
    assert "text=alpha" in page.one("a", href=f"{LEADS}?text=alpha&state=assigned")["href"]
    assert page.one("th", aria_sort="descending").text == "Created"


def test_a_filter_that_makes_no_sense_is_told_at_its_field_and_kept() -> None:
    page = visit(min_score="much", text="ann")

    assert page.status == 422
    assert page.one("input", name="min_score")["aria-invalid"] == "true"
    assert page.one("p", id="e-min_score").text == "Write a number"
    assert page.one("input", name="text")["value"] == "ann"


def test_a_cursor_of_another_list_is_refused() -> None:
    assert visit(cursor="e30.AAAA").status == 422


def test_own_leads_are_those_of_the_person_whatever_the_address_says() -> None:
    a_lead(1, state=S.WORKING, owner="asha")
    a_lead(2, state=S.WORKING, owner="bikash")

    assert rows(visit(f"{LEADS}/mine")) == ["Person 1"]
    assert rows(visit(f"{LEADS}/mine", owner="bikash")) == ["Person 1"]
    assert rows(visit(f"{LEADS}/mine", state="assigned")) == []
    assert visit(f"{LEADS}/mine", who=OLGA).status == 403


def test_a_list_comes_as_a_file_with_what_is_filtered() -> None:
    a_lead(1, form_company="=cmd()")
    a_lead(2)

    page = visit(f"{LEADS}/export", text="cmd")

    assert page.headers["content-type"] == "text/csv; charset=utf-8"
    assert "leads.csv" in page.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(page.html.removeprefix("\ufeff")))
    assert (row["lead_id"], row["company"]) == (lead_id(1), "'=cmd()")


def test_a_list_download_of_nonsense_is_refused_as_a_page() -> None:
    assert visit(f"{LEADS}/export", min_score="much").status == 422


def test_what_visitors_typed_stays_text() -> None:
    a_lead(1, form_last_name=HOSTILE, form_company=HOSTILE, source=HOSTILE)

    page = visit(text="script")

    assert HOSTILE in page.one("a", class_="main").text
    assert not page.all("img")
    assert all("alert" not in one.text for one in page.all("script"))


def test_a_lead_nobody_could_take_waits_in_the_queue_with_the_reason() -> None:
    activate()
    a_team()
    rules_in_force()
    waiting()
    visit()

    page = visit(f"{LEADS}/unassigned")

    assert rows(page) == ["Person 1"]
    assert "Nobody to take it under rule everyone" in page.text
    assert "Himal Bank" in page.text
    assert page.dynamodb_calls == ["dynamodb.GetItem", "dynamodb.Query", "dynamodb.BatchGetItem"]
    assert visit(f"{LEADS}/unassigned", who=NABIN).status == 403


def test_a_rep_takes_a_lead_from_the_queue() -> None:
    a_team()
    rules_in_force()
    one = waiting()
    hire(person("asha"))
    form = visit(f"{LEADS}/unassigned").one("form", action=f"{LEADS}/{one}/move")
    fields = {field["name"]: field["value"] for field in form.all("input")}

    answer = browse("console_leads", "POST", form["action"], who=ASHA, form=fields)

    assert (answer.status, answer.location) == (303, f"{LEADS}/{one}")
    case = load_case(one)
    assert case is not None
    assert (case.lead.owner_id, case.lead.state) == ("asha", S.ASSIGNED)


def test_a_manager_assigns_many_at_once_to_a_person_and_hears_what_became_of_them() -> None:
    sales_team(asha=1, bikash=1)
    ticked = [a_lead(1), a_lead(2), a_lead(3, state=S.WORKING, owner="bikash")]

    answer = send(f"{LEADS}/assign", MAYA, ticked=ticked, owner_id="asha", next=f"{LEADS}?x=1")

    assert (answer.status, answer.location) == (303, f"{LEADS}?x=1")
    assert answer.toast == "2 leads assigned; 1 not: somebody works on it already"
    assert rows(visit(state="assigned")) == ["Person 2", "Person 1"]
    assert {waiting_at(one) for one in ticked[:2]} == {HandOffState.OPEN}


def test_many_are_assigned_by_the_rules_and_split_by_weight() -> None:
    sales_team(asha=2, bikash=1)
    ticked = [a_lead(number) for number in range(6)]

    answer = send(f"{LEADS}/assign", MAYA, ticked=ticked, owner_id="", next="https://evil.example")

    assert answer.location == "/console"
    owners = [case.lead.owner_id or "" for one in ticked if (case := load_case(one))]
    assert sorted(owners) == ["asha"] * 4 + ["bikash"] * 2


def test_only_managers_assign_many() -> None:
    assert send(f"{LEADS}/assign", ASHA, ticked=[a_lead(1)]).status == 403
    assert not visit().all("input", name="lead")
    assert visit(who=MAYA).all("input", name="lead")
    assert not visit(who=MAYA, state="working").all("input", name="lead")


def test_staff_type_a_lead_in_and_are_led_to_it() -> None:
    key = visit(f"{LEADS}/new").one("input", name="key")["value"]
    typed = {"facts__last_name": "Rai", "facts__email": "Rai@Example.com", "facts__country": "np"}

    first = send(f"{LEADS}/new", key=key, now="yes", source="trade fair", **typed)
    again = send(f"{LEADS}/new", key=key, now="yes", source="trade fair", **typed)

    (lead,) = leads()
    assert first.location == again.location == f"{LEADS}/{lead['lead_id']}"
    assert first.toast == "Lead saved"
    assert (lead["staff_email"], lead["source"]) == ("rai@example.com", "trade fair")
    assert len(submissions()) == 1
    assert [fact.detail["hand_off"] for fact in carried() if fact.type == "LeadCaptured"] == ["now"]


def test_what_is_wrong_with_a_typed_lead_is_told_at_its_field_and_kept() -> None:
    page = send(f"{LEADS}/new", facts__last_name="Rai", facts__email="nowhere", source="<b>")

    assert page.status == 422
    assert page.one("input", name="facts.last_name")["value"] == "Rai"
    assert page.one("input", name="source")["aria-invalid"] == "true"

    page = send(f"{LEADS}/new", facts__last_name="Rai", facts__email="nowhere")

    assert page.one("input", name="facts.email")["aria-invalid"] == "true"
    assert page.one("input", name="facts.email")["value"] == "nowhere"
    assert leads() == []


def test_an_address_of_another_lead_leads_there() -> None:
    send(f"{LEADS}/new", facts__email="rai@example.com")
    (lead,) = leads()

    page = send(f"{LEADS}/new", facts__email="rai@example.com", facts__last_name="Other")

    assert page.status == 409
    assert page.one("a", href=f"{LEADS}/{lead['lead_id']}").text == "look at that lead"
    assert page.one("input", name="facts.last_name")["value"] == "Other"


def test_who_may_not_add_leads_sees_no_way_to() -> None:
    assert visit(f"{LEADS}/new", who=OLGA).status == 403
    assert send(f"{LEADS}/new", OLGA, facts__email="rai@example.com").status == 403
    assert not visit(who=OLGA).all("a", href=f"{LEADS}/new")
    assert leads() == []


@pytest.mark.parametrize("path", ["/new", "/assign", f"/{lead_id(1)}/move", f"/{lead_id(1)}/facts"])
def test_a_post_without_the_form_token_or_from_elsewhere_changes_nothing(path: str) -> None:
    a_lead(1)
    form = {"facts.email": "rai@example.com", "version": "1", "to": "assigned", "lead": lead_id(1)}

    bare = browse("console_leads", "POST", LEADS + path, who=MAYA, form=form, csrf=False)
    foreign = browse(
        "console_leads",
        "POST",
        LEADS + path,
        who=MAYA,
        form=form,
        headers={"origin": "https://evil.example"},
    )

    assert (bare.status, foreign.status) == (403, 403)
    case = load_case(lead_id(1))
    assert case is not None and case.lead.version == 1
    assert len(leads()) == 1


def test_a_list_is_kept_under_a_name_replaced_and_removed() -> None:
    def keep(name: str, **query: str) -> Page:
        path, form = f"{LEADS}/views", {"name": name}
        return browse("console_leads", "POST", path, who=ASHA, query=query, form=form)

    first = keep("Hot", state="working", min_score="90", cursor="x")
    assert (first.status, first.location) == (303, f"{LEADS}?state=working&min_score=90")
    keep("hot", state="new", min_score="95")
    keep("At work", owner="me", state="working")

    page = visit(state="new", min_score="95")

    (hot,) = page.one("nav", class_="views").all("a", aria_current="page")
    assert hot.text == "hot"
    assert [one.text for one in page.one("nav", class_="views").all("a")] == ["At work", "hot"]
    assert not visit(who=MAYA).all("nav", class_="views")

    form = page.one("nav", class_="views").one("form")
    fields = {field["name"]: field["value"] for field in form.all("input")}
    answer = browse("console_leads", "POST", form["action"], who=ASHA, form=fields)

    assert answer.toast == "View removed"
    assert [one.text for one in visit().one("nav", class_="views").all("a")] == ["At work"]


def test_a_view_without_a_name_is_refused_with_the_list_as_it_was() -> None:
    a_lead(1, form_company="Himal Bank")

    page = browse(
        "console_leads",
        "POST",
        f"{LEADS}/views",
        who=ASHA,
        query={"text": "himal"},
        form={"name": " "},
    )

    assert page.status == 422
    assert rows(page) == ["Person 1"]
    assert page.one("input", name="name")["aria-invalid"] == "true"
