"""The pages of campaigns: looked ahead at, started, followed (rows M1, M2 and X4)."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.console import names
from shared.marketing.campaigns.repository import need
from shared.marketing.sending import preflight
from tests import dealings
from tests.conftest import FakeClock
from tests.marketing import a_segment
from tests.pages import ASHA, HOSTILE, NABIN, Page, Who, browse
from tests.pump import Pump
from tests.sending import (
    MAIL,
    a_campaign,
    minute,
    people,
    rules,
)

HOME, NEW, RULES = "/console/campaigns", "/console/campaigns/new", "/console/campaigns/rules"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "POST", path, who=who, form=form, **how)


def at(one: Any) -> str:
    return f"{HOME}/{one.campaign_id}"


def test_nothing_starts_before_it_is_seen_what_would_happen(clock: FakeClock) -> None:
    rules()
    agreed = people(3)
    silent = dealings.a_contact(emails=[{"address": "s@example.com"}]).contact_id
    nowhere = dealings.a_contact(emails=[], first_name="No").contact_id
    one = a_campaign([*agreed, silent, nowhere], budget=0)

    page = visit(at(one))
    assert page.one(id="preflight")["hx-post"] == f"{at(one)}/preflight"
    assert not page.all("button", name="move", value="start")
    ahead = send(f"{at(one)}/preflight", {}, htmx=True)
    assert "3 get it at once" in ahead.text and "2 do not get it" in ahead.text
    assert "They did not agree to it" in ahead.text and "No address" in ahead.text
    assert "This costs more than the budget" in ahead.text
    assert ahead.one("dialog", id="start")
    rule = {"type": "tag", "tag": "Nobody's"}
    empty = a_campaign(agreed, audience={"segment_id": a_segment(rule, clock())})
    assert "its audience is empty" in send(f"{at(empty)}/preflight", {}, htmx=True).text
    whole = send(f"{at(one)}/preflight", {})
    assert "3 get it at once" in whole.text and whole.one("h1")
    assert send(f"{at(one)}/preflight", {}, who=ASHA).status == 403
    assert not visit(at(one), who=ASHA).all(id="preflight")


def test_a_large_audience_is_looked_at_piece_by_piece(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules()
    monkeypatch.setattr(preflight, "EXACT", 2)
    monkeypatch.setattr(preflight, "PART_SIZE", 2)
    one = a_campaign(people(5))

    page = send(f"{at(one)}/preflight", {}, htmx=True)
    assert "about 5 get it at once" in page.text and "2 were looked at" in page.text
    cursor = page.one("button", name="cursor")["value"]
    page = send(f"{at(one)}/preflight", {"cursor": cursor}, htmx=True)
    assert "4 were looked at" in page.text
    cursor = page.one("button", name="cursor")["value"]
    page = send(f"{at(one)}/preflight", {"cursor": cursor}, htmx=True)
    assert "5 get it at once" in page.text and "were looked at" not in page.text


def test_a_campaign_is_started_and_followed_until_it_is_done(clock: FakeClock) -> None:
    rules()
    one = a_campaign(people(3))

    done = send(f"{at(one)}/moves", {"move": "start", "version": "1"})
    assert done.location == at(one)
    assert send(f"{at(one)}/moves", {"move": "start", "version": "1"}).status == 412
    running = visit(at(one)).one(id="progress")
    assert running["hx-get"] == f"{at(one)}/progress?was=active"
    assert "Being sent" in visit(HOME).text
    listed = visit(f"{at(one)}/progress", query={"short": "yes"})
    assert listed.one("span", class_="short-progress").get("hx-get")
    Pump().run()
    minute(2)

    part = visit(f"{at(one)}/progress", query={"was": "active"}, htmx=True)
    assert part.headers["hx-refresh"] == "true"
    assert part.one(id="progress").get("hx-get") is None
    assert "3 Sent" in part.text and "0 Still to come" in part.text
    again = visit(f"{at(one)}/progress", htmx=True)
    assert "hx-refresh" not in again.headers
    assert "3 people" in visit(HOME).text
    assert not visit(at(one)).all("button", name="move")


def test_a_campaign_pauses_goes_on_and_is_cancelled(clock: FakeClock) -> None:
    rules()
    one = a_campaign(people(1))

    for what, version, said in (
        ("start", 1, "Pause"),
        ("pause", 2, "Go on"),
        ("resume", 3, "Pause"),
    ):
        assert send(f"{at(one)}/moves", {"move": what, "version": str(version)}).status == 303
        assert said in visit(at(one)).text
    version = str(need(one.campaign_id).version)
    assert send(f"{at(one)}/moves", {"move": "cancel", "version": version}).status == 303
    assert "Cancelled" in visit(at(one)).text
    assert visit(f"{at(one)}/edit").status == 409
    assert send(f"{at(one)}/moves", {"move": "explode", "version": "1"}).status == 422
    assert send(f"{at(one)}/moves", {"move": "pause", "version": "1"}, who=ASHA).status == 403


def test_hostile_words_are_text_and_pages_ask_little(clock: FakeClock) -> None:
    rules()
    one = a_campaign(people(1), MAIL.model_copy(update={"name": HOSTILE[:90]}), name=HOSTILE[:90])
    visit(HOME)
    visit(NEW)
    paths = (HOME, NEW, at(one), f"{at(one)}/edit", f"{at(one)}/progress", RULES)
    for path in (*paths, f"{at(one)}/recipients"):
        page = visit(path)
        assert len(page.dynamodb_calls) <= 3, (path, page.dynamodb_calls)
        assert "<script>alert" not in page.html
    ahead = send(f"{at(one)}/preflight", {}, htmx=True)
    assert "<script>alert" not in ahead.html
