"""The pages of campaigns (rows M1, M2, X1 and X4)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.exceptions import ReadTimeoutError

from shared.console import names
from shared.kernel.ids import derived_id
from shared.marketing.campaigns.repository import need
from shared.marketing.sending import preflight
from shared.marketing.sending.rules import SendingRules
from shared.marketing.sending.stored_rules import NAME, stored_rules
from shared.marketing.templates.model import Template
from tests import dealings
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.marketing import a_segment
from tests.pages import ASHA, HOSTILE, NABIN, Page, Who, browse
from tests.pump import Pump
from tests.sending import (
    MAIL,
    a_campaign,
    a_list,
    a_template,
    minute,
    move,
    people,
    rules,
    sums,
)

HOME, NEW, RULES = "/console/campaigns", "/console/campaigns/new", "/console/campaigns/rules"


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_campaigns", "POST", path, who=who, form=form, **how)


def typed(page: Page) -> dict[str, str]:
    """The main form's fields as a browser would post them."""
    form = page.one("form", class_="form-page")
    fields = {
        one["name"]: one.get("value") or ""
        for one in form.all("input")
        if one.get("type") != "checkbox" or "checked" in one.attributes
    }
    fields |= {one["name"]: "".join(map(str, one.children)) for one in form.all("textarea")}
    for one in form.all("select"):
        options = one.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        fields[one["name"]] = chosen[0].get("value") or ""
    return {name: text for name, text in fields.items() if name != "csrf"}


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


def test_a_campaign_is_planned_once_and_changed(clock: FakeClock) -> None:
    audience = a_list(people(1))
    template = a_template()
    form = typed(visit(NEW, query={"list_id": audience, "template_id": template}))
    assert (form["audience"], form["way.0.template"]) == (f"list:{audience}", template)
    form |= {"name": "Spring", "budget": "1,500.5", "currency": "EUR"}
    form |= {"start_at": "2025-07-01T09:30", "objective": "Sell"}

    done = send(NEW, form)

    assert done.status == 303, done.text
    assert send(NEW, form).location == done.location
    one = need(done.location.removeprefix(f"{HOME}/"))
    assert (one.budget, one.channel, one.audience.list_id) == (150050, "email", audience)
    assert one.start_at == "2025-07-01T03:45:00.000Z"  # nine thirty in Kathmandu
    again = typed(visit(f"{done.location}/edit"))
    assert (again["budget"], again["start_at"]) == ("1500.50", "2025-07-01T09:30")
    changed = {**again, "name": "Summer", "start_at": ""}
    assert send(f"{done.location}/edit", changed).location == done.location
    stale = send(f"{done.location}/edit", {**changed, "name": "Autumn"})
    assert stale.status == 412 and "Summer" in stale.text
    assert typed(stale)["name"] == "Autumn" and typed(stale)["version"] == "2"
    assert need(one.campaign_id).start_at is None
    own = {**typed(stale), "start_at": "2025-07-01T09:30", "own_clock": "on"}
    assert send(f"{done.location}/edit", own).location == done.location
    assert (need(one.campaign_id).start_at, need(one.campaign_id).local_at) == (
        None,
        "2025-07-01T09:30",
    )
    again = typed(visit(f"{done.location}/edit"))
    assert (again["start_at"], again["own_clock"]) == ("2025-07-01T09:30", "yes")


def test_further_ways_follow_their_templates_kinds(clock: FakeClock) -> None:
    from shared.marketing.templates.repository import stored_templates

    audience, mail = a_list(people(1)), a_template()
    text = mail[:-1] + ("0" if mail[-1] != "0" else "1")
    sms = Template(name="Text", kind="sms", text="Hi {{ first_name }}")
    stored_templates.save(text, sms, by="nabin", at=clock(), after=0, activate=True)
    form = {"name": "Both", "audience": f"list:{audience}", "way.0.template": mail}
    form |= {"purpose": "marketing", "currency": "EUR", "preferred_first": "yes"}

    calls = {**form, "way.2.template": text, "way.3.template": "phone"}
    assert send(NEW, calls).one(id="e-code_prefix")
    done = send(NEW, {**calls, "code_prefix": "SPRING"})
    one = need(done.location.removeprefix(f"{HOME}/"))
    ways = [("email", mail), ("sms", text), ("phone", None)]
    assert [(way.channel, way.template_id) for way in one.ways] == ways
    assert "by text message" in visit(done.location).text
    again = typed(visit(f"{done.location}/edit"))
    assert (again["way.1.template"], again["way.2.template"]) == (text, "phone")
    twice = send(NEW, {**form, "way.1.template": mail})
    assert twice.status == 422 and twice.one(id="e-way.1.template").text == "Each channel once"


def test_a_goal_a_test_of_mails_and_what_goes_first_are_said_in_the_form() -> None:
    audience, mail = a_list(people(1)), a_template()
    other = a_template(MAIL, derived_id("template", b"other".rjust(16, b"\0")))
    form = typed(visit(NEW, query={"list_id": audience, "template_id": mail}))
    form |= {"name": "Best", "tracking": "yes", "priority": "8", "one_per": "account"}
    form |= {"goal.event": "interaction", "goal.what": "call", "goal.within_days": "7"}
    form |= {"ab_test.templates.1": other, "ab_test.sample_percent": "40"}

    wrong = send(NEW, {**form, "goal.within_days": "soon", "ab_test.wait_hours": "0"})
    untracked = send(NEW, {name: text for name, text in form.items() if name != "tracking"})
    done = send(NEW, form)

    assert wrong.one(id="e-goal.within_days") and wrong.one(id="e-ab_test.wait_hours")
    assert typed(wrong)["ab_test.templates.0"] == other
    assert typed(wrong)["goal.within_days"] == "soon"
    assert untracked.status == 422 and "Without tracking nobody knows" in untracked.text
    one = need(done.location.removeprefix(f"{HOME}/"))
    assert (one.priority, one.one_per, one.goal.what) == (8, "account", "call")
    assert one.ab_test and one.ab_test.templates == (other,)
    assert (one.ab_test.sample_percent, one.ab_test.wait_hours) == (40, 24)
    shown = visit(done.location).text
    assert "2 mails on 40 % first" in shown and "Turns to us: call" in shown
    again = typed(visit(f"{done.location}/edit"))
    assert {name: again[name] for name in form if name.startswith("goal")} == {
        name: form[name] for name in form if name.startswith("goal")
    }
    without = {**again, "tracking": "yes", "ab_test.templates.0": ""}
    assert send(f"{done.location}/edit", without).status == 303
    assert need(one.campaign_id).ab_test is None


def test_what_does_not_fit_is_said_at_its_field() -> None:
    form = {"name": HOSTILE[:90], "budget": "much", "start_at": "soon", "currency": "EUR"}

    page = send(NEW, form)

    assert page.status == 422 and "<script>alert" not in page.html
    for name in ("audience", "way.0.template", "budget", "start_at"):
        assert page.one(id=f"f-{name}")["aria-invalid"] == "true", name
    gone = {"name": "x", "audience": "list:list_01JWQ6Y3M8Z4T0V5B7C9D1E2F3", "purpose": "marketing"}
    page = send(NEW, {**gone, "currency": "EUR", "way.0.template": a_template()})
    assert page.one(id="e-audience")


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


def test_rules_of_sending_are_changed_as_a_whole(clock: FakeClock) -> None:
    form = typed(visit(RULES))
    assert form["caps.0.times"] == "4" and form["version"] == "0"

    done = send(RULES, {**form, "caps.0.times": "2", "caps.1.times": "1", "caps.1.days": "1"})
    assert done.status == 303, done.text
    found = stored_rules.in_force(NAME)
    assert found and [(one.times, one.days) for one in found.value.caps] == [(2, 7), (1, 1)]
    expected = SendingRules().model_dump() | {"caps": found.value.model_dump()["caps"]}
    assert found.value.model_dump() == expected
    stale = send(RULES, form)
    assert stale.status == 412 and typed(stale)["version"] == "1"
    wrong = send(RULES, {**typed(visit(RULES)), "quiet_from": "late", "caps.0.days": "99"})
    assert wrong.status == 422
    assert wrong.one(id="e-quiet_from") and wrong.one(id="e-caps.0.days")
    assert visit(RULES, who=ASHA).one("fieldset", class_="bare").attributes.keys() >= {"disabled"}
    assert send(RULES, form, who=ASHA).status == 403


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
