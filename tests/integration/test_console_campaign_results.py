"""The pages of who got a campaign and why, and of what came of it (rows X1 and M18)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.exceptions import ReadTimeoutError

from shared.console import names
from shared.kernel.ids import derived_id
from shared.marketing.campaigns.repository import need
from tests import dealings
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.pages import ASHA, NABIN, Page, Who, browse
from tests.pump import Pump
from tests.sending import (
    MAIL,
    a_campaign,
    a_template,
    minute,
    move,
    people,
    rules,
    sums,
)

HOME = "/console/campaigns"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "POST", path, who=who, form=form, **how)


def at(one: Any) -> str:
    return f"{HOME}/{one.campaign_id}"


def brought_along(path: str, state: str) -> str:
    """All rows of recipients in a state, as they come into sight."""
    page = visit(path, query={"state": state})
    said = page.one("tbody").text
    while more := [row for row in page.all("tr") if row.get("hx-get")]:
        at, _, query = str(more[0]["hx-get"]).partition("?")
        page = visit(at, query=dict(parse_qsl(query)), htmx=True)
        assert len(page.dynamodb_calls) <= 3
        said += page.text
    return said


def test_anybody_is_told_why_somebody_got_it_or_not(clock: FakeClock) -> None:
    rules()
    (ann,) = people(1)
    silent = dealings.a_contact(emails=[{"address": "s@example.com"}]).contact_id
    dealings.a_contact(emails=[{"address": "out@example.com"}])
    one = a_campaign([ann, silent])
    move(one.campaign_id, "start")
    Pump().run()
    path = f"{at(one)}/recipients"

    got = visit(path, who=ASHA, query={"who": "p0@example.com"})
    assert "Sent" in got.one(id="proof").text and "Their consent to marketing" in got.text
    for who in ({"who": "p0@example.com"}, {"contact": silent}):
        assert len(visit(path, query=who).dynamodb_calls) <= 3
    assert "did not agree" in visit(path, query={"contact": silent}).one(id="proof").text
    assert "They did not agree to it" in brought_along(path, "skipped")
    assert "P0" in brought_along(path, "sent")
    assert "P0" not in brought_along(path, "failed")
    absent = visit(path, query={"who": "out@example.com"})
    assert "Not in its audience" in absent.one(id="proof").text
    assert visit(path, query={"who": "eve@example.com"}).status == 404
    assert visit(path, query={"who": "what"}).one(id="e-who")


@pytest.mark.parametrize(("outcome", "other"), [("sent", "failed"), ("failed", "sent")])
def test_a_person_decides_what_nobody_could_know(
    clock: FakeClock, outcome: str, other: str
) -> None:
    rules()
    (contact,) = people(1)
    one = a_campaign([contact])
    provider = Provider()
    provider.after = ReadTimeoutError(endpoint_url="https://email.example")
    move(one.campaign_id, "start")
    Pump().run()
    minute(15)
    assert sums(one.campaign_id) == {"unknown": 1}
    path = f"{at(one)}/recipients"
    assert "nobody knows whether" in visit(at(one)).text

    listed = visit(path, query={"state": "unknown"})
    assert len(visit(path, query={"state": "unknown"}).dynamodb_calls) <= 3
    assert listed.one("tbody").all("button", name="outcome", value="failed")
    assert "P0" in listed.one("tbody").text
    back = {"contact": contact, "outcome": "maybe", "back": "list"}
    assert send(path, back).status == 422
    page = visit(path, query={"contact": contact})
    assert page.all("button", name="outcome", value="sent")
    assert not visit(path, who=ASHA, query={"contact": contact}).all("button", name="outcome")
    done = send(path, {"contact": contact, "outcome": outcome})
    assert done.location == f"{path}?contact={contact}"
    assert sums(one.campaign_id) == {outcome: 1}
    assert send(path, {"contact": contact, "outcome": other}).status == 409
    assert send(path, {"contact": contact, "outcome": "maybe"}).status == 422


def test_a_report_says_how_a_test_stands_and_lets_a_person_choose_once(clock: FakeClock) -> None:
    everybody = people(8)
    rules()
    other = a_template(MAIL, derived_id("template", b"other".rjust(16, b"\0")))
    test = {"templates": [other], "sample_percent": 50, "without_winner": "person"}
    given = {"tracking": True, "ab_test": test}
    one = a_campaign(everybody, key="test", **given)
    move(one.campaign_id, "start")
    Pump().run()
    report, winner = f"{at(one)}/report", f"{at(one)}/winner"

    page = visit(report)

    assert "The wait begins when the sample has its mails" in page.text
    assert [button.get("value") for button in page.all("button", name="variant")] == ["a", "b"]
    assert not visit(report, who=ASHA).all("button", name="variant")
    assert len(visit(report).dynamodb_calls) <= 3
    choice = {"variant": "b", "version": str(need(one.campaign_id).version)}
    assert send(winner, choice, who=ASHA).status == 403
    stale = send(winner, {**choice, "version": "77"})
    assert stale.status == 412 and stale.one("div", role="alert")
    assert send(winner, {**choice, "variant": "q"}).status == 409
    assert send(winner, choice).location == report
    shown = visit(report)
    assert "The rest gets variant b" in shown.text and "chose it" in shown.text
    assert not shown.all("button", name="variant")
    again = send(winner, {**choice, "variant": "a", "version": str(need(one.campaign_id).version)})
    assert again.status == 409
    Pump().run()
    minute()
    assert sums(one.campaign_id) == {"sent": 8}


def test_a_report_tells_people_from_robots_and_comes_as_a_file(clock: FakeClock) -> None:
    rules()
    one = a_campaign(people(2), tracking=True, cost=1000, objective="Sell")
    assert "Nothing was sent yet" in visit(f"{at(one)}/report").text
    move(one.campaign_id, "start")
    Pump().run()

    page = visit(f"{at(one)}/report", who=ASHA)

    assert "2 sent" in page.text and "Sell" in page.text
    assert "0 opened it" in page.text and "0 opens by 0 in all" in page.text
    assert "10.00 EUR" in page.text and page.one("figure", class_="chart")
    assert len(visit(f"{at(one)}/report").dynamodb_calls) <= 3
    file = visit(f"{at(one)}/report/file", query={"model": "linear"})
    assert file.headers["content-type"].startswith("text/csv")
    assert "total,total,2" in file.html
    other = visit(f"{at(one)}/report", query={"model": "linear"})
    assert "selected" in other.one("option", value="linear").attributes
    assert visit(f"{at(one)}/report", query={"model": "nonsense"}).status == 200
