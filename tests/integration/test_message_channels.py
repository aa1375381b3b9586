"""Campaigns by text message, by the channel somebody likes, and by the next one where a
mail comes back."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.customers.consents.model import ConsentState
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from shared.platform.aws import client
from tests import dealings
from tests.calls import http
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.messaging import ONE, bounced, by_sms, mail_then_sms, proof, started, with_phones
from tests.pump import Pump, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    a_list,
    a_template,
    a_text,
    agree,
    campaigns,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
    texted,
)

REFUSED = EndpointConnectionError(endpoint_url="https://sns.example.com")
SILENT = ReadTimeoutError(endpoint_url="https://sns.example.com")


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def test_text_messages_go_to_phones_and_cost_what_was_foretold() -> None:
    ann, bob = with_phones(2)
    (mute,) = people(1, "mute", phones=[{"number": "+9779841234599"}])
    (bare,) = people(1, "bare")
    (blocked,) = with_phones(1, "blocked", phones=[{"number": "+9779841234588"}])
    suppress([("phone", "+9779841234588")], None, Reason.UNSUBSCRIBED, platform_clock.now())
    long = a_text("Namaste {{ first_name }}, नमस्ते " + "x" * 70)
    rules(ALWAYS.model_copy(update={"sms_part": 3, "sms_parts": {"+977": 4}}))
    one = a_campaign([ann, bob, mute, bare, blocked], channel="sms", template_id=long).campaign_id

    told = campaigns("POST", f"/{one}/preflight", route=f"{ONE}/preflight").json
    overlook()
    move(one, "start")
    Pump(copies=2).run()
    minute()

    assert (told["sendable"], told["by_channel"]) == (2, {"sms": 2})
    assert told["why_not"] == {"no_consent": 1, "no_address": 1, "suppressed": 1}
    assert told["cost_cents"] == 2 * 2 * 4
    assert sorted(number for number, _ in texted()) == ["+9779841112500", "+9779841112501"]
    assert mailed() == {}
    assert campaigns("GET", f"/{one}", route=ONE).json["state"] == "done"
    assert sums(one) == {"sent": 2, "skipped": 3}
    shown = proof(one, ann)
    assert (shown["state"], shown["channel"]) == ("sent", "sms")
    assert shown["consent"]["channel"] == "sms"
    assert shown["provider_id"]


@pytest.mark.parametrize(
    ("trouble", "sums_after"),
    [
        (REFUSED, {"sent": 1}),
        ("Throttled", {"sent": 1}),
        (SILENT, {"unknown": 1}),
        ("InvalidParameter", {"failed": 1}),
    ],
    ids=["refused", "throttled", "silent", "no number"],
)
def test_what_a_provider_says_of_a_text_message_decides_whether_it_is_tried_again(
    trouble: Any, sums_after: dict[str, int]
) -> None:
    asked: list[Any] = []

    def act(request: Any, **_: Any) -> Any:
        asked.append(request)
        if len(asked) > 1:
            return None
        raise trouble if isinstance(trouble, Exception) else _refusal(trouble)

    client("sns").meta.events.register("before-send.sns.Publish", act)

    one = started(with_phones(1), **by_sms())

    assert sums(one) == sums_after
    assert len(asked) == (2 if "sent" in sums_after else 1)
    assert len(texted()) == (1 if "sent" in sums_after else 0)


def _refusal(code: str) -> ClientError:
    status = 429 if code == "Throttled" else 400
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")


def test_everybody_is_reached_as_they_like_or_else_as_they_may_be() -> None:
    (likes_sms,) = with_phones(1, "s", preferred_channel="sms")
    (likes_mail,) = with_phones(1, "m", preferred_channel="email")
    (no_mail,) = with_phones(1, "n")
    agree(no_mail, ConsentState.WITHDRAWN)
    (likes_post,) = with_phones(1, "o", preferred_channel="post")
    everybody = [likes_sms, likes_mail, no_mail, likes_post]

    one = started(everybody, **mail_then_sms())

    found = rows(one)
    channels = [found[contact]["channel"] for contact in everybody]
    assert channels == ["sms", "email", "sms", "email"]
    assert sums(one) == {"sent": 4}

    two = started(everybody, **mail_then_sms(), preferred_first=False)

    assert rows(two)[likes_sms]["channel"] == "email"


def test_what_is_capped_by_one_channel_goes_by_the_next() -> None:
    (ann,) = with_phones(1)
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)}))
    first = started([ann], **mail_then_sms())
    second = started([ann], **mail_then_sms())
    third = started([ann], **mail_then_sms())

    assert [rows(one)[ann]["channel"] for one in (first, second)] == ["email", "sms"]
    assert sums(third) == {"deferred": 1}


LIMITS = "/v1/contacts/{contact_id}/message-limits"


def limited(contact: str, limit: Any, channel: str = "email") -> Any:
    path = f"/v1/contacts/{contact}/message-limits/{channel}"
    body, rep = {"limit": limit}, ("asha", ["rep"])
    return http("campaign_admin", "PUT", path, body=body, staff=rep, route=f"{LIMITS}/{{channel}}")


def test_somebody_gets_no_more_than_they_asked_for_and_it_is_not_forgotten(
    clock: FakeClock,
) -> None:
    ann, bob = people(2)
    started([ann, bob])
    said = limited(ann, {"times": 1, "days": 7})

    second = started([ann, bob])

    assert said.json == {"items": {"email": {"times": 1, "days": 7}}}
    assert rows(second)[bob]["state"] == "sent"
    deferred = rows(second)[ann]
    assert (deferred["state"], deferred["reason"]) == ("deferred", "capped")
    clock.tick(days=7)
    minute()
    assert sums(second) == {"sent": 2}
    (cap,) = [item for item in everything() if item["pk"] == f"CAP#{ann}"]
    assert "expires_at" not in cap
    third = started([ann])
    limited(ann, None)
    fourth = started([ann])
    assert (sums(third), sums(fourth)) == ({"deferred": 1}, {"sent": 1})
    path = f"/v1/contacts/{ann}/message-limits"
    shown = http("campaign_admin", "GET", path, staff=("asha", ["rep"]), route=LIMITS)
    assert shown.json == {"items": {}}


def test_limits_of_nobody_and_of_no_channel_are_refused() -> None:
    (ann,) = people(1)
    stranger = "contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F9"

    assert limited(stranger, None).code == "contact_not_found"
    assert limited(ann, None, "pigeon").code == "channel_not_found"
    assert limited(ann, {"times": 0, "days": 7}).fields == {"limit.times": "greater_than_equal"}


def test_a_mail_that_comes_back_for_good_is_followed_by_a_text_message_once() -> None:
    (ann,) = with_phones(1)
    one = started([ann], **mail_then_sms())
    minute()
    assert campaigns("GET", f"/{one}", route=ONE).json["state"] == "done"

    bounced(one, ann, copies=3)

    assert [number for number, _ in texted()] == ["+9779841112500"]
    assert sums(one) == {"sent": 1}
    shown = proof(one, ann)
    assert (shown["channel"], shown["state"]) == ("sms", "sent")
    assert [(was["channel"], was["state"]) for was in shown["earlier"]] == [("email", "sent")]
    campaigns_add_up(list(everything()))


def test_without_consent_nothing_follows_on_a_mail_that_came_back() -> None:
    (ann,) = with_phones(1)
    agree(ann, ConsentState.WITHDRAWN, channel="sms")
    one = started([ann], **mail_then_sms())

    bounced(one, ann)

    assert texted() == []
    assert sums(one) == {"sent": 1}
    assert proof(one, ann)["earlier"] == []


def test_a_mail_that_may_still_arrive_is_followed_by_nothing() -> None:
    (ann,) = with_phones(1)
    one = started([ann], **mail_then_sms())

    bounced(one, ann, permanent=False)

    assert texted() == []


def test_what_follows_waits_for_the_morning_and_the_campaign_stays_done(clock: FakeClock) -> None:
    (ann,) = with_phones(1, zone="Asia/Kathmandu")
    one = started([ann], **mail_then_sms())
    minute()
    rules(ALWAYS.model_copy(update={"quiet_from": "00:00", "quiet_to": "23:59"}))

    bounced(one, ann, copies=2)

    assert texted() == []
    assert sums(one) == {"sent": 1}
    assert proof(one, ann)["state"] == "deferred"
    rules()
    clock.tick(days=1)
    minute()
    assert len(texted()) == 1
    assert campaigns("GET", f"/{one}", route=ONE).json["state"] == "done"
    assert sums(one) == {"sent": 1}
    campaigns_add_up(list(everything()))


def test_what_follows_waits_while_a_campaign_is_paused() -> None:
    (ann,) = with_phones(1)
    one = started([ann], **mail_then_sms())
    move(one, "pause")

    bounced(one, ann, copies=2)
    minute(11)
    assert texted() == []
    move(one, "resume")
    minute(11)

    assert len(texted()) == 1
    assert sums(one) == {"sent": 1}


def test_a_text_message_of_which_nobody_knows_counts_as_unknown() -> None:
    (ann,) = with_phones(1)
    one = started([ann], **mail_then_sms())

    def silent(**_: Any) -> Any:
        raise SILENT

    client("sns").meta.events.register("before-send.sns.Publish", silent)
    bounced(one, ann, copies=3)

    assert sums(one) == {"unknown": 1}
    route = f"{ONE}/recipients/{{contact_id}}/settlement"
    path = f"/{one}/recipients/{ann}/settlement"
    assert campaigns("POST", path, body={"outcome": "failed"}, route=route).status == 200
    assert sums(one) == {"sent": 1}
    campaigns_add_up(list(everything()))


UNKNOWN = "01JWQ6Y3M8Z4T0V5B7C9D1E2F9"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"channel": "sms"}, {"template_id": "template_unusable"}),
        ({"template_id": None}, {"template_id": "template_missing"}),
        ({"channel": "webhook", "template_id": "TEXT"}, {"webhook_id": "webhook_missing"}),
        (
            {"channel": "webhook", "template_id": "TEXT", "webhook_id": f"webhook_{UNKNOWN}"},
            {"webhook_id": "webhook_not_found"},
        ),
        ({"webhook_id": f"webhook_{UNKNOWN}"}, {"webhook_id": "webhook_unusable"}),
        (
            {"fallbacks": [{"channel": "email", "template_id": f"template_{UNKNOWN}"}]},
            {"fallbacks.0.channel": "channel_repeated", "fallbacks.0.template_id": "template_not_found"},
        ),
    ],
)  # fmt: skip
def test_ways_that_cannot_be_gone_are_refused(change: Any, fields: Any) -> None:
    given = {"name": "x", "audience": {"list_id": a_list([])}, "template_id": a_template()}
    text = a_text("Hi", "text")
    changed = {name: text if value == "TEXT" else value for name, value in change.items()}

    answer = campaigns("POST", body={**given, **changed})

    assert (answer.status, answer.fields) == (422, fields)


def test_a_large_audience_is_foretold_exactly_page_by_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from shared.marketing.sending import preflight

    monkeypatch.setattr(preflight, "EXACT", 5)
    monkeypatch.setattr(preflight, "PART_SIZE", 5)
    everybody = [*with_phones(7), *people(4, "x"), *people(2, "y", phones=[])]
    everybody.append(
        dealings.a_contact(emails=[], phones=[{"number": "+9779841000001"}]).contact_id
    )
    one = a_campaign(everybody, **by_sms()).campaign_id
    path, route = f"/{one}/preflight", f"{ONE}/preflight"

    answers = [campaigns("POST", path, route=route).json]
    while answers[-1]["next"]:
        query = {"cursor": answers[-1]["next"]}
        answers.append(campaigns("POST", path, query=query, route=route).json)

    assert [told["looked_at"] for told in answers] == [5, 10, 14]
    assert [told["exact"] for told in answers] == [False, False, True]
    last = answers[-1]
    assert (last["audience"], last["sendable"], last["cost_cents"]) == (14, 7, 35)
    assert last["why_not"] == {"no_address": 6, "no_consent": 1}
    two = a_campaign(everybody, **by_sms()).campaign_id
    query = {"cursor": answers[0]["next"]}
    stranger = campaigns("POST", f"/{two}/preflight", query=query, route=route)
    assert (stranger.status, stranger.code) == (422, "cursor_invalid")


def test_an_audience_that_fills_its_last_page_is_foretold_exactly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from shared.marketing.sending import preflight

    monkeypatch.setattr(preflight, "EXACT", 6)
    monkeypatch.setattr(preflight, "PART_SIZE", 3)
    one = a_campaign(with_phones(6), **by_sms()).campaign_id

    told = campaigns("POST", f"/{one}/preflight", route=f"{ONE}/preflight").json

    assert (told["audience"], told["looked_at"], told["exact"], told["next"]) == (6, 6, True, None)


def test_a_phone_number_is_not_written_to_where_a_person_has_none() -> None:
    one = started([dealings.a_contact(phones=[]).contact_id], **by_sms())

    assert sums(one) == {"skipped": 1}
    assert [row["reason"] for row in rows(one).values()] == ["no_address"]
