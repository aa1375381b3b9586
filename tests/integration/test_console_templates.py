"""The pages of templates (row M15)."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.console import names
from shared.marketing.templates.repository import need_template
from tests import dealings
from tests.conftest import FakeClock
from tests.customers import custom_fields
from tests.pages import ASHA, HOSTILE, NABIN, Page, Who, browse
from tests.sending import mailed

HOME, NEW = "/console/templates", "/console/templates/new"
OUT = '<a href="{{ unsubscribe_url }}">No more</a>'
MAIL = {
    "name": "Spring",
    "kind": "email",
    "subject": "Spring, {{ first_name }}",
    "html": f"<p style='color:red'>Hi {{{{ first_name }}}}</p>{OUT}",
    "text": "",
    "defaults": "",
}


@pytest.fixture(autouse=True)
def _company(tables: None) -> None:
    names.forget()


def visit(path: str, who: Who = NABIN, **how: Any) -> Page:
    return browse("console_templates", "GET", path, who=who, **how)


def send(path: str, form: Mapping[str, str], who: Who = NABIN, **how: Any) -> Page:
    return browse("console_templates", "POST", path, who=who, form=form, **how)


def made(**more: str) -> str:
    """The address of a template made by the page."""
    done = send(NEW, {**MAIL, "key": "one", **more})
    assert done.status == 303, done.text
    return done.location


def stored(at: str) -> Any:
    return need_template(at.removeprefix(f"{HOME}/"))


def test_the_editor_begins_with_a_mail_that_could_be_sent() -> None:
    page = visit(NEW)
    html = "".join(map(str, page.one("textarea", name="html").children))

    done = send(NEW, {"name": "First", "kind": "email", "subject": "Hello", "html": html})

    assert done.status == 303
    assert page.all("button", data_insert="{{ first_name }}")


def test_a_template_is_made_once_changed_and_brought_back() -> None:
    at = made()
    assert made() == at

    changed = {**MAIL, "subject": "Summer", "defaults": "first_name=friend\r\n", "version": "1"}
    assert send(f"{at}/edit", changed).location == at
    assert stored(at).value.defaults == {"first_name": "friend"}
    page = send(f"{at}/edit", {**MAIL, "subject": "Autumn", "version": "1"})
    assert page.status == 412 and "Summer" in page.text
    assert page.one("input", name="subject")["value"] == "Autumn"
    assert page.one("input", name="version")["value"] == "2"

    assert "Version 2" in visit(f"{at}/versions").text
    assert send(f"{at}/rollback", {"to": "1", "version": "2"}).location == at
    assert stored(at).value.subject == MAIL["subject"]
    assert send(f"{at}/rollback", {"to": "1", "version": "2"}).status == 412


def test_offers_are_written_line_by_line_and_stay_when_something_else_changes() -> None:
    typed = "tag=vip => 30 % off\r\ncountry=NP => Free delivery\r\n"
    at = made(html=f"<p>{{{{ offer }}}}</p>{OUT}", offers=typed, defaults="offer=Our news")

    form = visit(f"{at}/edit").one("textarea", name="offers")
    again = "".join(map(str, form.children)).replace("&gt;", ">")
    wrong = send(NEW, {**MAIL, "key": "two", "offers": "vip gets all"})

    assert [(one.field, one.value, one.text) for one in stored(at).value.offers] == [
        ("tag", "vip", "30 % off"),
        ("country", "NP", "Free delivery"),
    ]
    assert again.split() == typed.split()
    assert wrong.status == 422
    assert "30 % off" in visit(at).text


def test_what_cannot_be_sent_is_said_at_its_field_and_stays_typed() -> None:
    html = "<script>alert(1)</script>{{ shoe }}"

    page = send(NEW, {**MAIL, "html": html, "defaults": "shoe=42"})

    assert page.status == 422
    assert page.one(id="f-html")["aria-invalid"] == "true"
    assert "no <script>" in page.one(id="e-html").text
    assert page.one(id="e-defaults")
    assert "".join(map(str, page.one("textarea", name="html").children)) == html
    assert "an e-mail has a subject and HTML" in send(NEW, {**MAIL, "html": ""}).text


def test_a_text_message_has_nothing_but_its_text() -> None:
    at = made(kind="sms", text="Hi {{ first_name }}", key="sms")

    assert stored(at).value.html == ""
    page = visit(at)
    assert "Text message" in page.text
    assert "Hi Ann" in visit(f"{at}/preview").text


def test_the_preview_is_the_mail_in_a_document_that_can_do_nothing(clock: FakeClock) -> None:
    dealings.a_contact(emails=[{"address": "bea@example.com"}], first_name="Bea")
    at = made()

    shown = visit(f"{at}/preview", query={"who": "bea@example.com"})

    assert "<p style='color:red'>Hi Bea</p>" in shown.html
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy and policy.endswith("sandbox")
    assert "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert "Hi Ann" in visit(f"{at}/preview").html
    # Others do not look through people by way of previews.
    assert "Hi Ann" in visit(f"{at}/preview", who=ASHA, query={"who": "bea@example.com"}).html
    text = visit(f"{at}/preview", query={"part": "text"}).html
    assert "Hi Ann" in text and "color:red" not in text
    frame = visit(at, query={"who": "bea@example.com"}).one("iframe")
    assert frame["src"] == f"{at}/preview?who=bea%40example.com&part=html"
    assert frame["sandbox"] == ""
    assert visit(f"{at}/preview", query={"who": "eve@example.com"}).status == 404


def test_what_is_being_typed_is_previewed_and_checked_without_being_stored(
    clock: FakeClock,
) -> None:
    dealings.a_contact(emails=[{"address": "x@example.com"}])
    typed = {**MAIL, "html": f"<p>Ho {{{{ job_title }}}}</p><img src='http://a.example/x'>{OUT}"}

    page = send(f"{HOME}/preview", typed)
    assert "Ho Head of Purchasing" in page.html and page.headers["x-frame-options"] == "SAMEORIGIN"
    told = send(f"{HOME}/check", typed, htmx=True)
    assert "Spring, Ann" in told.text and "begins with http://" in told.text
    assert "has no `alt`" in told.text

    lacking = send(f"{HOME}/preview", {**typed, "who": "x@example.com"})
    assert lacking.status == 422 and "job_title" in lacking.text
    told = send(f"{HOME}/check", {**typed, "who": "x@example.com"}, htmx=True)
    assert "It cannot be sent like this" in told.text
    wrong = send(f"{HOME}/preview", {**MAIL, "html": "{{ 1 * 1 }}", "name": HOSTILE[:90]})
    assert wrong.status == 422 and "<script>alert" not in wrong.html
    assert "No templates yet" in visit(HOME).text


def test_a_test_reaches_a_colleague_once_as_somebody_would_get_it() -> None:
    dealings.a_contact(emails=[{"address": "bea@example.com"}], first_name="Bea")
    at = made()
    form = {"as": "bea@example.com", "to": "nabin", "key": "test-one"}

    done = send(f"{at}/tests", form)
    again = send(f"{at}/tests", form)

    assert (done.status, done.toast) == (303, "Test: 1 sent") and again.status == 303
    assert list(mailed().items()) == [("nabin@example.com", 1)]
    assert send(f"{at}/tests", {**form, "as": "eve@example.com"}).one(id="e-as")
    assert send(f"{at}/tests", {**form, "to": "nobody", "key": "x"}).status == 422
    assert send(f"{at}/tests", form, who=ASHA).status == 403


def test_templates_are_put_away_and_brought_back() -> None:
    at = made()

    assert send(f"{at}/archive", {"archived": "yes", "version": "1"}).location == HOME
    assert "No templates yet" in visit(HOME).text
    assert "Spring" in visit(HOME, query={"archived": "true"}).text
    assert send(f"{at}/archive", {"version": "1"}).status == 412
    assert send(f"{at}/archive", {"version": "2"}).location == at
    assert "Spring" in visit(HOME, who=ASHA).text
    assert send(f"{at}/archive", {"version": "3"}, who=ASHA).status == 403


def test_custom_fields_fill_the_made_up_person_and_hidden_ones_are_not_offered(
    clock: FakeClock,
) -> None:
    size = {"name": "size", "label": "Size", "type": "choice", "options": ["S", "M"]}
    hidden = {"name": "income", "label": "Income", "type": "number", "sensitive": True}
    custom_fields(clock(), size, {**hidden, "visible_to": ["admin"]})

    page = visit(NEW)
    assert page.all("button", data_insert="{{ custom.size }}")
    assert not page.all("button", data_insert="{{ custom.income }}")
    shown = send(f"{HOME}/preview", {**MAIL, "html": f"<p>{{{{ custom.size }}}}!</p>{OUT}"})
    assert "<p>S!</p>" in shown.html
    refused = send(f"{HOME}/preview", {**MAIL, "html": f"{{{{ custom.income }}}}{OUT}"})
    assert refused.status == 403


def test_hostile_words_are_text_and_pages_ask_little() -> None:
    at = made(name=HOSTILE[:90], subject=HOSTILE)
    visit(HOME)
    visit(NEW)

    for path in (HOME, NEW, at, f"{at}/edit", f"{at}/versions", f"{at}/preview"):
        page = visit(path)
        assert len(page.dynamodb_calls) <= 3, path
        assert "<script>alert" not in page.html
