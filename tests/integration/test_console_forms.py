"""The pages of forms (row S3)."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.sales.forms.repository import standing
from tests.calls import http
from tests.conftest import FakeClock
from tests.forms import sample_form, store_form
from tests.pages import ASHA, HOSTILE, MAYA, NABIN, Page, Who, browse

HOME = "/console/forms"
EDIT = f"{HOME}/contact"


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")


def visit(path: str = EDIT, who: Who = NABIN, **query: str) -> Page:
    return browse("console_forms", "GET", path, who=who, query=query)


def send(path: str, form: Mapping[str, str] | None = None, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_forms", "POST", path, who=who, form=form or {}, **how)


def typed(page: Page) -> dict[str, str]:
    """The editor's fields as a browser would post them."""
    form = page.one("form", novalidate="")
    fields: dict[str, str] = {}
    for one in form.all("input"):
        if one.get("type") != "checkbox" or "checked" in one.attributes:
            fields[one["name"]] = one.get("value") or ""
    fields |= {one["name"]: "".join(map(str, one.children)) for one in form.all("textarea")}
    for one in form.all("select"):
        chosen = [
            option["value"] for option in one.all("option") if "selected" in option.attributes
        ]
        fields[one["name"]] = chosen[0] if chosen else ""
    del fields["csrf"]
    return fields


def test_forms_are_listed_with_their_public_address() -> None:
    store_form("demo-request")

    page = visit(HOME)

    assert page.one("a", href="https://crm.example.com/forms/contact")
    assert "At once" in page.text
    assert [one.text for one in page.all("a", class_="main")] == [
        "Ask for a demonstration",
        "Contact us",
    ]


def test_saving_the_editor_as_it_came_changes_nothing_of_the_form() -> None:
    answer = send(EDIT, typed(visit()))

    assert (answer.status, answer.location) == (303, EDIT)
    assert standing("contact").value == sample_form("contact")
    assert (standing("contact").number, standing("contact").saved_by) == (2, "nabin")


def test_questions_are_added_moved_and_taken_out() -> None:
    added = send(EDIT, {**typed(visit()), "do": "add"})
    last = max(int(n.split(".")[1]) for n in typed(added) if n.startswith("fields."))
    fields = typed(added) | {
        f"fields.{last}.label": "Which plan?",
        f"fields.{last}.kind": "choice",
        f"fields.{last}.choices": "Small\nLarge",
    }
    moved = send(EDIT, {**fields, "do": f"up:{last}"})
    assert moved.headers["hx-push-url"] == "false"
    assert typed(moved)[f"fields.{last - 1}.label"] == "Which plan?"
    removed = send(EDIT, {**typed(moved), "do": "remove:1"})

    send(EDIT, {**typed(removed), "do": "save"})

    form = standing("contact").value
    assert (found := form.field("which_plan")) and found.choices == ("Small", "Large")
    assert form.field("first_name") is None


def test_each_problem_points_to_its_field_and_what_was_typed_stays() -> None:
    fields = typed(visit()) | {
        "title": "",
        "fields.1.name": "_bad",
        "default_region": HOSTILE,
        "minimum_fill_seconds": "soon",
    }

    page = send(EDIT, fields)

    assert page.status == 422 and "<img" not in page.html
    for name in ("title", "fields.1.name", "default_region", "minimum_fill_seconds"):
        assert page.one(id=f"f-{name}")["aria-invalid"] == "true", name
        assert page.one("a", href=f"#f-{name}")
    assert typed(page)["default_region"] == HOSTILE
    assert standing("contact").number == 1


def test_what_concerns_the_whole_form_is_told_above_it() -> None:
    fields = typed(visit()) | {"fields.0.kind": "text", "fields.5.kind": "text"}
    fields["allowed_origins"] = "https://ok.example\nnot an origin"

    page = send(EDIT, fields)

    assert "a form asks for an e-mail address or a phone number" in page.one(role="alert").text


def test_a_form_without_consent_text_asks_for_none() -> None:
    send(EDIT, typed(visit()) | {"consent.text": ""})

    assert standing("contact").value.consent is None


def test_a_new_form_gets_an_address_once() -> None:
    fields = typed(visit(f"{HOME}/new")) | {"title": "Newsletter", "form_id": "newsletter"}

    first = send(f"{HOME}/new", fields)
    again = send(f"{HOME}/new", fields | {"title": "Another"})
    bad = send(f"{HOME}/new", fields | {"form_id": "News letter"})
    taken = send(f"{HOME}/new", fields | {"form_id": "new"})

    assert (first.status, first.location) == (303, f"{HOME}/newsletter")
    assert standing("newsletter").value.title == "Newsletter"
    assert again.status == 412
    assert (bad.status, taken.status) == (422, 422)
    assert bad.one(id="f-form_id")["aria-invalid"] == "true"
    assert http("form_query", "GET", "/forms/newsletter").status == 200


def test_who_saves_second_sees_what_the_first_saved() -> None:
    mine = typed(visit()) | {"title": "Mine"}
    send(EDIT, typed(visit()) | {"title": "Theirs"})

    page = send(EDIT, mine, who=MAYA)

    assert page.status == 412
    assert "Nabin saved version 2 meanwhile" in page.text
    assert (page.one("del").text, page.one("ins").text) == ("Theirs", "Mine")
    assert send(EDIT, typed(page), who=MAYA).status == 303
    assert standing("contact").value.title == "Mine"


def test_the_preview_shows_what_is_typed_to_our_own_frame_alone_and_sends_nowhere() -> None:
    fields = typed(visit()) | {"title": f"Hello {HOSTILE}"}

    page = send(f"{EDIT}/preview", fields)

    assert page.status == 200
    assert page.one("h1").text == f"Hello {HOSTILE}"
    assert not page.all("script") and not page.all("img")
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy and "form-action 'none'" in policy
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert standing("contact").number == 1
    assert "sandbox" in visit().one("iframe").attributes
    hosted = http("form_query", "GET", "/forms/contact")
    assert "frame-ancestors 'none'" in hosted.headers["content-security-policy"]


def test_the_preview_of_what_is_no_form_yet_says_what_is_missing() -> None:
    page = send(f"{EDIT}/preview", typed(visit()) | {"title": ""})

    assert page.status == 422
    assert "Title: Fill this in" in page.text
    assert page.headers["x-frame-options"] == "SAMEORIGIN"


def test_the_snippet_can_be_copied() -> None:
    page = visit(f"{EDIT}/snippet")

    code = page.one("code", id="snippet").text
    assert 'action="https://crm.example.com/v1/forms/contact/submissions"' in code
    assert page.one("button", data_copy="snippet")


def test_an_older_version_is_shown_and_comes_back() -> None:
    send(EDIT, typed(visit()) | {"title": "Second"})
    first = f"{EDIT}/versions/1"

    shown = visit(first)
    assert (shown.one("del").text, shown.one("ins").text) == ("Second", "Contact us")
    old = visit(f"{EDIT}/preview", version="1")
    answer = send(f"{first}/rollback", {"after": "2"})
    again = send(f"{first}/rollback", {"after": "2"})

    assert old.one("h1").text == "Contact us"
    assert answer.toast == "Version 1 is in force again, as version 3"
    assert again.status == 412
    assert standing("contact").value.title == "Contact us"
    listed = visit(f"{EDIT}/versions")
    assert listed.one("a", class_="main").text == "Version 3"


def test_pages_ask_little_of_the_database(clock: FakeClock) -> None:
    visit()
    for path in (HOME, EDIT, f"{EDIT}/snippet", f"{EDIT}/versions", f"{EDIT}/versions/1"):
        clock.tick(seconds=1)
        assert len(visit(path).dynamodb_calls) <= 3, path


def test_salespeople_change_no_forms() -> None:
    assert visit(HOME, ASHA).status == 403
    for path in (EDIT, f"{EDIT}/preview", f"{EDIT}/versions/1/rollback"):
        assert send(path, who=ASHA).status == 403
        assert send(path, csrf=False).status == 403
    for path in (f"{HOME}/none", f"{HOME}/none/preview", f"{EDIT}/versions/9"):
        assert visit(path).status == 404
