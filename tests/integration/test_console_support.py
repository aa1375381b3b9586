"""The pages of support for those who lead it: now, today, report, canned replies, macros (rows V5,
V11, X6)."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from shared.console import names
from shared.support.canned.model import NAME
from shared.support.canned.stored import stored_macros, stored_replies
from tests.conftest import FakeClock
from tests.integration.test_support_figures import answered, hear
from tests.pages import ASHA, HOSTILE, OLGA, Page, Who, browse
from tests.staffing import a_team, employed, hire, person
from tests.support import MINA, OMAR, a_ticket, desk, policies_in_force, queues_in_force

HOME: Final = "/console/support"
REPLIES: Final = "/canned/replies"
MACROS: Final = "/canned/macros"
NINE: Final = datetime(2025, 6, 2, 9, tzinfo=UTC)
OFFICE: Final = {"zone": "UTC", "hours": {"mon": ["09:00-17:00"]}}


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    names.forget()
    clock.at(NINE)


def visit(path: str = "", who: Who = OMAR, **query: str) -> Page:
    return browse("console_support", "GET", f"{HOME}{path}", who=who, query=query)


def send(path: str, by: Who = OMAR, **form: Any) -> Page:
    return browse("console_support", "POST", f"{HOME}{path}", who=by, form=form)


def chart(page: Page, title: str) -> dict[str, Any]:
    (figure,) = [one for one in page.all("figure") if one.one("figcaption").text == title]
    spec: dict[str, Any] = json.loads(figure.one(class_="chart-canvas")["data-chart"])
    return spec


def names_of(page: Page) -> list[str]:
    return [one.text for one in page.one("ul", class_="entries").all("h2")]


def test_what_waits_is_told_by_queue_and_person_and_renews_itself() -> None:
    queues_in_force()
    a_ticket(subject="Mine", owner_id="mina")
    a_ticket(subject="Nobody's")
    waits = a_ticket(subject="Waits")["ticket_id"]
    desk("POST", f"/{waits}/moves", body={"to": "pending"})
    hear()
    visit()

    page = browse("console_support", "GET", f"{HOME}/now", who=OMAR, htmx=True)

    figures = [one.text for one in page.all("section", class_="figure")]
    assert figures == ["2 wait for us", "1 of them nobody's", "1 waits for customers"]
    queue, *people = page.all("tbody")
    assert queue.text == "Support 2 1"
    assert sorted(one.text for one in people[0].all("tr")) == ["Mina 1 0", "Nobody 1 1"]
    assert "every 15s" in page.one(id="now")["hx-trigger"]
    assert len(page.dynamodb_calls) <= 3
    assert visit("/now").one("h1").text == "Support"
    assert visit(who=ASHA).status == 403


def test_who_is_at_work_until_when_and_what_will_be_late(clock: FakeClock) -> None:
    a_team("help")
    queues_in_force(team_id="help")
    policies_in_force(first_response=20)
    hire(person("mina", team_id="help", roles=["agent"], working_hours=OFFICE))
    for subject in ("One", "Two"):
        a_ticket(subject=subject)
    employed(*OMAR)
    a_ticket(subject="Given", owner_id="omar")
    visit("/today")

    page = visit("/today", minutes="15")

    roster, due = page.one("section", id="roster"), page.one("section", id="due")
    assert "At work" in roster.text
    verdicts = [one.text for one in due.all("span", class_="badge")]
    assert verdicts.count("In time") >= 1 and "Will be late" in verdicts
    assert "Too many are due before it" in due.text and "One" in due.text
    assert len(page.dynamodb_calls) <= 3
    assert visit("/today", minutes="0").status == 422
    assert visit("/today", queue="other").status == 404
    part = browse("console_support", "GET", f"{HOME}/today", who=OMAR, htmx=True)
    assert "every 60s" in part.one(id="today")["hx-trigger"] and "<html" not in part.html
    clock.tick(days=3)
    assert "Late" in visit("/today").one("section", id="due").text


def test_the_report_has_charts_with_tables_behind_rows_and_a_file(clock: FakeClock) -> None:
    queues_in_force()
    policies_in_force(first_response=60)
    for minutes in (30, 270):
        ticket_id = a_ticket(tags=[HOSTILE[:30]])["ticket_id"]
        clock.tick(minutes=minutes)
        answered(ticket_id, then="resolved")
        clock.at(NINE)
    hear()
    visit("/report")

    page = visit("/report", **{"from": "2025-06-01", "to": "2025-06-02"})

    moved = chart(page, "Opened and resolved a day")
    assert [one["values"] for one in moved["series"]] == [[0, 2], [0, 2]]
    took = chart(page, "Hours of working time: the median of each day")
    assert took["series"][0]["values"] == [None, 2.5]
    assert "50% in time" in page.text
    assert len(page.one("figure").one("table").all("tr")) == 3
    assert len(page.dynamodb_calls) <= 3
    rows = [one.text for one in page.one("section", id="rows").one("tbody").all("tr")]
    assert any("mina" in one.lower() for one in rows), rows
    for by in ("queue", "topic", "day"):
        shown = visit("/report", by=by)
        assert shown.status == 200 and "<script>alert" not in shown.html
    file = visit("/report.csv", by="queue", **{"from": "2025-06-01", "to": "2025-06-02"})
    assert "attachment" in file.headers["content-disposition"]
    assert "\nqueue,support,Support,2,2" in file.html.replace("\r", "")
    wrong = visit("/report", **{"from": "2025-06-05", "to": "2025-06-02"})
    assert wrong.status == 422 and wrong.one("input", name="from")["value"] == "2025-06-05"
    assert visit("/report", **{"from": "x"}).status == 422


def test_a_report_of_long_ago_says_the_same(clock: FakeClock) -> None:
    a_ticket()
    hear()
    days = {"from": "2025-06-01", "to": "2025-06-02", "by": "queue"}
    near = visit("/report", **days).one("section", id="rows").text
    clock.tick(days=50)

    assert visit("/report", **days).one("section", id="rows").text == near


def test_canned_replies_are_written_moved_removed_and_brought_back() -> None:
    assert "None yet" in visit(REPLIES).text
    form = {"name": "Wait a bit", "body": 'Hello {{ requester.name or "you" }}'}
    assert send(f"{REPLIES}/new", **form).status == 303
    assert send(f"{REPLIES}/new", **form).status == 303 and len(kept()) == 1
    send(f"{REPLIES}/new", **{**form, "body": "Wait"})
    assert names_of(visit(REPLIES)) == ["Wait a bit", "Wait a bit"]
    first, second = (one.id for one in kept())
    assert (first, second) == ("wait-a-bit", "wait-a-bit-2")

    page = visit(f"{REPLIES}/edit/{second}")
    was = page.one("input", name="was")["value"]
    send(f"{REPLIES}/edit/{second}", **form | {"name": "Second"}, was=was)
    send(f"{REPLIES}/edit/{second}", do="up")
    assert [one.name for one in kept()] == ["Second", "Wait a bit"]
    was = visit(f"{REPLIES}/edit/{first}").one("input", name="was")["value"]
    assert send(f"{REPLIES}/edit/{first}", do="remove", was=was).location == f"{HOME}{REPLIES}"
    assert [one.name for one in kept()] == ["Second"]

    assert len(visit(f"{REPLIES}/versions").one("tbody").all("tr")) == 5
    older = visit(f"{REPLIES}/versions/2")
    assert "Wait a bit" in older.text and len(older.dynamodb_calls) <= 3
    newest = older.one("input", name="version")["value"]
    assert send(f"{REPLIES}/versions/2/rollback", version=newest).status == 303
    assert [one.name for one in kept()] == ["Wait a bit", "Wait a bit"]
    assert send(f"{REPLIES}/versions/2/rollback", version="1").status in (412, 422)
    assert visit(f"{REPLIES}/versions/99").status == 404
    assert visit(f"{REPLIES}/versions/x").status == 404
    assert visit("/canned/other").status == 404


def test_what_somebody_else_changed_meanwhile_is_shown_beside_and_others_entries_stay() -> None:
    send(f"{REPLIES}/new", name="One", body="First")
    send(f"{REPLIES}/new", name="Two", body="Second")
    one, two = (
        visit(f"{REPLIES}/edit/{name}").one("input", name="was")["value"] for name in ("one", "two")
    )

    assert send(f"{REPLIES}/edit/one", name="One", body="Theirs", was=one).status == 303
    assert send(f"{REPLIES}/edit/two", name="Two", body="Mine", was=two).status == 303
    stale = send(f"{REPLIES}/edit/one", name="One", body="Mine", was=one)

    assert stale.status == 412
    assert stale.one("textarea", name="body").text == "Mine"
    assert "Theirs" in stale.one("section", class_="both-versions").text
    again = stale.one("input", name="was")["value"]
    assert send(f"{REPLIES}/edit/one", name="One", body="Mine", was=again).status == 303
    assert [one.body for one in kept()] == ["Mine", "Mine"]


def test_what_cannot_be_stays_typed_and_is_pointed_at() -> None:
    for body in ("", "Hi {{ nonsense }}"):
        wrong = send(f"{REPLIES}/new", name="Bad", body=body)
        assert wrong.status == 422 and wrong.one("textarea", name="body").text == body
        assert wrong.one("p", class_="error", id="e-body").text
    idle = send(f"{MACROS}/new", name="Idle")
    assert idle.status == 422 and "does something" in idle.one(role="alert").text
    assert send(f"{MACROS}/new", name="Q", queue="other").status == 422
    assert send(f"{MACROS}/new", name="Q", says="note", text=" ", then="open").status == 422
    assert send(f"{REPLIES}/edit/other", name="x").status == 404
    for who in (MINA, OLGA):
        assert send(f"{REPLIES}/new", by=who, name="x", body="y").status == 403
        assert visit(REPLIES, who=who).status == 200


def test_a_macro_is_written_with_all_it_does() -> None:
    queues_in_force()
    form = {
        "name": f"Done {HOSTILE[:20]}", "says": "reply", "text": "All done", "then": "resolved",
        "priority": "low", "assign_to": "me", "queue": "support", "add_tags": "a, b",
        "remove_tags": "c",
    }  # fmt: skip

    assert send(f"{MACROS}/new", **form).status == 303

    stored = stored_macros.in_force(NAME)
    assert stored
    (macro,) = stored.value.macros
    assert (macro.reply, macro.then, macro.add_tags) == ("All done", "resolved", ["a", "b"])
    page = visit(MACROS)
    assert "goes to whoever does it" in page.text and "<script>alert" not in page.html
    edit = visit(f"{MACROS}/edit/{macro.id}")
    assert edit.one("textarea", name="text").text == "All done"
    assert edit.one("input", name="add_tags")["value"] == "a, b"


def kept() -> Any:
    found = stored_replies.in_force(NAME)
    return found.value.replies if found else []
