"""The pages of tickets: queue, one ticket, answering, moving, files (rows V1, V3, V5)."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from shared.console import names
from shared.platform import clock
from shared.support.tickets.replies import Said, add_message
from shared.support.tickets.repository import need
from tests.cloud import SETTINGS, client
from tests.conftest import FakeClock
from tests.customers import a_contact
from tests.pages import HOSTILE, OLGA, Page, Who, browse
from tests.staffing import employed
from tests.support import (
    MINA,
    OMAR,
    a_ticket,
    canned_in_force,
    desk,
    in_a_case,
    policies_in_force,
    posted,
    queues_in_force,
)

LIST: Final = "/console/tickets"
MONDAY: Final = datetime(2025, 6, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()
    queues_in_force()


def visit(path: str = "", who: Who = MINA, **how: Any) -> Page:
    return browse("console_tickets", "GET", f"{LIST}{path}", who=who, **how)


def send(path: str, by: Who = MINA, **form: Any) -> Page:
    return browse("console_tickets", "POST", f"{LIST}{path}", who=by, form=form)


def listed(page: Page) -> list[str]:
    return [row.one("a", class_="main").text for row in page.all("tr") if row.all("a")]


def said(body: str, **more: Any) -> dict[str, Any]:
    return {"version": "1", "kind": "reply", "body": body, **more}


def uploaded() -> str:
    """The token of a picture that a browser sent to the bucket."""
    announced = send("/uploads", name="cup.png", media_type="image/png")
    assert announced.status == 200
    form = json.loads(announced.html)
    content = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    bucket = SETTINGS["files_bucket"]
    client("s3").put_object(Bucket=bucket, Key=form["fields"]["key"], Body=content)
    return str(form["token"])


def test_the_queue_says_who_is_first_and_how_late(clock: FakeClock) -> None:
    policies_in_force(first_response=60)
    clock.at(MONDAY)
    a_ticket(subject="Late")
    clock.tick(minutes=90)
    a_ticket(subject="Soon")
    paused = a_ticket(subject="Paused")["ticket_id"]
    desk("POST", f"/{paused}/moves", body={"to": "pending"})

    visit()
    page = visit()

    assert listed(page) == ["Late", "Soon"]
    late, soon = page.one("tbody").all("tr")
    assert late.one("span", class_="bad").text == "Overdue since 16:45"
    assert soon.one("span", class_="warn").text == "Due 18:15"
    assert "First answer" in late.text and "Customer, " in late.text
    (waits,) = visit(query={"group": "pending"}).one("tbody").all("tr")
    assert "Paused" in waits.one("span", class_="badge").text
    assert len(page.dynamodb_calls) <= 3


def test_the_queue_narrows_by_owner_priority_and_what_is_looked_for() -> None:
    mine = a_ticket(subject="Mine", owner_id="mina")
    a_ticket(subject="Kettle leaks", priority="urgent")

    assert listed(visit("/mine")) == ["Mine"]
    assert listed(visit(query={"owner": "nobody"})) == ["Kettle leaks"]
    assert listed(visit(query={"owner": "mina", "queue": "support"})) == ["Mine"]
    assert listed(visit(query={"priority": "urgent"})) == ["Kettle leaks"]
    assert listed(visit(query={"text": "kettle"})) == ["Kettle leaks"]
    assert listed(visit(query={"text": f"#{mine['ticket_id'][-8:]}"})) == ["Mine"]
    assert visit(query={"text": mine["ticket_id"]}).location.endswith(mine["ticket_id"])
    assert "No ticket fits" in visit(query={"text": "nonsense"}).text
    assert visit(query={"priority": "so so"}).status == 422


def test_ticked_tickets_go_to_one_person_and_what_could_not_is_said() -> None:
    employed(*OMAR)
    one, other = (a_ticket(subject=text)["ticket_id"] for text in ("One", "Other"))
    desk("POST", f"/{other}/moves", body={"to": "spam"})

    done = send("/assign", ticket=[one, other], owner_id="omar", next=f"{LIST}?owner=nobody")

    assert done.location == f"{LIST}?owner=nobody"
    assert done.toast == "1 ticket given away; 1 ended already"
    assert need(one).owner_id == "omar"
    assert send("/assign", owner_id="omar").toast == "Nothing ticked"
    assert send("/assign", ticket=one, owner_id="ghost").status == 422


def test_a_ticket_shows_what_was_said_by_whom_and_how_its_clocks_stand(clock: FakeClock) -> None:
    policies_in_force(first_response=60, resolution=480)
    clock.at(MONDAY)
    ticket_id = a_ticket(subject="Pump")["ticket_id"]
    clock.tick(minutes=30)
    visit(f"/{ticket_id}")
    desk("POST", f"/{ticket_id}/notes", body={"body": "Careful"})
    desk("POST", f"/{ticket_id}/replies", body={"body": "We look", "then": "pending"})
    add_message(need(ticket_id), Said("automatic", "auto", "Out of office", "email"), clock())
    add_message(need(ticket_id), Said("customer", "c", "Hurry", "email", quoted="> Q"), clock())

    add_message(need(ticket_id), Said("customer", "b", "Me too", "email", said_by="Bo"), clock())

    page = visit(f"/{ticket_id}")

    assert "Bo by email" in page.all("li", class_="turn")[-1].text
    kinds = [one["class"].split()[1] for one in page.all("li", class_="turn")]
    assert kinds == ["of-them", "note", "of-us", "machine", "of-them", "of-them"]
    assert "What they quoted" in page.all("li", class_="turn")[-2].text
    clocks = page.one("section", id="clocks")
    assert "First answer Met, in 30 min" in clocks.text
    assert "Solution 7 h 30 min left" in clocks.text
    assert len(page.dynamodb_calls) <= 3
    course = visit(f"/{ticket_id}/course")
    assert "Moved" in course.text or "pending" in course.text


def test_deadlines_are_told_in_working_time_wherever_a_ticket_tells_them(clock: FakeClock) -> None:
    policies_in_force(first_response=60, resolution=4_800)
    clock.at(MONDAY)
    ticket_id = a_ticket()["ticket_id"]
    clock.tick(days=14)

    page = visit(f"/{ticket_id}")

    assert "First answer: overdue by 79 h" in page.one("div", class_="page-head").text
    assert "First answer Overdue by 79 h" in page.one("section", id="clocks").text
    assert "Solution Due now" not in page.text
    (row,) = visit().one("tbody").all("tr")
    assert row.one("span", class_="bad").text == "Overdue since 2 Jun"
    desk("POST", f"/{ticket_id}/moves", body={"to": "pending"})
    assert "Paused" in visit(f"/{ticket_id}").one("div", class_="page-head").text


def test_canned_replies_are_at_hand_as_they_read_on_this_ticket(clock: FakeClock) -> None:
    ticket_id = a_ticket(name="Ann Lee", subject="Pump")["ticket_id"]
    assert "none yet" in visit(f"/{ticket_id}/canned", htmx=True).text
    clock.tick(minutes=1)
    canned_in_force()
    visit(f"/{ticket_id}/canned", htmx=True)

    page = visit(f"/{ticket_id}/canned", htmx=True)

    assert page.all("button")[0]["data-insert"] == "Hello Ann, about Pump: have patience."
    assert len(page.dynamodb_calls) <= 3
    assert visit(f"/{ticket_id}/canned").one("h1").text == "Canned replies and macros"
    assert visit(f"/{ticket_id}/canned", who=OLGA, htmx=True).status == 403


def test_a_macro_says_all_it_does_and_does_it_once(clock: FakeClock) -> None:
    canned_in_force()
    ticket_id = a_ticket(name="Ann Lee")["ticket_id"]
    offered = visit(f"/{ticket_id}/canned", htmx=True).one("button", name="macro")
    assert "Answers: “All done, Ann”" in offered.text
    assert "state resolved · priority low · goes to you · tagged done" in offered.text

    form = {"version": "1", "key": "k", "macro": offered["value"]}
    first, again = (send(f"/{ticket_id}/macro", **form) for _ in range(2))

    assert first.toast == "Finish: done" and again.status == 303
    ticket = need(ticket_id)
    assert (ticket.state, ticket.priority, ticket.owner_id) == ("resolved", "low", "mina")
    assert (ticket.tags, ticket.version) == (["done"], 2)
    (shut,) = visit(f"/{ticket_id}/canned", htmx=True).all("button", name="macro")
    assert "disabled" not in shut.attributes
    desk("POST", f"/{ticket_id}/moves", body={"to": "closed"})
    (shut,) = visit(f"/{ticket_id}/canned", htmx=True).all("button", name="macro")
    assert "disabled" in shut.attributes and "closed stays as it is" in shut.text
    refused = send(f"/{ticket_id}/macro", **{**form, "version": "3", "key": "k2"})
    assert refused.status == 409 and "stays as it is" in refused.one(role="alert").text
    assert send(f"/{ticket_id}/macro", **{**form, "version": "1", "key": "k3"}).status in (409, 412)
    assert send(f"/{ticket_id}/macro", **{**form, "macro": "other"}).status == 404


def test_who_was_last_heard_is_who_spoke_not_who_wrote_it_down(clock: FakeClock) -> None:
    ticket_id = a_ticket()["ticket_id"]
    clock.tick(hours=2)
    desk("POST", f"/{ticket_id}/notes", body={"body": "Careful"})
    assert "Customer, 2 h ago" in visit().one("tbody").text
    desk("POST", f"/{ticket_id}/replies", body={"body": "We look"})
    assert "Us, just now" in visit().one("tbody").text


def test_a_ticket_is_opened_for_whoever_an_address_is_of(clock: FakeClock) -> None:
    employed(*OMAR)
    contact_id = a_contact(clock(), emails=[{"address": "ann@example.com"}]).contact_id
    visit("/new")
    form = {"who": "Ann@Example.com ", "subject": "Leaks", "body": "It leaks", "kind": "said"}
    beside = visit("/new/whose", query={"who": form["who"]}, htmx=True)
    assert "Ann Lee" in beside.text and len(beside.dynamodb_calls) <= 3
    assert "Nobody we know" in visit("/new/whose", query={"who": "+97714000000"}, htmx=True).text
    assert "country code" in visit("/new/whose", query={"who": "hello"}, htmx=True).text

    first, again = (
        send("/new", **form, priority="high", owner_id="omar", tags="vip", key="k")
        for _ in range(2)
    )

    ticket = need(first.location.rpartition("/")[2])
    assert first.location == again.location and len(listed(visit())) == 1
    assert (ticket.contact_id, ticket.proven, ticket.channel) == (contact_id, True, "phone")
    assert (ticket.priority, ticket.owner_id, ticket.tags) == ("high", "omar", ["vip"])
    page = visit(f"/{ticket.ticket_id}")
    assert "Ann Lee" in page.one("li", class_="of-them").text
    stranger = send("/new", who="+977 14000000", subject="Hi", body="Call", kind="note", name="Bo")
    ticket = need(stranger.location.rpartition("/")[2])
    assert (ticket.requester.phone, ticket.requester.name) == ("+97714000000", "Bo")
    assert not ticket.proven and ticket.last_author == "customer"
    assert visit(f"/{ticket.ticket_id}").all("li", class_="note")


def test_a_new_ticket_that_cannot_be_keeps_what_was_typed() -> None:
    form = {"who": "ann@example.com", "subject": "Back", "body": "Too small", "type": "return"}

    refused = send("/new", **form, quantity="x")

    assert refused.status == 422
    assert refused.one("textarea", name="body").text == "Too small"
    assert refused.one("input", name="who")["value"] == "ann@example.com"
    assert "order_id" in refused.text.lower().replace(" ", "_")
    assert send("/new", **{**form, "type": "question", "body": " "}).status == 422
    assert send("/new", **{**form, "who": " "}).status == 422
    assert send("/new", by=OLGA, **form).status == 403
    assert (
        visit("/new", query={"phone": " 97714000000"}).one("input", name="who")["value"]
        == "+97714000000"
    )
    assert send("/new", **{**form, "type": "return", "order_id": "A-1", "sku": "S"}).status == 303


def test_only_legal_moves_are_offered_and_an_illegal_one_is_told() -> None:
    ticket_id = a_ticket()["ticket_id"]
    offered = [one["value"] for one in visit(f"/{ticket_id}").all("button", name="to")]
    assert offered == ["open", "pending", "on_hold", "resolved", "spam"]

    moved = send(f"/{ticket_id}/move", version="1", to="resolved")

    assert moved.status == 303 and need(ticket_id).state == "resolved"
    refused = send(f"/{ticket_id}/move", version="2", to="pending")
    assert refused.status == 409 and "cannot become pending" in refused.one(role="alert").text


def test_an_answer_is_sent_once_and_leaves_the_ticket_as_asked() -> None:
    ticket_id = a_ticket()["ticket_id"]
    form = said("Try again now", then="pending", key="page-1")

    first, again = (send(f"/{ticket_id}/messages", **form) for _ in range(2))

    assert first.status == again.status == 303 and first.toast == "Answered"
    assert need(ticket_id).state == "pending"
    assert visit(f"/{ticket_id}").text.count("Try again now") == 1


def test_what_was_typed_is_kept_when_somebody_was_first() -> None:
    ticket_id = a_ticket()["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", by=OMAR, body={"body": "Solved already"})

    token = uploaded()
    form = said("My long answer", attachments=token, file_names="cup.png")

    page = send(f"/{ticket_id}/messages", **form)

    assert page.status == 412
    assert page.one("textarea", name="body").text == "My long answer"
    assert page.one("input", name="attachments")["value"] == token
    assert "Solved already" in page.text and "while you wrote" in page.one(role="alert").text
    assert page.one("section", id="answer").one("input", name="version")["value"] == "2"


def test_a_file_goes_along_and_is_fetched_by_an_address_of_its_own() -> None:
    ticket_id = a_ticket()["ticket_id"]
    send(f"/{ticket_id}/messages", **said("See", attachments=uploaded(), file_names="cup.png"))

    page = visit(f"/{ticket_id}")
    link = page.one("ul", class_="files").one("a")

    assert link.text == "cup.png"
    assert "X-Amz-Signature" in visit(link["href"].removeprefix(LIST)).location
    assert visit(f"/{ticket_id}/files/file_x").status == 404
    refused = send("/uploads", name="x.html", media_type="text/html")
    assert (refused.status, json.loads(refused.html)) == (
        422,
        {"message": "Files of this type are not taken"},
    )
    bucket = json.loads(send("/uploads", name="a.png", media_type="image/png").html)["url"]
    origin = "/".join(bucket.split("/")[:3])
    assert f"connect-src 'self' {origin};" in page.headers["content-security-policy"]
    swapped = visit(
        f"/{ticket_id}", headers={"hx-boosted": "true", "hx-current-url": LIST}, htmx=True
    )
    assert swapped.headers["hx-redirect"] == f"{LIST}/{ticket_id}"


def test_a_note_tells_a_colleague_and_is_no_answer() -> None:
    employed(*OMAR)
    ticket_id = a_ticket()["ticket_id"]

    done = send(f"/{ticket_id}/messages", **said("Look", kind="note", mention="omar"))

    assert done.toast == "Noted, for staff only"
    ticket = need(ticket_id)
    assert (ticket.state, ticket.watchers) == ("new", ["omar"])
    assert send(f"/{ticket_id}/messages", **said("  ")).status == 422


def test_priority_owner_queue_and_facts_are_changed_and_stale_ones_are_told() -> None:
    employed(*OMAR)
    ticket_id = a_ticket()["ticket_id"]

    send(f"/{ticket_id}/priority", version="1", priority="urgent")
    send(f"/{ticket_id}/owner", version="2", owner_id="omar", queue="support")
    send(f"/{ticket_id}/facts", version="3", subject="New", type="incident", tags="vip, vip, x")

    ticket = need(ticket_id)
    assert (ticket.priority, ticket.owner_id, ticket.subject) == ("urgent", "omar", "New")
    assert (ticket.ticket_type, ticket.tags) == ("incident", ["vip", "x"])
    stale = send(f"/{ticket_id}/priority", version="1", priority="low")
    assert stale.status == 412 and "meanwhile" in stale.one(role="alert").text


def test_managers_are_told_once() -> None:
    ticket_id = a_ticket()["ticket_id"]

    for _ in range(2):
        assert send(f"/{ticket_id}/escalate", reason="Big customer", key="k1").status == 303

    assert need(ticket_id).version == 2
    assert send(f"/{ticket_id}/escalate", reason=" ").status == 422


def test_two_tickets_become_one_and_a_message_one_of_its_own() -> None:
    first, second = (a_ticket(subject=text)["ticket_id"] for text in ("First", "Second"))
    beside = visit(f"/of/{need(first).contact_id}", query={"ticket": first}, htmx=True)
    assert beside.one("input", name="into")["value"] == second

    done = send(f"/{first}/merge", into=second)

    assert done.location == f"{LIST}/{second}" and need(first).merged_into == second
    assert send(f"/{second}/merge", into=first).status == 409
    assert f"#{second[-8:]}" in visit(f"/{first}").one("div", class_="notice").text
    case_id = in_a_case(second)
    add_message(need(second), Said("customer", "c", "By the way", "email"), clock.now())
    message = next(one for one in visit(f"/{second}").all("input", name="message_id"))
    split = send(f"/{second}/split", message_id=message["value"], subject="Other", key="k")
    new = need(split.location.rpartition("/")[2])
    assert (new.split_from, new.case_id) == (second, case_id)


def test_whoever_else_looks_or_writes_is_shown() -> None:
    ticket_id = a_ticket()["ticket_id"]
    send(f"/{ticket_id}/presence", by=OMAR, body="I write")

    there = send(f"/{ticket_id}/presence", by=MINA, body="")

    assert "is writing here" in there.text
    assert "is writing here" in visit(f"/{ticket_id}").one(id="presence").text
    assert len(there.dynamodb_calls) <= 3


def test_formatted_mail_is_text_until_it_is_asked_for_and_shut_in_then() -> None:
    ticket_id = a_ticket()["ticket_id"]
    html = "<p>Hello <b>you</b></p>"
    add_message(
        need(ticket_id), Said("customer", "c", "Hello you", "email", html=html), clock.now()
    )

    page = visit(f"/{ticket_id}")
    frame = page.one("iframe")
    inside = visit(frame["src"].removeprefix(LIST))

    assert html not in page.html and frame.get("sandbox") == ""
    assert html in inside.html
    policy = inside.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "script" not in policy
    assert inside.headers["x-frame-options"] == "SAMEORIGIN"
    assert visit(f"/{ticket_id}/html/1").status == 404
    assert visit(f"/{ticket_id}/html/x").status == 404


def test_hostile_text_is_text_everywhere() -> None:
    ticket_id = a_ticket(subject=HOSTILE, body=HOSTILE, name=HOSTILE)["ticket_id"]

    for path in ("", f"/{ticket_id}", f"/{ticket_id}/course"):
        page = visit(path)
        assert page.status == 200 and "<script>alert" not in page.html


def test_a_ticket_of_an_address_that_proved_nothing_says_so() -> None:
    ticket_id = posted().json["ticket_id"]

    assert "Nobody has shown yet" in visit(f"/{ticket_id}").text


def test_whoever_only_reads_is_offered_nothing_to_do() -> None:
    ticket_id = a_ticket()["ticket_id"]

    page = visit(f"/{ticket_id}", who=OLGA)

    assert not page.all("button", name="to") and not page.all("textarea")
    assert send(f"/{ticket_id}/messages", by=OLGA, **said("x")).status == 403
    assert visit("/ticket_00000000000000000000000001").status == 404
    assert send("/ticket_00000000000000000000000001/move", version="1", to="open").status == 404
