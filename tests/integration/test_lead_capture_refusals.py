"""What `lead_capture` refuses, how it says so, and what hostile input becomes."""

import json
from typing import Any, Final

import pytest

from tests.calls import http
from tests.conftest import FakeClock
from tests.forms import ANN, SCRIPT, leads, post, quarantined, store_form, submissions

ORIGIN = "https://www.example.com"
PATH = "/v1/forms/contact/submissions"
UNREADABLE: Final[list[tuple[str, Any, str]]] = [
    ("application/json", b"[" * 65_000, "json_invalid"),
    ("application/json", b'{"a":' * 13_000, "json_invalid"),
    ("application/json", b'{"email":', "json_invalid"),
    ("application/json", rb'{"email":"\ud800"}', "json_invalid"),
    ("application/json", b"", "json_invalid"),
    ("application/json", b'["email"]', "json_not_an_object"),
    ("application/json", json.dumps({f"f{n}": "" for n in range(201)}), "too_many_fields"),
    ("application/x-www-form-urlencoded", b"a=1&" * 300, "too_many_fields"),
    ("multipart/form-data", b"--x--", "multipart_invalid"),
    ("multipart/form-data; boundary=x", b"no boundary here", "multipart_invalid"),
    ("multipart/form-data; boundary=x", b"--x\r\nBroken", "multipart_invalid"),
    ("multipart/form-data; boundary=x", b"--x\r\nA: b\r\n\r\n" * 2_000, "multipart_invalid"),
]

WRONG: Final[list[tuple[str, dict[str, str], dict[str, str]]]] = [
    ("contact", {}, {"email": "required"}),
    ("contact", {"email": "  "}, {"email": "required"}),
    ("contact", {"email": "ann"}, {"email": "email_invalid"}),
    ("contact", {"email": "Ann <ann@example.com>"}, {"email": "email_invalid"}),
    ("contact", {"email": "ann@example.com\x00,b@c.com"}, {"email": "email_invalid"}),
    ("contact", {**ANN, "first_name": "x" * 10_000}, {"first_name": "too_long"}),
    ("contact", {**ANN, "message": "x" * 10_000}, {"message": "too_long"}),
    (
        "contact",
        {"email": "x", "phone": "123", "country": "ZZ"},
        {"email": "email_invalid", "phone": "phone_invalid", "country": "country_invalid"},
    ),
    (
        "demo-request",
        {"team_size": "9"},
        {
            "last_name": "required",
            "company": "required",
            "team_size": "choice_invalid",
            "consent": "consent_required",
        },
    ),
    ("demo-request", {"last_name": "R", "company": "A", "consent": "1"}, {"email": "required"}),
]

CORS = ("access-control-allow-origin", "access-control-allow-methods")


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")
    store_form("demo-request")


def test_an_unknown_form_is_404() -> None:
    for form_id in ("unknown", "Contact", "x" * 3000, "a%23b"):
        answer = post(form_id, form=ANN)

        assert (answer.status, answer.code) == (404, "form_not_found")


def test_an_origin_that_is_not_listed_gets_403_without_cors_headers() -> None:
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}):
        asked = http("lead_capture", "OPTIONS", PATH, headers=headers)
        posted = post(body=ANN, headers=headers)

        for answer in (asked, posted):
            assert (answer.status, answer.code) == (403, "origin_not_allowed")
            assert not set(CORS) & set(answer.headers)
    assert leads() == []


@pytest.mark.parametrize("origin", [ORIGIN, "https://crm.example.com"])
def test_a_listed_origin_and_our_own_may_read_answers_and_refusals(origin: str) -> None:
    asked = http("lead_capture", "OPTIONS", PATH, headers={"origin": origin})
    posted = post(body=ANN, headers={"origin": origin})
    refused = post(body={"email": "?"}, headers={"origin": origin})

    assert (asked.status, posted.status, refused.status) == (204, 201, 422)
    assert asked.headers["access-control-allow-methods"] == "POST"
    assert "content-type" in asked.headers["access-control-allow-headers"]
    for answer in (asked, posted, refused):
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "origin"


def test_another_media_type_is_415() -> None:
    for media_type in ("text/plain", "application/xml", ""):
        answer = post(body=b"email=ann@example.com", headers={"content-type": media_type})

        assert (answer.status, answer.code) == (415, "media_type_unsupported")


def test_a_body_that_cannot_be_read_is_400() -> None:
    for content_type, body, code in UNREADABLE:
        answer = post(body=body, headers={"content-type": content_type, **SCRIPT})

        assert (answer.status, answer.code) == (400, code), (content_type, body[:20])


def test_a_body_beyond_64_kb_is_413() -> None:
    answer = post(body=b"message=" + b"x" * 65_536, headers={"content-type": "application/json"})

    assert (answer.status, answer.code) == (413, "body_too_large")


def test_each_field_that_is_wrong_is_named_with_a_stable_code() -> None:
    for form_id, sent, fields in WRONG:
        script = post(form_id, body=sent)
        page = post(form_id, form=sent)

        assert (script.status, script.code) == (422, "validation_failed")
        assert script.fields == fields
        assert page.status == 422
        for name in fields:
            assert f'id="{name}-error"' in page.text
    assert submissions() == []


def test_json_values_that_are_lists_or_objects_are_named() -> None:
    answer = post(body={**ANN, "company": {"a": 1}, "job_title": ["x"]})

    assert answer.fields == {"company": "type_invalid", "job_title": "type_invalid"}


def test_a_page_with_errors_keeps_what_was_typed_and_runs_none_of_it() -> None:
    hostile = '"><script>alert(1)</script>'
    sent = {
        "email": "ann@",
        "company": hostile,
        "message": f"</textarea>{hostile}",
        "country": "NP",
        "consent": "yes",
        "utm_source": hostile,
        "return_url": "https://www.example.com/thanks",
    }

    page = post(form=sent)

    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert 'value="ann@"' in page.text
    assert "&lt;/textarea&gt;&#34;&gt;&lt;script&gt;" in page.text
    assert '<option value="NP" selected>' in page.text
    assert 'value="yes" checked' in page.text
    assert 'name="return_url" value="https://www.example.com/thanks"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert "form-action 'self' https://www.example.com" in policy


def test_hostile_values_are_stored_as_text() -> None:
    sent = {
        **ANN,
        "first_name": "=HYPERLINK(\x01\x07)",
        "last_name": "a\u0308\x00\x9f\u2028b",
        "company": "<script>alert(1)</script>",
        "message": "one\x00\r\ntwo\ttabbed\x1b[31m",
    }

    post(body=sent)

    (submission,) = submissions()
    assert submission["answers"] == {
        "email": "ann@example.com",
        "first_name": "=HYPERLINK()",
        "last_name": "ä b",
        "company": "<script>alert(1)</script>",
        "message": "one\ntwo\ttabbed[31m",
    }


def test_a_page_without_a_declared_encoding_is_read_as_browsers_send_it() -> None:
    body = b"email=ann@example.com&first_name=Zo%EB&company=%E2%82%AC+Ltd"

    post(body=body, headers={"content-type": "application/x-www-form-urlencoded"})

    answers = submissions()[0]["answers"]
    assert (answers["first_name"], answers["company"]) == ("Zoë", "€ Ltd")


def definition_token(form_id: str = "contact") -> str:
    """A signed timestamp as the page script gets it."""
    answer = http("form_query", "GET", f"/v1/forms/{form_id}/definition")
    return str(answer.json["token"])


def test_a_form_filled_in_faster_than_a_person_could_is_quarantined(clock: FakeClock) -> None:
    token = definition_token()

    clock.tick(seconds=1)
    fast = post(form={**ANN, "_token": token})
    clock.tick(seconds=61)
    slow = post(form={**ANN, "_token": token})

    assert fast == slow
    assert [one["reason"] for one in quarantined()] == ["too_fast"]
    assert len(leads()) == 1


def test_a_timestamp_that_is_forged_expired_or_of_another_form_is_a_bots(
    clock: FakeClock,
) -> None:
    token, other = definition_token(), definition_token("demo-request")
    instant, _, tag = token.partition(".")

    clock.tick(seconds=10)
    forged = (f"{int(instant, 16) - 10_000:x}.{tag}", other, "x", "é.é", "." * 9)
    for number, text in enumerate(forged):
        assert post(form={**ANN, "message": str(number), "_token": text}).status == 303
    clock.tick(hours=25)
    post(form={**ANN, "_token": token})

    reasons = sorted(one["reason"] for one in quarantined())
    assert reasons == ["token_expired"] + ["token_forged"] * 5
    assert leads() == []


def test_nothing_that_was_typed_is_logged(logs: Any) -> None:
    post(form={**ANN, "phone": "+9779812345678", "message": "secret words"})
    post(form={"email": "ann@broken", "message": "secret words"})
    post(body=b'{"email": "ann@example.com', headers={"content-type": "application/json"})

    for typed in ("ann@", "Ann", "secret", "9812345678", "203.0.113.7"):
        assert typed not in logs.text
