"""Templates over HTTP: written, versioned, previewed for somebody, refused with places."""

from typing import Any

import pytest

from tests import customers, dealings
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.marketing import NABIN

pytestmark = pytest.mark.usefixtures("tables")

OUT = '<a href="{{ unsubscribe_url }}">No more mails</a>'
MAIL = {"name": "Spring", "subject": "Hi {{ first_name }}", "html": f"<p>{{{{ name }}}}</p>{OUT}"}
ONE = "/v1/templates/{template_id}"


def templates(method: str, path: str = "", *, by: Any = NABIN, **how: Any) -> Answer:
    return http("template_admin", method, f"/v1/templates{path}", staff=by, **how)


def written(**more: Any) -> str:
    answer = templates("POST", body=MAIL | more)
    assert answer.status == 201, answer.text
    return str(answer.json["template_id"])


def test_a_template_is_written_listed_and_shown_with_what_is_doubtful() -> None:
    one = written(html=f'<img src="https://x.test/a.png">{OUT}')

    shown = templates("GET", f"/{one}", route=ONE).json
    (listed,) = templates("GET").json["items"]

    assert (listed["name"], listed["version"], "html" in listed) == ("Spring", 1, False)
    assert [found["code"] for found in shown["warnings"]] == ["image_without_words"]
    assert templates("GET", "/template_x", route=ONE).status == 404


def test_every_version_is_kept_and_an_older_one_comes_back() -> None:
    one = written()
    change = MAIL | {"subject": "Other", "version": 1}

    assert templates("PUT", f"/{one}", body=change, route=ONE).json["version"] == 2
    assert templates("PUT", f"/{one}", body=change, route=ONE).status == 412
    back = templates(
        "POST", f"/{one}/rollback", body={"to_version": 1, "version": 2}, route=f"{ONE}/rollback"
    )
    assert (back.json["subject"], back.json["version"]) == (MAIL["subject"], 3)


def test_a_preview_is_the_message_as_one_person_would_get_it() -> None:
    ann = dealings.a_contact(last_name="<Lee>").contact_id
    body, route = {"contact_id": ann}, f"{ONE}/preview"

    found = templates("POST", f"/{written()}/preview", body=body, route=route).json
    draft = {"template": MAIL | {"subject": "{{ job_title }}"}, "contact_id": ann}
    lacking = templates("POST", "/preview", body=draft)

    assert (found["subject"], found["html"].partition("<a")[0]) == (
        "Hi Ann",
        "<p>Ann &lt;Lee&gt;</p>",
    )
    assert "https://crm.example.com/u/preview" in found["text"]
    assert (lacking.status, lacking.fields) == (422, {"job_title": "value_missing"})
    unknown = {"contact_id": "contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F9"}
    assert templates("POST", f"/{written()}/preview", body=unknown, route=route).status == 404


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"subject": "a\r\nBcc: b@x.test"}, {"subject": "line_break"}),
        ({"html": "{{ nobody }}" + OUT}, {"html": "unknown_variable"}),
        ({"html": "{% for a in b %}" + OUT}, {"html": "syntax"}),
        ({"text": "Hi"}, {"text": "no_way_out"}),
        ({"name": ""}, {"name": "string_too_short"}),
        ({"defaults": {"nobody": "x"}}, {"defaults.nobody": "unknown_variable"}),
    ],
)
def test_what_could_not_be_sent_is_not_stored(change: Any, fields: Any) -> None:
    answer = templates("POST", body=MAIL | change)

    assert (answer.status, answer.fields) == (422, fields)
    assert templates("GET").json["items"] == []


def test_marketers_write_what_they_may_see_and_others_read(clock: FakeClock) -> None:
    salary = {"name": "salary", "label": "Salary", "type": "number", "sensitive": True}
    customers.custom_fields(clock(), salary)

    assert templates("POST", body=MAIL, by=("asha", ["rep"])).code == "role_missing"
    assert templates("GET", by=("asha", ["rep"])).status == 200
    secret = MAIL | {"html": "{{ custom.salary }}" + OUT}
    assert templates("POST", body=secret).status == 403
    ann = dealings.a_contact().contact_id
    assert templates("POST", "/preview", body={"template": secret, "contact_id": ann}).status == 403


def test_the_same_request_with_its_key_is_one_template() -> None:
    key = {"idempotency-key": "k"}

    first, again = (templates("POST", body=MAIL, headers=key) for _ in range(2))
    other = templates("POST", body=MAIL | {"subject": "y"}, headers=key)

    assert first.json["template_id"] == again.json["template_id"]
    assert other.code == "idempotency_key_reused"
