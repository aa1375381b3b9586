"""Web-to-lead (row S3): what a form sends becomes one submission of one lead."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from shared.kernel.ids import is_id
from shared.platform.requests import Put, Update
from shared.sales.events import LeadCaptured
from shared.sales.leads.identity import lead_id_for, successor
from shared.sales.leads.repository import lead_key, sales
from tests.calls import invoke, request
from tests.conftest import FakeClock, Logs
from tests.forms import ANN, SCRIPT, leads, post, quarantined, store_form, submissions
from tests.pump import carried

NOT_LISTED: Final = (
    "https://evil.example",
    "https://www.example.com.evil.example/thanks",
    "https://www.example.com@evil.example/thanks",
    "https://www.example.com/thanks/more",
    "https://www.example.com/welcome/../admin",
    "https://www.example.com/welcome/%2e%2e/admin",
    "https://www.example.com/welcome/\\evil.example",
    "https://www.example.com/welcome/a\r\nset-cookie: x=1",
    "https://www.example.com/welcome",
    "//www.example.com/thanks",
    "/v1/leads",
    "/assets/../v1/leads",
    "/\\evil.example",
    "javascript:alert(1)",
    "http://www.example.com/thanks",
)


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")
    store_form("demo-request")


def test_a_double_click_is_one_lead_and_one_submission_and_both_are_answered_303(
    clock: FakeClock,
) -> None:
    sent = {**ANN, "utm_source": "fb"}

    first = post(form=sent)
    clock.tick(seconds=1)
    second = post(form=sent)

    assert (first.status, second.status) == (303, 303)
    assert first.headers["location"] == "https://crm.example.com/forms/contact?sent=1"
    (lead,) = leads()
    (submission,) = submissions()
    assert lead["first_touch"]["utm_source"] == lead["source"] == "fb"
    assert submission["answers"] == ANN
    (event,) = carried()
    assert event.type == "LeadCaptured"
    assert event.detail["lead_id"] == lead["lead_id"]
    assert submission["sk"].endswith(event.detail["submission_id"])
    assert LeadCaptured.model_validate(event.detail).hand_off == "scored"


def test_a_double_click_around_a_full_minute_is_one_submission(clock: FakeClock) -> None:
    clock.at(datetime(2025, 6, 2, 4, 15, 59, 500_000, UTC))
    first = post(body=ANN, headers=SCRIPT)
    clock.tick(seconds=1)
    second = post(body=ANN, headers=SCRIPT)

    assert first.json == second.json
    assert len(submissions()) == len(leads()) == 1


def test_a_double_click_around_a_full_minute_is_one_submission_in_reverse_order_too(
    clock: FakeClock,
) -> None:
    clock.at(datetime(2025, 6, 2, 4, 16, 0, 200_000, UTC))
    later = post(body=ANN, headers=SCRIPT)
    clock.at(datetime(2025, 6, 2, 4, 15, 59, 900_000, UTC))
    earlier = post(body=ANN, headers=SCRIPT)

    assert earlier.json == later.json
    assert len(submissions()) == 1


def test_the_same_body_after_60_seconds_is_a_second_submission_of_the_same_lead(
    clock: FakeClock,
) -> None:
    first = post(body=ANN)
    clock.tick(seconds=59)
    repeated = post(body=ANN)
    clock.tick(seconds=1)
    again = post(body=ANN)

    assert repeated.json == first.json
    assert again.json["lead_id"] == first.json["lead_id"]
    assert again.json["submission_id"] != first.json["submission_id"]
    assert [lead["submissions"] for lead in leads()] == [2]


def test_a_different_message_is_a_second_submission_at_once() -> None:
    first = post(body=ANN)
    second = post(body={**ANN, "message": "And bring a price list"})

    assert first.json["lead_id"] == second.json["lead_id"]
    assert len(submissions()) == 2
    assert len(leads()) == 1


def test_an_address_in_other_letters_is_the_same_lead() -> None:
    first = post(body={"email": "Ann@EXAMPLE.com"})
    second = post(body={"email": " ann@example.com ", "message": "again"})

    assert first.json["lead_id"] == second.json["lead_id"]
    assert leads()[0]["form_email"] == "ann@example.com"


@pytest.mark.parametrize("content_type", ["urlencoded", "multipart", "json"])
def test_forms_are_taken_urlencoded_as_multipart_and_as_json(content_type: str) -> None:
    sent = {**ANN, "first_name": "Zoë", "message": "line one\r\nline two"}
    ways: dict[str, Any] = {
        "urlencoded": {"form": sent},
        "json": {"body": sent},
        "multipart": {
            "body": _multipart(sent),
            "headers": {"content-type": "multipart/form-data; boundary=XyZ"},
        },
    }

    answer = post(**ways[content_type])

    assert answer.status == (201 if content_type == "json" else 303)
    assert submissions()[0]["answers"] == {**sent, "message": "line one\nline two"}


def test_a_script_gets_ids_and_a_browser_gets_a_redirect_for_the_same_body() -> None:
    script = post(form=ANN, headers=SCRIPT)
    browser = post(form=ANN)

    assert script.status == 201
    assert is_id("lead", script.json["lead_id"])
    assert is_id("submission", script.json["submission_id"])
    assert (browser.status, browser.text) == (303, "")


def test_a_return_url_that_is_listed_is_followed() -> None:
    exact = post(form={**ANN, "return_url": "https://www.example.com/thanks"})
    own = post(form={**ANN, "return_url": "/assets/demo/thanks.html"})
    below = post(form={**ANN, "return_url": "https://www.example.com/welcome/ann?x=1#top"})

    assert exact.headers["location"] == "https://www.example.com/thanks"
    assert own.headers["location"] == "https://crm.example.com/assets/demo/thanks.html"
    assert below.headers["location"] == "https://www.example.com/welcome/ann?x=1#top"


def test_a_return_url_reaches_the_header_in_ascii_and_is_not_escaped_twice() -> None:
    answer = post(form={**ANN, "return_url": "https://www.example.com/welcome/schön?x=a%20b"})

    assert answer.headers["location"] == "https://www.example.com/welcome/sch%C3%B6n?x=a%20b"


def test_a_return_url_that_is_not_listed_is_refused() -> None:
    for url in NOT_LISTED:
        script = post(form={**ANN, "return_url": url}, headers=SCRIPT)
        browser = post(form={**ANN, "return_url": url})

        assert (script.status, script.code) == (400, "return_url_not_allowed"), url
        assert (browser.status, "location" in browser.headers) == (400, False)
    assert leads() == []


def test_a_filled_honeypot_gets_the_same_answer_and_lands_in_quarantine() -> None:
    human = post(form=ANN)
    bot = post(form={**ANN, "email": "bot@example.com", "website": "https://spam.example"})

    assert bot == human
    assert [lead["form_email"] for lead in leads()] == ["ann@example.com"]
    (kept,) = quarantined()
    assert kept["reason"] == "honeypot_filled"
    assert (
        kept["expires_at"] - datetime.fromisoformat(kept["received_at"]).timestamp() == 90 * 86400
    )
    assert [event.type for event in carried()] == ["LeadCaptured", "SubmissionQuarantined"]


def test_a_bot_with_a_script_gets_ids_that_look_alike() -> None:
    bot = post(body={**ANN, "website": "x"})
    again = post(body={**ANN, "website": "x"})
    human = post(body=ANN)

    assert bot.status == human.status == 201
    assert bot.json == again.json == human.json
    assert bot.headers == human.headers
    assert len(quarantined()) == 1


def test_more_posts_in_a_minute_than_the_form_takes_are_quarantined(clock: FakeClock) -> None:
    store_form_limit(2)

    answers = [post(form={**ANN, "message": str(number)}) for number in range(4)]
    clock.tick(minutes=1)
    post(form={**ANN, "message": "later"})

    assert {answer.status for answer in answers} == {303}
    assert [one["answers"]["message"] for one in submissions()] == ["0", "1", "later"]
    assert {one["reason"] for one in quarantined()} == {"rate_limited"}
    assert len(quarantined()) == 2


def test_the_addresses_of_one_ipv6_network_are_one_sender() -> None:
    store_form_limit(1)

    for number, address in enumerate(
        ("2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8:0:1::1", "a:b")
    ):
        posted = {**ANN, "message": str(number)}
        post(form=posted, headers={"x-viewer-address": address})

    assert [one["answers"]["message"] for one in quarantined()] == ["1"]


def test_the_rate_is_counted_by_the_address_the_front_door_saw(logs: Logs) -> None:
    store_form_limit(1)

    for number in (1, 2):
        address = {"x-viewer-address": f"198.51.100.{number}"}
        post(form={**ANN, "message": str(number)}, headers=address)

    assert quarantined() == []
    assert "198.51.100" not in logs.text + json.dumps(leads() + submissions(), default=str)


def test_a_visitors_answers_touches_and_consent_are_kept() -> None:
    sent = {
        **ANN,
        "phone": "98-1234-5678",
        "country": "np",
        "consent": "on",
        "utm_source": "fb",
        "utm_campaign": "spring",
        "_referrer": "https://www.facebook.com/post?fbclid=secret",
        "_landing_page": "https://www.example.com/pricing?email=ann@example.com",
        "_visitor": "visitor_01J8Z3ABCDEFGHJKMNPQRSTVWX",
        "undeclared": "left out",
    }

    post(form=sent)

    (lead,), (submission,) = leads(), submissions()
    assert lead["form_phone"] == "+9779812345678"
    assert lead["form_country"] == "NP"
    assert "form_message" not in lead and "undeclared" not in submission["answers"]
    assert lead["first_touch"] == lead["last_touch"]
    assert submission["touch"] == {
        "utm_source": "fb",
        "utm_campaign": "spring",
        "referrer": "https://www.facebook.com/post",
        "landing_page": "https://www.example.com/pricing",
    }
    evidence = submission["consent"]
    assert (evidence["version"], evidence["purpose"]) == ("2025-01", "marketing")
    assert len(evidence["address_hash"]) == 32
    (event,) = carried()
    assert event.detail["visitor_id"] == "visitor_01J8Z3ABCDEFGHJKMNPQRSTVWX"
    assert not {"ann@example.com", "Ann", "+9779812345678"} & set(map(str, event.detail.values()))


def test_the_first_touch_stays_and_the_last_one_moves(clock: FakeClock) -> None:
    post(form={**ANN, "utm_source": "fb"})
    clock.tick(days=3)
    post(form={**ANN, "utm_source": "newsletter", "first_name": "Anna"})

    (lead,) = leads()
    assert lead["first_touch"]["utm_source"] == lead["source"] == "fb"
    assert lead["last_touch"]["utm_source"] == "newsletter"
    assert lead["last_touch"]["utm_campaign"] == "website"
    assert (lead["form_first_name"], lead["version"]) == ("Anna", 2)
    assert lead["created_at"] < lead["updated_at"]


def test_a_demo_request_does_not_wait_for_points() -> None:
    demo = {"phone": "+9779812345678", "last_name": "Rai", "company": "Acme", "consent": "yes"}

    answer = post("demo-request", body=demo)

    (event,) = carried()
    assert event.detail["hand_off"] == "now"
    assert event.detail["lead_id"] == answer.json["lead_id"]


def test_the_same_person_by_phone_only_is_the_same_lead_later(clock: FakeClock) -> None:
    known = {**ANN, "phone": "+9779812345678"}
    first = post(form=known, headers=SCRIPT)
    clock.tick(days=1)
    demo = {"phone": "9812345678", "last_name": "Rai", "company": "Acme", "consent": "yes"}
    post("demo-request", body=demo)

    (lead,) = leads()
    assert lead["lead_id"] == first.json["lead_id"]
    assert (lead["form_email"], lead["form_last_name"]) == ("ann@example.com", "Rai")
    assert {one["pk"] for one in submissions()} == {f"LEAD#{lead['lead_id']}"}


def test_a_number_that_is_another_leads_joins_nobody() -> None:
    demo = {"phone": "+9779812345678", "last_name": "Rai", "company": "Acme", "consent": "yes"}
    other = post("demo-request", body=demo)
    mine = post(body={**ANN, "phone": "+9779812345678"})

    assert mine.status == 201
    assert {one["lead_id"] for one in leads()} == {other.json["lead_id"], mine.json["lead_id"]}


def test_what_staff_typed_is_not_overwritten_by_a_form() -> None:
    lead_id = post(body=ANN).json["lead_id"]
    sales.write(Update(lead_key(lead_id), set={"staff_first_name": "Annapurna"}))

    post(body={**ANN, "first_name": "Evil"})

    (lead,) = leads()
    assert (lead["staff_first_name"], lead["form_first_name"]) == ("Annapurna", "Evil")


def test_a_converted_person_who_comes_back_is_a_new_lead(clock: FakeClock) -> None:
    first = post(body=ANN).json["lead_id"]
    sales.write(Update(lead_key(first), set={"intake_closed": True, "state": "converted"}))
    clock.tick(days=400)

    post(body=ANN)
    post(body={**ANN, "message": "once more"})

    states = {lead["lead_id"]: lead["state"] for lead in leads()}
    assert states == {first: "converted", successor(first): "new"}
    assert leads()[-1]["lead_id"] in states


def test_a_circle_of_aliases_ends_in_busy_and_stores_nothing() -> None:
    one, two = lead_id_for("ann@example.com", None), lead_id_for("bob@example.com", None)
    sales.write(
        Put({**lead_key(one), "redirect_to": two}), Put({**lead_key(two), "redirect_to": one})
    )

    answer = post(body=ANN)

    assert (answer.status, answer.code) == (503, "lead_moving")
    assert answer.headers["retry-after"] == "2"
    assert submissions() == []


def test_an_idempotency_key_outlives_the_minute(clock: FakeClock) -> None:
    keyed = {"idempotency-key": "4711"}
    first = post(body=ANN, headers=keyed)
    clock.tick(hours=1)
    again = post(body=ANN, headers=keyed)
    changed = post(body={**ANN, "email": "eve@example.com"}, headers=keyed)
    other = post(body=ANN, headers={"idempotency-key": "4712"})

    assert again.json == first.json
    assert (changed.status, changed.code) == (422, "idempotency_key_reused")
    assert other.json["submission_id"] != first.json["submission_id"]
    assert len(submissions()) == 2


def _multipart(fields: dict[str, str]) -> bytes:
    lines = [
        f'--XyZ\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    attached = (
        '--XyZ\r\nContent-Disposition: form-data; name="file"; filename="a.exe"\r\n'
        "Content-Type: application/octet-stream\r\n\r\nMZ\x00\r\n"
    )
    return "".join([*lines, attached, "--XyZ--\r\n"]).encode()


def store_form_limit(limit: int) -> None:
    """Let the contact form take `limit` posts a minute."""
    store_form("contact", after=1, submissions_per_minute=limit)


def test_a_browser_whose_post_cannot_be_read_gets_a_page_and_a_script_a_problem() -> None:
    too_large = {"email": "ann@example.com", "message": "x" * 70_000}
    path, route = "/v1/forms/contact/submissions", "/v1/forms/{form_id}/submissions"

    browser = invoke("lead_capture", request("POST", path, form=too_large, route=route))
    script = invoke(
        "lead_capture",
        request("POST", path, form=too_large, route=route, headers={"accept": "application/json"}),
    )

    assert (browser["statusCode"], script["statusCode"]) == (413, 413)
    assert browser["headers"]["content-type"].startswith("text/html")
    assert "up to 64 KB" in browser["body"]
    assert script["headers"]["content-type"] == "application/problem+json"
