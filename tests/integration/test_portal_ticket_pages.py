"""The customers' pages of their own requests: list, asking, the conversation, closing (row V8)."""

import json
from datetime import datetime
from typing import Any, Final

import pytest

from shared.support.tickets.repository import need
from tests import customers
from tests.cloud import SETTINGS, client
from tests.pages import HOSTILE, Page
from tests.portal import ANN, BEN, customer, visit
from tests.support import a_ticket, desk, in_a_case, posted

pytestmark = pytest.mark.usefixtures("tables")

LIST: Final = "/portal/tickets"


def look(path: str, who: Any, **how: Any) -> Page:
    return visit("GET", f"{LIST}{path}", who, function="portal_ticket_pages", **how)


def send(path: str, who: Any, **form: Any) -> Page:
    return visit("POST", f"{LIST}{path}", who, function="portal_ticket_pages", form=form)


def asked(who: Any, **more: Any) -> str:
    """The id of what a customer asked on the page."""
    done = send("/new", who, **{"subject": "Pump", "body": "It drips.", **more})
    assert done.status == 303, done.text
    return done.location.removeprefix(f"{LIST}/")


def test_a_customer_asks_reads_the_answer_replies_and_closes() -> None:
    ann = customer()
    ticket_id = asked(ann, key="k")
    assert asked(ann, key="k") == ticket_id
    desk("POST", f"/{ticket_id}/replies", body={"body": "Which one?", "then": "pending"})
    desk("POST", f"/{ticket_id}/notes", body={"body": "Strange man"})

    (shown,) = look("", ann).one("ul", class_="requests").all("li")
    page = look(f"/{ticket_id}", ann)

    assert "Pump" in shown.text and "Waiting for you" in shown.text
    assert [one.one("b").text for one in page.all("li", class_="turn")] == ["You", "Jaladhara"]
    assert "Strange man" not in page.html
    assert len(page.dynamodb_calls) <= 3
    assert send(f"/{ticket_id}/messages", ann, body="The red one").toast == "Sent"
    assert need(ticket_id).state == "open"
    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "mina"})
    case_id = in_a_case(ticket_id)
    assert send(f"/{ticket_id}/close", ann).toast == "Closed. Thank you"
    again = send(f"/{ticket_id}/messages", ann, body="It drips again")
    new = need(again.location.rpartition("/")[2])
    assert (new.follows, new.case_id) == (ticket_id, case_id)


def test_somebody_else_s_is_404_and_one_that_is_not_proven_is_not_shown() -> None:
    ann, ben = customer(), customer(BEN)
    ticket_id = asked(ann)
    forged = posted(email=ANN).json["ticket_id"]

    for who, one in ((ben, ticket_id), (ann, forged)):
        assert look(f"/{one}", who).status == 404
        assert look(f"/{one}/files/file_x", who).status == 404
        assert send(f"/{one}/messages", who, body="x").status == 404
        assert send(f"/{one}/close", who).status == 404
    assert look("", ben).all("ul", class_="requests") == []
    assert len(look("", ann).one("ul", class_="requests").all("li")) == 1


def test_an_account_s_admin_sees_what_colleagues_asked(now: datetime) -> None:
    account_id = customers.an_account(now).account_id
    ann = customer(accounts=[{"account_id": account_id, "role": "buyer"}])
    ben = customer(BEN, accounts=[{"account_id": account_id, "role": "admin"}])
    ticket_id = asked(ann)

    page = look("", ben, query={"account": account_id})

    assert page.one("a", href=f"{LIST}/{ticket_id}")
    assert len(page.dynamodb_calls) <= 3
    assert look(f"/{ticket_id}", ben).one("li", class_="turn").one("b").text == "Ann Lee"
    assert look("", ann, query={"account": account_id}).status == 404


def test_what_does_not_fit_is_told_and_nothing_typed_is_lost() -> None:
    ann = customer()

    page = send("/new", ann, subject="", body="Long story", attachments="x", file_names="a.png")
    assert page.status == 422
    assert page.one("textarea", name="body").text == "Long story" and page.one(id="e-subject")
    assert page.one("input", name="attachments")["value"] == "x"
    bare = send("/new", ann, subject="Back", body="Too big", type="return")
    assert bare.status == 422 and bare.one(id="e-order_id")
    sent = asked(ann, type="return", order_id="A-1", sku="KETTLE", quantity="2")
    assert [one.quantity for one in need(sent).lines] == [2]
    assert "KETTLE of order A-1" in look(f"/{sent}", ann).text
    assert send(f"/{sent}/messages", ann, body=" ").status == 422


def test_a_picture_goes_along_and_comes_back() -> None:
    ann = customer()
    form = json.loads(send("/uploads", ann, name="cup.png", media_type="image/png").html)
    key, content = form["fields"]["key"], b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=content)

    ticket_id = asked(ann, attachments=form["token"], file_names="cup.png")

    link = look(f"/{ticket_id}", ann).one("ul", class_="files").one("a")
    assert "X-Amz-Signature" in look(link["href"].removeprefix(LIST), ann).location
    assert send("/uploads", ann, name="x.exe", media_type="application/x-exe").status == 422
    origin = "/".join(form["url"].split("/")[:3])
    assert f"connect-src 'self' {origin};" in look("/new", ann).headers["content-security-policy"]
    assert look("/new", ann, htmx=True).headers["hx-redirect"] == f"{LIST}/new"


def test_hostile_text_is_text() -> None:
    ann = customer()
    ticket_id = asked(ann, subject=HOSTILE, body=HOSTILE)

    for path in ("", f"/{ticket_id}"):
        assert "<script>alert" not in look(path, ann).html


def test_what_staff_wrote_down_for_a_customer_is_theirs() -> None:
    ann = customer()
    ticket_id = a_ticket(contact_id=ann.contact_id, email=None)["ticket_id"]

    (first,) = look(f"/{ticket_id}", ann).all("li", class_="turn")

    assert first.one("b").text == "You" and "of-us" in first["class"]
