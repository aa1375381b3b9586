"""Forms as data, as pages, as definitions."""

import re
from typing import Any

import pytest

from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.forms import ANN, leads, post, sample_form, store_form

MARKETER = ("staff_1", ["marketer"])
CONTACT = sample_form("contact").model_dump(mode="json")


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def put(form: Any, version: int = 0, form_id: str = "contact", staff: Any = MARKETER) -> Answer:
    """Save a form."""
    body = {"version": version, "form": form}
    return http("form_admin", "PUT", f"/v1/forms/{form_id}", body=body, staff=staff)


def get(path: str, staff: Any = MARKETER) -> Answer:
    """Read forms."""
    return http("form_admin", "GET", path, staff=staff)


def test_a_form_is_saved_in_versions_and_used_within_half_a_minute(clock: FakeClock) -> None:
    created = put(CONTACT)
    post(form=ANN)
    changed = put({**CONTACT, "hand_off": "now"}, 1)
    clock.tick(seconds=31)

    assert (created.status, changed.status) == (201, 200)
    shown = get("/v1/forms/contact").json
    assert (shown["version"], shown["form"]["hand_off"]) == (2, "now")
    assert shown["saved_by"] == "staff_1"
    (item,) = get("/v1/forms").json["items"]
    assert item == shown
    assert post(form={**ANN, "message": "2"}).status == 303
    assert leads()[0]["submissions"] == 2


def test_two_people_saving_at_once_do_not_overwrite_each_other() -> None:
    put(CONTACT)
    put(CONTACT, 1)

    stale = put(CONTACT, 1)

    assert (stale.status, stale.json["version"]) == (412, 2)
    assert put(CONTACT, 0).status == 412


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"allowed_origins": ["https://www.example.com/"]}, "form"),
        ({"return_urls": ["javascript:alert(1)"]}, "form"),
        ({"return_urls": ["https://*.example.com/"]}, "form"),
        ({"return_urls": ["https://www.example.com*"]}, "form"),
        ({"return_urls": ["//evil.example/"]}, "form"),
        ({"default_return_url": "https://www.example.com/*"}, "form"),
        ({"fields": [{"name": "utm_source", "label": "x"}]}, "form.fields.0"),
        ({"fields": [{"name": "company", "label": "x"}]}, "form"),
        ({"fields": [{"name": "email", "label": "x", "kind": "mail"}]}, "form.fields.0.kind"),
        ({"fields": CONTACT["fields"] + CONTACT["fields"][:1]}, "form"),
        ({"honeypot": "email"}, "form"),
        ({"submissions_per_minute": 0}, "form.submissions_per_minute"),
        ({"colour": "red"}, "form.colour"),
    ],
)
def test_a_form_that_does_not_hold_together_is_refused_with_the_place(
    change: dict[str, Any], place: str
) -> None:
    answer = put({**CONTACT, **change})

    assert answer.status == 422
    assert next(iter(answer.fields)) == place


def test_a_form_id_that_cannot_be_one_is_refused() -> None:
    assert put(CONTACT, form_id="Contact").fields == {"form_id": "invalid"}
    assert get("/v1/forms/Contact").status == get("/v1/forms/unknown").status == 404


def test_only_who_may_change_forms_reads_and_saves_them() -> None:
    assert put(CONTACT, staff=None).status == 401
    assert put(CONTACT, staff=("staff_2", ["rep"])).status == 403
    assert get("/v1/forms", staff=("staff_2", ["agent"])).status == 403


def test_the_schema_of_a_form_is_published() -> None:
    schema = get("/v1/forms").json["form_schema"]

    assert {"fields", "consent", "allowed_origins", "hand_off"} <= set(schema["properties"])


def query(path: str, **how: Any) -> Answer:
    """Read a form as a visitor."""
    return http("form_query", "GET", path, **how)


def test_a_definition_says_what_a_page_needs() -> None:
    store_form("contact")

    answer = query("/v1/forms/contact/definition", headers={"origin": "https://www.example.com"})

    definition = answer.json
    assert answer.headers["access-control-allow-origin"] == "https://www.example.com"
    assert [field["name"] for field in definition["fields"]][:2] == ["email", "first_name"]
    assert definition["consent"]["version"] == "2025-01"
    assert definition["action"] == "https://crm.example.com/v1/forms/contact/submissions"
    assert re.fullmatch(r"[0-9a-f]+\.[0-9a-f]{32}", definition["token"])


def test_the_snippet_is_a_form_that_works_without_script() -> None:
    store_form("contact", title='"><script>')

    snippet = query("/v1/forms/contact/definition").json["snippet"]

    action = re.search(r'action="https://crm\.example\.com(/v1/[^"]+)"', snippet)
    names = set(re.findall(r'name="(\w+)"', snippet))
    assert action and action[1] == "/v1/forms/contact/submissions"
    assert {"email", "message", "consent", "website", "return_url"} <= names
    assert re.findall(r"<script[^>]*>", snippet) == [
        '<script src="https://crm.example.com/assets/crm.js" data-key="crm_pub_demo_page" defer>'
    ]


def test_the_definition_is_kept_from_other_sites() -> None:
    store_form("contact")
    headers = {"origin": "https://evil.example"}

    asked = http("form_query", "OPTIONS", "/v1/forms/contact/definition", headers=headers)
    read = query("/v1/forms/contact/definition", headers=headers)

    assert (asked.status, read.status) == (403, 403)
    assert "access-control-allow-origin" not in {**asked.headers, **read.headers}


def test_the_hosted_page_can_be_sent_as_it_is(clock: FakeClock) -> None:
    store_form("contact")

    page = query("/forms/contact", query={"utm_source": 'fb"><script>', "other": "x"})
    clock.tick(seconds=5)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    answer = post(form={**ANN, "website": "", **hidden})

    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert set(hidden) == {"_token", "utm_source"}
    assert answer.status == 303
    assert len(leads()) == 1


def test_the_hosted_page_thanks_after_the_post() -> None:
    store_form("contact")
    location = post(form=ANN).headers["location"].removeprefix("https://crm.example.com")
    path, _, parameters = location.partition("?")

    page = query(path, query=dict([parameters.split("=")]))

    assert "Thank you" in page.text
    assert "<form" not in page.text


def test_pages_of_unknown_forms_are_404() -> None:
    assert query("/forms/unknown").status == 404
    assert query("/v1/forms/unknown/definition").status == 404
