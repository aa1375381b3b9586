"""The page of who calls (row V12)."""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.console import names
from tests import dealings
from tests.calls import http
from tests.conftest import FakeClock
from tests.customers import custom_fields
from tests.pages import HOSTILE, OLGA, Page, Who, browse
from tests.support import MINA, OMAR, a_ticket, desk, policies_in_force, queues_in_force

AT: Final = "/console/tickets/call"
UNKNOWN: Final = "+9779841234577"
RUTH: Final = ("ruth", ["rep"])


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    names.forget()
    clock.at(datetime(2025, 8, 8, 8, 8, tzinfo=UTC))
    queues_in_force()
    policies_in_force(first_response=60)


def rings(path: str = "", who: Who = MINA, **query: str) -> Page:
    return browse("console_tickets", "GET", f"{AT}{path}", who=who, query=query)


def test_a_link_of_the_telephone_leads_to_the_caller_whatever_it_looks_like() -> None:
    assert rings(phone=UNKNOWN).location == f"{AT}/9779841234577"
    assert rings(phone=" 9779841234577").location == f"{AT}/9779841234577"
    assert rings(phone="9841234577", region="NP").location == f"{AT}/9779841234577"
    assert rings("/9779841234577x").status == 303

    wrong = rings(phone="hello")

    assert wrong.status == 422 and wrong.one("input", name="phone")["value"] == "hello"
    assert rings().one("input", name="phone")["value"] == ""
    assert rings("/9779841234577", who=OLGA).status == 403


def test_an_unknown_number_is_a_card_that_begins_a_contact() -> None:
    page = rings("/9779841234577")

    assert "Nobody we know" in page.text and "Nepal" in page.text
    begin = page.one("section", id="create").one("a")["href"]
    to = urlsplit(begin)
    form = browse("console_contacts", "GET", to.path, who=MINA, query=dict(parse_qsl(to.query)))
    assert form.one("textarea", name="phones").text == UNKNOWN
    assert form.one("input", name="country")["value"] == "NP"
    typed = {"first_name": "Ann", "phones": UNKNOWN, "country": "NP", "key": "k"}
    typed["next"] = form.one("input", name="next")["value"]
    saved = browse("console_contacts", "POST", "/console/contacts/new", who=MINA, form=typed)
    assert saved.location == f"{AT}/9779841234577"
    assert rings("/9779841234577").one("h1").text == "Ann"


def test_a_known_caller_is_shown_whole_in_three_reads(clock: FakeClock) -> None:
    custom_fields(clock(), {"name": "card", "label": "Card", "type": "text", "sensitive": True})
    number = [{"number": UNKNOWN}]
    ann = dealings.a_contact(phones=number, tags=["vip"], custom={"card": "4929123412341234"})
    a_ticket(email=None, contact_id=ann.contact_id, subject="Pump leaks")
    settled = a_ticket(email=None, contact_id=ann.contact_id, subject="Old")["ticket_id"]
    desk("POST", f"/{settled}/moves", body={"to": "resolved"})
    told = dealings.a_call(text="The seal is worn", contact_id=ann.contact_id)
    del told["email"]
    dealings.tell(told)
    offer = {"field": "tag", "value": "vip", "text": "Free filters"}
    about: dict[str, Any] = {"name": "Spring", "kind": "text", "text": "{{ offer }}"}
    about |= {"offers": [offer], "defaults": {"offer": "News"}}
    made = http(
        "template_admin", "POST", "/v1/templates", staff=("nabin", ["marketer"]), body=about
    )
    assert made.status == 201, made.text
    rings("/9779841234577")

    page = rings("/9779841234577")

    opened = page.one("section", id="open")
    assert "Pump leaks" in opened.text and "Due" in opened.text and "Old" not in opened.text
    assert "The seal is worn" in page.one("section", id="last").text
    assert "Free filters" in page.one("section", id="offers").text
    new = page.one("div", class_="page-actions").one("a")["href"]
    assert new == f"/console/tickets/new?who={ann.contact_id}"
    # That sensitive fields were looked at is kept, which is no read.
    assert page.dynamodb_calls == [
        "dynamodb.BatchGetItem", "dynamodb.Query", "dynamodb.Query", "dynamodb.PutItem",
    ]  # fmt: skip


def test_a_call_is_written_down_where_it_rang() -> None:
    ann = dealings.a_contact(phones=[{"number": UNKNOWN}])
    log = rings("/9779841234577").one("section", id="log")
    form = {one["name"]: one["value"] for one in log.all("input") if one.get("value")}

    said = {**form, "direction": "inbound", "text": "Wants a visit"}
    done = browse("console_contacts", "POST", log.one("form")["action"], who=MINA, form=said)

    assert done.location == f"{AT}/9779841234577"
    assert "Wants a visit" in rings("/9779841234577").one("section", id="last").text
    away = {**said, "next": "https://evil.example/console"}
    path = f"/console/contacts/{ann.contact_id}/interactions"
    assert browse("console_contacts", "POST", path, who=MINA, form=away).location == "/console"


def test_hostile_names_are_text_and_reps_open_no_tickets() -> None:
    dealings.a_contact(first_name=HOSTILE, phones=[{"number": UNKNOWN}])

    page = rings("/9779841234577", who=RUTH)

    assert "<script>alert" not in page.html
    assert not page.one("div", class_="page-actions").all("a")
    assert rings("/9779841234577", who=OMAR).one("div", class_="page-actions").all("a")
