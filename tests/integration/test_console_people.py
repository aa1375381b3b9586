"""The pages of people, teams and leave (row P2)."""

from typing import Any

import pytest

from shared.console import names
from shared.console.working_hours import as_typed
from shared.directory.changes import put_team
from shared.directory.model import StaffMember, TeamInput
from shared.directory.repository import staff_member, team
from shared.platform.pool_users import invite
from tests.cloud import staff_pool
from tests.conftest import FakeClock
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, SAGAR, Page, Who, browse
from tests.pump import carried
from tests.staffing import FRIDAY_AFTERNOON, KATHMANDU, a_team, hire, person

LIST = "/console/people"
HOURS = as_typed(KATHMANDU, "working_hours")


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    clock.at(FRIDAY_AFTERNOON)
    names.forget()
    staff_pool()
    hire(person("maya", roles=("sales_manager",), accepts_leads=False))
    hire(person("asha"), person("bikash", leave=({"from": "2025-06-02", "to": "2025-06-10"},)))
    a_team()


def visit(path: str = LIST, who: Who = MAYA, **query: str) -> Page:
    return browse("console_people", "GET", path, who=who, query=query)


def send(path: str, who: Who = SAGAR, **form: Any) -> Page:
    return browse("console_people", "POST", f"{LIST}{path}", who=who, form=form)


def at(staff_id: str) -> StaffMember:
    found = staff_member(staff_id)
    assert found
    return found


def filled_in(**more: Any) -> dict[str, Any]:
    return {
        "name": "Asha",
        "email": "asha@example.com",
        "roles": ["rep"],
        "team_id": "sales",
        "accepts_leads": "yes",
        "weight": "1",
        "version": "1",
        **HOURS,
        **more,
    }


def test_a_team_is_listed_with_what_everybody_does_now() -> None:
    page = visit()

    asha, bikash, maya = page.one("tbody").all("tr")
    assert "Working now" in asha.text and "Sun–Fri 10:00–17:00" in asha.text  # noqa: RUF001
    assert "On leave" in bikash.text
    assert "Sales manager" in maya.text
    assert page.one("a", href="/console/people/asha")


def test_after_hours_nobody_is_said_to_work(clock: FakeClock) -> None:
    clock.tick(hours=3)

    assert "Working now" not in visit().text
    assert "Off hours" in visit().text


def test_somebody_is_found_by_a_part_of_the_name() -> None:
    page = visit(q="IKA")

    assert [one.text for one in page.one("tbody").all("th")] == ["Bikash"]
    assert "Nobody is called that" in visit(q="zzz").text


def test_colleagues_see_who_works_here_but_neither_leave_nor_weights_nor_ways_to_change() -> None:
    page = visit(f"{LIST}/bikash", who=ASHA)

    assert page.status == 200 and "bikash@example.com" in page.text
    assert "Weight" not in page.text and "10 Jun" not in page.text
    assert not page.all("form", action=f"{LIST}/bikash/leave")
    assert visit(f"{LIST}/bikash/edit", who=ASHA).status == 403
    assert send("/bikash/edit", ASHA, **filled_in()).status == 403
    assert send("/bikash/disable", MAYA, version="1").status == 403
    assert visit(f"{LIST}/new").status == 403
    assert at("bikash").version == 1


def test_a_manager_changes_hours_of_several_intervals_a_day() -> None:
    form = {**filled_in(), "working_hours.hours.mon": "9-12:30, 13.30 to 18:00", "weight": "3"}

    answer = send("/asha/edit", MAYA, **form)

    assert (answer.status, answer.location) == (303, f"{LIST}/asha")
    hours = at("asha").model_dump(mode="json")["working_hours"]["hours"]
    assert hours["mon"] == ["09:00-12:30", "13:30-18:00"]
    assert at("asha").weight == 3
    assert at("asha").roles == ("rep",)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("working_hours.hours.tue", "10 till five", "Write times like"),
        ("working_hours.hours.tue", "10-12, 11-13", "overlap"),
        ("working_hours.hours.tue", "17:00-10:00", "Hours end after they begin"),
        ("working_hours.zone", "Mars/Olympus", "time zone"),
        ("working_hours.holiday_country", "XX", "No public holidays"),
        ("working_hours.holidays", "christmas", "Write dates as"),
        ("weight", "many", "Write a whole number"),
        ("name", "", "Fill this in"),
        ("email", "nowhere", "Not an e-mail address"),
        ("email", "bikash@example.com", "Somebody else signs in by this address"),
    ],
)
def test_what_does_not_fit_is_shown_at_its_place_with_what_was_typed(
    field: str, value: str, said: str
) -> None:
    answer = send("/asha/edit", **{**filled_in(), field: value, "skills": "kept words"})

    assert answer.status in (409, 422)
    assert said in answer.one("p", id=f"e-{field}").text
    assert "kept words" in answer.one("input", name="skills")["value"]
    assert at("asha").version == 1


def test_who_saves_second_sees_both_versions_and_may_keep_theirs() -> None:
    send("/asha/edit", MAYA, **filled_in(weight="2"))

    answer = send("/asha/edit", MAYA, **filled_in(weight="5"))

    assert answer.status == 412
    row = answer.one("table", class_="differences").one("tbody").one("tr")
    assert [cell.text for cell in row.all("td")] == ["2", "5"]
    version = answer.one("input", name="version")["value"]
    assert send("/asha/edit", MAYA, **filled_in(weight="5", version=version)).status == 303
    assert at("asha").weight == 5


def test_an_invited_person_is_there_and_waits_to_sign_in() -> None:
    form = filled_in(name="Gita Rana", email="gita.rana@example.com")

    answer = send("/new", **form)

    assert answer.location == f"{LIST}/gita.rana"
    assert "Gita Rana is invited" in answer.toast
    assert "Invited" in visit(f"{LIST}/gita.rana", who=SAGAR).text
    assert [fact.type for fact in carried()].count("StaffChanged") == 1


def test_an_invitation_that_got_lost_is_sent_again() -> None:
    send("/new", **filled_in(name="Gita Rana", email="gita.rana@example.com"))
    too_early = send("/gita.rana/invite")
    assert too_early.status == 409 and "on its way" in too_early.text

    invite("gita.rana", "gita.rana@example.com")
    assert visit(f"{LIST}/gita.rana", who=SAGAR).one("form", action=f"{LIST}/gita.rana/invite")

    assert send("/gita.rana/invite").toast == "Gita Rana is sent another temporary password"
    assert send("/gita.rana/invite", MAYA).status == 403


def test_an_administrator_changes_roles_and_address() -> None:
    form = filled_in(email="new@example.com", roles=["rep", "admin"])

    assert send("/asha/edit", **form).status == 303

    assert (at("asha").roles, at("asha").email) == (("admin", "rep"), "new@example.com")


def test_inviting_an_address_twice_is_refused_at_the_field() -> None:
    answer = send("/new", **filled_in(name="Another", staff_id="another"))

    assert answer.status == 409
    assert "Somebody else" in answer.one("p", id="e-email").text
    assert staff_member("another") is None


def test_disabling_says_what_happens_and_signs_out_at_once() -> None:
    page = visit(f"{LIST}/asha", who=SAGAR)
    assert "signed out everywhere" in page.one("dialog", id="disable").text

    answer = send("/asha/disable", version="1")

    assert answer.status == 303
    assert at("asha").disabled
    assert "StaffDisabled" in [fact.type for fact in carried()]
    assert "Enable" in visit(f"{LIST}/asha", who=SAGAR).text
    assert send("/asha/enable", version="2").status == 303
    assert not at("asha").disabled


def test_nobody_disables_themselves_and_a_stale_click_changes_nothing() -> None:
    visit(who=SAGAR)

    assert send("/sagar/disable", version="1").status in (409, 412)
    assert send("/asha/disable", version="7").status == 412
    assert not at("asha").disabled


def test_people_set_their_own_leave_managers_that_of_their_team_others_none() -> None:
    days = {"from": "2025-07-01", "to": "2025-07-03", "version": "1"}

    assert send("/asha/leave", ASHA, **days).status == 303
    assert send("/bikash/leave", MAYA, **days).status == 303
    assert send("/bikash/leave", NABIN, **{**days, "version": "2"}).status == 403

    assert "1 Jul 2025 – 3 Jul 2025" in visit(f"{LIST}/asha", who=ASHA).text  # noqa: RUF001
    assert len(at("bikash").leave) == 2
    assert send("/asha/leave/remove", ASHA, **{**days, "version": "2"}).status == 303
    assert at("asha").leave == ()


def test_whoever_manages_a_team_sets_its_leave_whatever_their_role() -> None:
    pema: Who = ("pema", ["supervisor"])
    days = {"from": "2025-07-01", "version": "1"}
    visit(who=pema)
    assert send("/asha/leave", pema, **days).status == 403

    put_team(
        "sales",
        TeamInput(name="Sales", manager_id="pema", calendar=KATHMANDU, version=1),
        FRIDAY_AFTERNOON,
        by="maya",
    )
    names.forget()

    assert visit(f"{LIST}/asha", who=pema).one("form", action=f"{LIST}/asha/leave")
    assert send("/asha/leave", pema, **days).status == 303
    assert "1 Jul 2025" in visit(f"{LIST}/asha", who=pema).text


def test_leave_ends_no_earlier_than_it_begins() -> None:
    answer = send("/asha/leave", ASHA, **{"from": "2025-07-03", "to": "2025-07-01", "version": "1"})

    assert answer.status == 422
    assert "leave ends no earlier than it begins" in answer.text
    assert at("asha").leave == ()


def test_a_team_is_made_and_changed() -> None:
    hours = as_typed(KATHMANDU, "calendar")
    made = send("/teams/new", MAYA, name="Field sales", manager_id="maya", version="0", **hours)
    assert made.location == f"{LIST}/teams"

    changed = send("/teams/field-sales", MAYA, name="Outside", version="1", **hours)

    assert changed.status == 303
    found = team("field-sales")
    assert found and (found.name, found.manager_id) == ("Outside", None)
    assert "Outside" in visit(f"{LIST}/teams").text
    stale = send("/teams/field-sales", MAYA, name="Third", version="1", **hours)
    assert stale.status == 412 and "Outside" in stale.one("table", class_="differences").text
    again = send("/teams/new", MAYA, name="Field sales", version="0", **hours)
    assert again.status == 409 and again.one("p", id="e-team_id")
    assert visit(f"{LIST}/teams/nowhere").status == 404


def test_names_are_shown_as_text() -> None:
    hire(person("evil", territories=("<b>x",)).model_copy(update={"name": HOSTILE}))

    for page in (visit(), visit(f"{LIST}/evil"), visit(f"{LIST}/evil/edit"), visit(q="script")):
        assert "<img" not in page.html and "<script>" not in page.html
        assert "alert(1)" in page.html


def test_a_page_asks_little_of_the_database() -> None:
    visit(who=SAGAR)
    visit(q="a", who=SAGAR)

    for path in (LIST, f"{LIST}/asha", f"{LIST}/asha/edit", f"{LIST}/teams", f"{LIST}/new"):
        assert len(visit(path, who=SAGAR).dynamodb_calls) <= 3, path
    assert visit(f"{LIST}/nobody").status == 404
