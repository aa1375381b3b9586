"""The pages of segments (row M14)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from shared.console import names
from shared.marketing.segments import counting
from shared.marketing.segments.repository import need_segment
from tests import dealings
from tests.conftest import FakeClock
from tests.customers import custom_fields
from tests.marketing import a_segment, fill, segments
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse

HOME, NEW = "/console/segments", "/console/segments/new"
NEPAL = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_segments", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_segments", "POST", path, who=who, form=form, **how)


def typed(page: Page) -> dict[str, str]:
    """The builder's fields as a browser would post them."""
    form = page.root
    fields = {
        one["name"]: one.get("value") or ""
        for one in form.all("input")
        if one.get("name") and (one.get("type") != "checkbox" or "checked" in one.attributes)
    }
    fields |= {one["name"]: "".join(map(str, one.children)) for one in form.all("textarea")}
    for one in form.all("select"):
        options = one.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        fields[one["name"]] = chosen[0].get("value") or "" if chosen else ""
    return {name: text for name, text in fields.items() if name not in ("csrf", "q")}


def rule_of(page: Page) -> Any:
    """The rule that stands beside the builder as JSON."""
    return json.loads(page.one("pre", class_="code").text)


def made(clock: FakeClock, name: str = "Nepal") -> str:
    """A segment that is filled."""
    one: str = segments("POST", body={"name": name, "rule": NEPAL}).json["segment_id"]
    assert "Filling, 0 %" in visit(f"{HOME}/{one}/filling", query={"short": "yes"}).text
    assert visit(f"{HOME}/{one}/filling").one(id="filling").get("hx-get")
    clock.tick(minutes=2)
    fill(one, clock())
    assert visit(f"{HOME}/{one}/filling").one(id="filling").get("hx-get") is None
    return one


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(address.partition("?")[2]))


def test_a_rule_is_built_of_groups_and_conditions_without_a_script(clock: FakeClock) -> None:
    form = typed(visit(NEW)) | {"name": "Nepal's readers", "r.0:value": "NP"}
    form = typed(send(NEW, {**form, "do": "add:r"})) | {"r.1:what": "tag"}
    form = typed(send(NEW, {**form, "do": "redraw"})) | {"r.1:tag": "VIP", "r.1:negated": "yes"}
    form = typed(send(NEW, {**form, "do": "group:r"})) | {"r.2:match": "none"}
    form |= {"r.2.0:what": "event"}
    form = typed(send(NEW, {**form, "do": "redraw"})) | {
        "r.2.0:event": "page_viewed",
        "r.2.0:times": "3",
        "r.2.0:where": "path=/pricing*",
    }
    drawn = send(NEW, {**form, "do": "redraw"})

    saved = send(NEW, {**typed(drawn), "do": "save"})

    assert saved.status == 303, saved.text
    event = {"type": "event", "event": "page_viewed", "where": {"path": "/pricing*"}}
    event |= {"compare": "at_least", "times": 3, "within_days": 30, "robots": False}
    stored = need_segment(saved.location.removeprefix(f"{HOME}/")).value
    rule = {
        "type": "all",
        "of": [
            NEPAL,
            {"type": "not", "of": {"type": "tag", "tag": "VIP"}},
            {"type": "not", "of": {"type": "any", "of": [event]}},
        ],
    }
    assert stored.model_dump(mode="json")["rule"] == rule == rule_of(drawn)
    again = visit(f"{saved.location}/edit")
    assert rule_of(again) == rule
    assert send(f"{saved.location}/edit", {**typed(again), "do": "save"}).status == 303
    assert need_segment(saved.location.removeprefix(f"{HOME}/")).number == 1
    page = visit(saved.location)
    assert "Country is NP" in page.text and "Not: Has the tag VIP" in page.text
    assert "None of these holds" in page.text


def test_a_form_sent_twice_makes_one_segment() -> None:
    form = {**typed(visit(NEW)), "name": "Nepal", "r.0:value": "NP", "do": "save"}

    assert send(NEW, form).location == send(NEW, form).location


def test_a_condition_is_taken_out_and_the_part_alone_is_drawn_for_a_script() -> None:
    form = typed(visit(NEW)) | {"r.0:value": "NP"}
    form = typed(send(NEW, {**form, "do": "add:r"})) | {"r.1:value": "IN"}

    page = send(NEW, {**form, "do": "remove:r.0"}, htmx=True)

    assert page.one(id="builder") and not page.all("nav")
    assert page.one(id="f-r.0:value")["value"] == "IN"
    assert not page.all(id="f-r.1:value")
    assert page.headers["hx-trigger-after-settle"] == "rule-changed"


def test_what_is_wrong_is_said_at_its_field_and_stays_typed() -> None:
    form = typed(visit(NEW)) | {"name": HOSTILE[:90], "r.0:what": "event"}
    form = typed(send(NEW, {**form, "do": "redraw"})) | {"r.0:times": "many", "r.0:negated": "yes"}
    form = typed(send(NEW, {**form, "do": "group:r"})) | {"r.1.0:value": ""}

    page = send(NEW, {**form, "do": "save"})

    assert page.status == 422
    assert "<script>alert" not in page.html
    for at in ("r.0:event", "r.0:times", "r.1.0:value"):
        if at == "r.1.0:value":
            continue  # said once all of it can be read
        assert page.one(id=f"f-{at}")["aria-invalid"] == "true", at
    assert typed(page)["r.0:times"] == "many"
    form |= {"r.0:times": "2", "r.0:event": "call"}
    page = send(NEW, {**form, "do": "save"})
    assert page.one(id="e-r.1.0:value").text == "This takes a text"
    empty = {**typed(page), "do": "remove:r.1.0"}
    page = send(NEW, {**typed(send(NEW, empty)), "do": "save"})
    assert page.one(id="e-r.1:match").text == "Add a condition, or take the group out"


def test_form_and_json_are_two_views_of_one_rule() -> None:
    form = typed(visit(NEW)) | {"name": "Nepal", "r.0:value": "NP"}

    as_json = typed(send(NEW, {**form, "do": "json"}))
    assert json.loads(as_json["json"]) == NEPAL
    rule = {"type": "any", "of": [NEPAL, {"type": "score", "compare": "at_least", "value": 50}]}
    back = send(NEW, {**as_json, "json": json.dumps(rule), "do": "form"})
    assert rule_of(back) == rule

    wrong = send(NEW, {**as_json, "json": '{\n"type": "all",\n"of": [{"type": "tag"}]}'})
    assert wrong.status == 422 and "Line 3" in wrong.text
    for text in ("{", "[" * 15_000):
        broken = send(NEW, {**as_json, "json": text})
        assert broken.status == 400 and "This is not JSON" in broken.text


def test_the_count_is_exact_where_everybody_is_looked_at(clock: FakeClock) -> None:
    for number in range(3):
        dealings.a_contact(emails=[], first_name=f"P{number}", country="NP")
    dealings.a_contact(emails=[], first_name="Q", country="IN")
    form = typed(visit(NEW)) | {"r.0:value": "NP"}

    page = send(f"{HOME}/count", form, htmx=True)

    assert "3 people of 4" in page.text
    assert "Country is NP" in page.one("ul", class_="sample").text
    called = {"r.0:what": "event", "r.0:event": "call", "r.0:times": "1", "r.0:within_days": "7"}
    assert "0 people of 4" in send(f"{HOME}/count", form | called, htmx=True).text
    unfinished = send(f"{HOME}/count", form | {"r.0:value": ""}, htmx=True)
    assert unfinished.status == 200 and "Fill the rule in" in unfinished.text
    assert "3 people of 4" in send(NEW, {**form, "do": "count"}).text
    asked = segments("POST", "/count", body={"rule": NEPAL})
    assert asked.status == 200, asked.text
    known = {"members": 3, "at_least": 3, "at_most": 3, "exact": True, "looked_at": 4, "people": 4}
    assert asked.json.items() >= known.items()
    refused = segments("POST", "/count", body={"rule": {**NEPAL, "field": "shoe"}})
    assert refused.status == 422 and refused.json["fields"][0]["field"] == "/rule/field"
    assert segments("POST", "/count", body={"rule": NEPAL}, by=("olga", ["analyst"])).status == 403


def test_of_more_people_a_sample_is_looked_at_and_the_answer_says_about(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(24):
        country = "NP" if number % 2 else "IN"
        dealings.a_contact(emails=[], first_name=f"P{number:02}", last_name="Lee", country=country)
    monkeypatch.setattr(counting, "MOST", 10)

    known = segments("POST", "/count", body={"rule": NEPAL}).json

    assert (known["exact"], known["looked_at"], known["people"]) == (False, 10, 24)
    assert known["members"] == round(known["found"] * 2.4)
    assert known["at_least"] <= 12 <= known["at_most"]
    assert known["found"] <= known["at_least"] < known["members"] < known["at_most"]
    assert segments("POST", "/count", body={"rule": NEPAL}).json == known

    monkeypatch.setattr(counting, "PAGE", 4)
    monkeypatch.setattr(counting, "PAGES", 2)
    unknown = segments("POST", "/count", body={"rule": NEPAL}).json
    assert (unknown["members"], unknown["people"], unknown["exact"]) == (None, None, False)
    made(clock)
    filled = segments("POST", "/count", body={"rule": NEPAL}).json
    assert filled["people"] == 24 and filled["members"] is not None


def test_members_are_shown_with_why_they_are_in_it(clock: FakeClock) -> None:
    ann = dealings.a_contact(
        emails=[{"address": "ann@example.com"}], first_name="Ann", country="NP"
    )
    dealings.a_contact(emails=[{"address": "bob@example.com"}], first_name="Bob", country="IN")
    one = made(clock)
    at = f"{HOME}/{one}"

    rows, path = "", f"{at}/members"
    while path:
        page = visit(path.partition("?")[0], who=ASHA, htmx=True, query=query_of(path))
        more = [one["hx-get"] for one in page.all("tr") if one.get("hx-get")]
        rows, path = f"{rows} {page.text}", more[0] if more else ""
    assert "Ann" in rows and "Country is NP" in rows and "Bob" not in rows
    assert "1 person" in visit(at).text

    there = visit(f"{at}/why", query={"contact": ann.contact_id})
    assert "Belongs in it" in there.text
    absent = visit(f"{at}/why", query={"who": "bob@example.com"})
    assert "Does not belong in it" in absent.text and "Country is NP" in absent.text
    assert visit(f"{at}/why", query={"who": "eve@example.com"}).status == 404
    assert visit(f"{at}/why", query={"who": "what"}).one(id="e-who")


def test_segments_are_listed_found_put_away_and_brought_back(clock: FakeClock) -> None:
    one = a_segment(NEPAL, clock(), 1, "Nepal")
    a_segment({"type": "segment", "segment_id": one}, clock(), 2, "Of Nepal")
    for number in range(3, 15):
        a_segment(NEPAL, clock(), number, f"Some {number:02}")

    page = visit(HOME)
    assert "Nepal" in page.text and page.one("a", rel="next")
    assert "Some 14" in visit(HOME, query=query_of(page.one("a", rel="next")["href"])).text
    assert len(visit(HOME, query={"q": "nepal"}).all("tbody")[0].all("tr")) == 2

    at = f"{HOME}/{one}"
    held = send(f"{at}/archive", {"archived": "yes", "version": "1"})
    assert held.status == 409 and "“Of Nepal”" in held.text
    second = f"{HOME}/segment_{2:0>26}"
    assert send(f"{second}/archive", {"archived": "yes", "version": "1"}).status == 303
    assert "Of Nepal" not in visit(HOME).text
    assert "Of Nepal" in visit(HOME, query={"archived": "true"}).text
    assert send(f"{second}/archive", {"version": "1"}).status == 412
    assert send(f"{second}/archive", {"version": "2"}).location == second


def test_segments_that_would_name_each_other_are_refused_by_name(clock: FakeClock) -> None:
    one = a_segment(NEPAL, clock(), 1, "Nepal")
    two = a_segment({"type": "segment", "segment_id": one}, clock(), 2, "Of Nepal")
    form = typed(visit(f"{HOME}/{one}/edit")) | {"r.0:what": "segment"}
    form = typed(send(f"{HOME}/{one}/edit", {**form, "do": "redraw"})) | {"r.0:segment_id": two}

    page = send(f"{HOME}/{one}/edit", {**form, "do": "save"})

    assert page.status == 422
    assert "“Nepal”" in page.text and "“Of Nepal”" in page.text


def test_who_saves_second_sees_both_versions_and_an_older_one_comes_back(clock: FakeClock) -> None:
    one = a_segment(NEPAL, clock(), 1, "Nepal")
    at = f"{HOME}/{one}"
    mine = typed(visit(f"{at}/edit")) | {"name": "Mine", "do": "save"}
    send(f"{at}/edit", {**mine, "name": "Theirs"})

    page = send(f"{at}/edit", mine)

    assert page.status == 412
    assert "Theirs" in page.text and typed(page)["name"] == "Mine"
    assert send(f"{at}/edit", {**typed(page), "do": "save"}).location == at
    history = visit(f"{at}/versions")
    assert "Version 3" in history.text and "In force" in history.text
    back = send(f"{at}/rollback", {"to": "1", "version": "3"})
    assert back.status == 303 and need_segment(one).value.name == "Nepal"
    assert send(f"{at}/rollback", {"to": "1", "version": "3"}).status == 412
    assert send(f"{at}/rollback", {"to": "1", "version": "3"}, who=MAYA).status == 403


def test_fields_somebody_may_not_see_are_neither_offered_nor_counted(clock: FakeClock) -> None:
    hidden = {"name": "income", "label": "Income", "type": "number", "sensitive": True}
    open_one = {"name": "size", "label": "Size", "type": "choice", "options": ["S", "M"]}
    custom_fields(clock(), {**hidden, "visible_to": ["admin"]}, open_one)

    page = visit(NEW)
    assert page.all("option", value="custom:size")
    assert not page.all("option", value="custom:income")
    form = typed(page) | {"r.0:what": "custom:income", "r.0:compare": "more_than", "r.0:value": "1"}
    counted = send(f"{HOME}/count", form, htmx=True)
    assert "people of" not in counted.text
    drawn = send(NEW, {**typed(page), "r.0:what": "custom:size", "do": "redraw"})
    assert [one.text for one in drawn.one(id="f-r.0:value").all("option")] == ["Choose", "S", "M"]


def test_pages_ask_little(clock: FakeClock) -> None:
    one = a_segment(NEPAL, clock())
    at = f"{HOME}/{one}"
    visit(NEW)
    visit(f"{at}/members")

    parts = (f"{at}/filling", f"{at}/members", f"{at}/why")
    for path in (HOME, NEW, at, f"{at}/edit", f"{at}/versions", *parts):
        assert len(visit(path).dynamodb_calls) <= 3, path
    assert visit(NEW, who=ASHA).status == 403
    assert visit(HOME, who=ASHA).status == 200
