"""`POST /v1/events`: what is stored, what is refused, and that nothing counts twice."""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest

from shared.customers.behaviour import repository
from shared.customers.identity import lead_id_of
from shared.customers.write_keys.seed import plant
from tests.aws_calls import Make, asked
from tests.calls import Answer, http
from tests.conftest import NOW, FakeClock, Logs
from tests.pump import carried

PUBLIC = "crm_pub_test_page"
SHOP = "https://shop.example.com"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
VISITOR = "visitor-0000-0001"


@pytest.fixture
def partner(tables: None) -> str:
    """The text of a partner's key; the public key `PUBLIC` exists too."""
    blueprint = [
        {"key_id": "page", "kind": "public", "key": PUBLIC, "allowed_origins": [SHOP]},
        {"key_id": "partner", "kind": "partner"},
    ]
    return plant(blueprint, NOW)["partner"]


@pytest.fixture
def calls(partner: str) -> Iterator[list[str]]:
    """The AWS calls made from now on."""
    made: list[str] = []

    def note(_: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        made.append(operation)
        return make(operation, parameters)

    with asked(note):
        yield made


def an_event(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"event-{number}", "name": "page_viewed", "visitor_id": VISITOR, **more}


def send(
    *events: dict[str, Any], key: str | None = PUBLIC, origin: str | None = SHOP, **headers: str
) -> Answer:
    sent = {"user-agent": BROWSER, **headers}
    sent |= {"x-write-key": key} if key else {}
    sent |= {"origin": origin} if origin else {}
    return http(
        "behaviour_capture", "POST", "/v1/events", body={"events": list(events)}, headers=sent
    )


def stored(subject_id: str = VISITOR) -> list[Any]:
    return sorted(repository.of_subject(subject_id), key=lambda one: one.behaviour_id)


def test_a_page_view_is_stored_without_its_query_and_announced_without_its_address(
    partner: str,
) -> None:
    url = "https://shop.example.com/pricing?email=ann%40example.com&utm_source=fb#ann"
    answer = send(an_event(url=url, occurred_at="2025-06-02T09:55:00+05:45"))

    assert (answer.status, answer.json) == (202, {"accepted": 1, "duplicates": 0})
    assert answer.headers["access-control-allow-origin"] == SHOP
    (one,) = stored()
    assert one.path == "/pricing"
    assert one.properties == {"host": "shop.example.com", "utm_source": "fb"}
    assert one.occurred_at == "2025-06-02T04:10:00.000Z"
    assert one.recorded_at == "2025-06-02T04:15:00.000Z"
    assert (one.human, one.source) == (True, "public")
    (fact,) = [fact for fact in carried() if fact.type == "BehaviourRecorded"]
    assert fact.detail == {
        "event_id": f"{VISITOR}.event-1",
        "occurred_at": "2025-06-02T04:10:00.000Z",
        "subject_id": VISITOR,
        "behaviour_id": "event-1",
        "name": "page_viewed",
    }


def test_a_hundred_events_are_one_write(partner: str, calls: list[str]) -> None:
    answer = send(*(an_event(number) for number in range(100)))

    assert answer.json == {"accepted": 100, "duplicates": 0}
    assert calls == ["GetItem", "GetItem", "TransactWriteItems"], "write keys and retention"

    calls.clear()
    send(an_event(200), an_event(201))
    assert calls == ["TransactWriteItems"], "both are cached"


def test_what_is_sent_again_counts_once_even_inside_one_request(partner: str) -> None:
    send(an_event(1), an_event(2))

    again = send(an_event(1), an_event(2), an_event(3), an_event(3))

    assert again.json == {"accepted": 1, "duplicates": 3}
    assert [one.behaviour_id for one in stored()] == ["event-1", "event-2", "event-3"]


def test_the_same_id_with_other_content_changes_nothing(partner: str) -> None:
    send(an_event(url="https://shop.example.com/first"))

    again = send(an_event(url="https://shop.example.com/second"))

    assert again.json == {"accepted": 0, "duplicates": 1}
    assert [one.path for one in stored()] == ["/first"]


@pytest.mark.parametrize("name", ["email_opened", "email_clicked", "purchased"])
def test_a_public_caller_may_not_claim_opens_clicks_or_purchases(partner: str, name: str) -> None:
    answer = send(an_event(1), an_event(2, name=name))

    assert (answer.status, answer.code) == (422, "events_refused")
    assert answer.fields == {"events.1.name": "name_not_claimable"}
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert stored() == [], "all or nothing"


def test_a_public_caller_may_name_visitors_only(partner: str) -> None:
    lead = lead_id_of("email", "ann@example.com")

    answer = send(
        {"id": "1", "name": "page_viewed", "lead_id": lead},
        {"id": "2", "name": "page_viewed", "email": "ann@example.com"},
        {"id": "3", "name": "page_viewed", "visitor_id": lead},
        {"id": "4", "name": "page_viewed"},
        {"id": "5", "name": "page_viewed", "visitor_id": VISITOR, "email": "ann@example.com"},
    )

    assert answer.fields == {
        "events.0.lead_id": "subject_not_claimable",
        "events.1.email": "subject_not_claimable",
        "events.2.visitor_id": "visitor_id_invalid",
        "events.3.visitor_id": "subject_not_single",
        "events.4.visitor_id": "subject_not_single",
    }
    assert stored(lead) == []


def test_a_partner_reports_a_purchase_of_a_person_known_by_address(partner: str) -> None:
    lead = lead_id_of("email", "ann@example.com")
    by_phone = lead_id_of("phone", "+97714123456")

    answer = send(
        {"id": "1", "name": "purchased", "email": " Ann@EXAMPLE.com "},
        {"id": "2", "name": "email_opened", "lead_id": lead, "human": False},
        {"id": "3", "name": "purchased", "phone": "+977 1-4123456"},
        key=partner,
        origin=None,
    )

    assert answer.json == {"accepted": 3, "duplicates": 0}
    assert [(one.name, one.human, one.source) for one in stored(lead)] == [
        ("purchased", True, "partner"),
        ("email_opened", False, "partner"),
    ]
    assert [one.name for one in stored(by_phone)] == ["purchased"]


def test_a_partner_is_told_which_address_is_none_without_repeating_it(
    partner: str, logs: Logs
) -> None:
    answer = send(
        {"id": "1", "name": "purchased", "email": "nobody-at-home"},
        {"id": "2", "name": "purchased", "phone": "12"},
        {"id": "3", "name": "purchased", "lead_id": "lead_x"},
        key=partner,
        origin=None,
    )

    assert answer.fields == {
        "events.0.email": "email_invalid",
        "events.1.phone": "phone_invalid",
        "events.2.lead_id": "lead_id_invalid",
    }
    assert "nobody-at-home" not in answer.text + logs.text


def test_a_partners_key_is_refused_to_web_pages(partner: str) -> None:
    answer = send(an_event(), key=partner)

    assert (answer.status, answer.code) == (403, "origin_not_allowed")


def test_an_event_from_the_future_happened_when_it_came(partner: str) -> None:
    send(an_event(occurred_at="2025-06-02T04:20:01Z"))

    assert stored()[0].occurred_at == "2025-06-02T04:15:00.000Z"


def test_a_public_claim_may_be_thirty_days_old_and_no_older(partner: str) -> None:
    answer = send(
        an_event(1, occurred_at="2025-05-03T04:15:00Z"),
        an_event(2, occurred_at="2025-05-03T04:14:59Z"),
    )

    assert answer.fields == {"events.1.occurred_at": "occurred_too_long_ago"}
    assert send(an_event(1, occurred_at="2025-05-03T04:15:00Z")).status == 202


def test_a_partner_may_bring_history_but_not_fables(partner: str) -> None:
    known = send(an_event(1, occurred_at="2020-01-01T00:00:00Z"), key=partner, origin=None)
    fable = send(an_event(2, occurred_at="0001-01-01T00:00:00+05:45"), key=partner, origin=None)

    assert known.status == 202
    assert fable.fields == {"events.0.occurred_at": "occurred_too_long_ago"}


def test_robots_are_stored_and_marked(partner: str) -> None:
    answer = send(an_event(), **{"user-agent": "Googlebot/2.1"})

    assert answer.status == 202
    assert [one.human for one in stored()] == [False]


def test_a_closing_page_sends_text_with_the_key_inside(partner: str) -> None:
    body = f'{{"write_key":"{PUBLIC}","events":[{{"id":"1","name":"page_viewed",'
    body += f'"visitor_id":"{VISITOR}"}}]}}'
    headers = {"content-type": "text/plain;charset=UTF-8", "origin": SHOP, "user-agent": BROWSER}
    answer = http("behaviour_capture", "POST", "/v1/events", body=body, headers=headers)

    assert (answer.status, answer.json) == (202, {"accepted": 1, "duplicates": 0})


@pytest.mark.parametrize(
    ("key", "code"), [(None, "write_key_missing"), ("crm_sec_guess", "write_key_unknown")]
)
def test_without_a_valid_key_nothing_is_taken(partner: str, key: str | None, code: str) -> None:
    answer = send(an_event(), key=key)

    assert (answer.status, answer.code) == (401, code)
    assert "access-control-allow-origin" not in answer.headers
    assert stored() == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{SHOP}.evil.example"])
def test_a_page_of_another_origin_is_refused_without_cors_headers(
    partner: str, origin: str
) -> None:
    answer = send(an_event(), origin=origin)

    assert (answer.status, answer.code) == (403, "origin_not_allowed")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert stored() == []


def test_our_own_pages_are_always_allowed(partner: str) -> None:
    assert send(an_event(), origin="https://crm.example.com").status == 202


def test_a_browser_that_asks_first_is_told_what_its_page_may_send(partner: str) -> None:
    def ask(origin: str) -> Answer:
        return http("behaviour_capture", "OPTIONS", "/v1/events", headers={"origin": origin})

    assert ask(SHOP).status == 204
    assert ask(SHOP).headers["access-control-allow-origin"] == SHOP
    assert ask(SHOP).headers["access-control-allow-headers"] == "content-type, x-write-key"
    assert ask("https://evil.example").status == 403
    assert "access-control-allow-origin" not in ask("https://evil.example").headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "json_invalid"),
        ("[" * 60_000, 400, "json_invalid"),
        ('{"events":[]}', 422, "validation_failed"),
        ('{"events":[{"id":"a b","name":"page_viewed"}]}', 422, "validation_failed"),
        ("x" * 65_537, 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_taken_is_answered_with_why(
    partner: str, body: str, status: int, code: str
) -> None:
    headers = {"content-type": "application/json", "x-write-key": PUBLIC}
    answer = http("behaviour_capture", "POST", "/v1/events", body=body, headers=headers)

    assert (answer.status, answer.code) == (status, code)


def test_more_than_a_hundred_events_are_refused(partner: str) -> None:
    answer = send(*(an_event(number) for number in range(101)))

    assert (answer.status, answer.fields) == (422, {"events": "too_long"})


def test_another_media_type_is_not_taken(partner: str) -> None:
    answer = http(
        "behaviour_capture", "POST", "/v1/events", form={"a": "b"}, headers={"x-write-key": PUBLIC}
    )

    assert (answer.status, answer.code) == (415, "media_type_unsupported")


def test_hostile_values_are_kept_as_text(partner: str, logs: Logs) -> None:
    hostile = "=cmd|' /C calc'!A0<script>alert(1)</script>\u202e\u0007"
    answer = send(an_event(properties={"note": hostile}))

    assert answer.status == 202
    assert stored()[0].properties["note"] == hostile
    assert "script" not in logs.text


def test_keys_rotate_without_a_gap(partner: str, clock: FakeClock) -> None:
    second = plant([{"key_id": "partner-2", "kind": "partner"}], NOW)["partner-2"]
    clock.tick(seconds=31)

    for key in (partner, second):
        sent = {"id": key[-9:].strip("_-") or "1", "name": "purchased", "visitor_id": VISITOR}
        assert send(sent, key=key, origin=None).json["accepted"] == 1
    assert plant([{"key_id": "partner", "kind": "partner"}], NOW) == {}, "planting is repeatable"


def test_an_ended_key_opens_nothing(tables: None, clock: FakeClock) -> None:
    until = {"key_id": "page", "kind": "public", "key": PUBLIC, "allowed_origins": [SHOP]}
    plant([{**until, "valid_until": "2025-06-02T04:16:00Z"}], NOW)

    assert send(an_event(1)).status == 202
    clock.tick(minutes=1)
    assert send(an_event(2)).code == "write_key_unknown"


def test_secrets_are_stored_hashed_only(partner: str) -> None:
    items = boto3.client("dynamodb").scan(TableName="crm-test-customers")["Items"]

    assert partner not in str(items)
    assert PUBLIC in str(items)
