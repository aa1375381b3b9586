"""Campaigns by text message and webhook, by the channel somebody likes, and by the next one where a
mail comes back."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.customers.consents.model import ConsentState
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.channels import messages
from shared.marketing.channels.webhooks import Webhook, create_webhook
from shared.marketing.events import MessageBounced
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from shared.platform.aws import client
from shared.platform.outside import AnswerLost, NotAllowed, NotReached
from tests import dealings
from tests.calls import bus_event, http, invoke, queue_event
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.marketing import NABIN
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

ONE = "/v1/campaigns/{campaign_id}"
REFUSED = EndpointConnectionError(endpoint_url="https://sns.example.com")
SILENT = ReadTimeoutError(endpoint_url="https://sns.example.com")


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def with_phones(count: int, prefix: str = "p", **facts: Any) -> list[str]:
    """People with an address and a phone, who agreed to mails and text messages."""
    found = []
    for number in range(count):
        phone = {"phones": [{"number": f"+9779841{ord(prefix[0]):03d}5{number:02d}"}]}
        found += people(1, f"{prefix}{number}x", **{**phone, **facts})
        agree(found[-1], channel="sms")
    return found


def started(contact_ids: list[str], **more: Any) -> str:
    one = a_campaign(contact_ids, **more).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    return one


def by_sms(**more: Any) -> dict[str, Any]:
    return {"channel": "sms", "template_id": a_text(), **more}


def mail_then_sms() -> dict[str, Any]:
    return {"fallbacks": [by_sms()]}


def proof(campaign: str, contact_id: str) -> Any:
    path, route = f"/{campaign}/recipients/{contact_id}", f"{ONE}/recipients/{{contact_id}}"
    return campaigns("GET", path, route=route).json


def bounced(campaign: str, contact_id: str, *, permanent: bool = True, copies: int = 1) -> None:
    """The provider says that a mail came back."""
    fact = MessageBounced(
        event_id="b",
        occurred_at=platform_clock.now(),
        campaign_id=campaign,
        contact_id=contact_id,
        channel="email",
        claim=rows(campaign)[contact_id]["claim"],
        permanent=permanent,
        reason="General",
    )
    for _ in range(copies):
        invoke("campaign_send", queue_event([bus_event(fact)]))


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


class Program:
    """Another program, by what it is sent and what it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[Any] = []
        monkeypatch.setattr(messages, "post", self._post)

    def _post(self, url: str, headers: Any, body: bytes, _: float) -> int:
        self.came.append((url, dict(headers), body))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return int(answer)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(monkeypatch)


def by_webhook() -> dict[str, Any]:
    given = Webhook(name="Chat", url="https://chat.example.com/in")
    one = create_webhook(given, "nabin", None, platform_clock.now())
    text = a_text("Hi {{ first_name }}", "text")
    return {"channel": "webhook", "template_id": text, "webhook_id": one.name}


def chatting(count: int) -> list[str]:
    found = people(count)
    for one in found:
        agree(one, channel="chat")
    return found


def test_a_program_gets_each_message_once_and_can_tell_that_it_is_ours(program: Program) -> None:
    ann, bob = chatting(2)
    (silent,) = people(1, "silent")
    way = by_webhook()
    one = started([ann, bob, silent], **way)

    assert sums(one) == {"sent": 2, "skipped": 1}
    url, headers, body = program.came[0]
    told = json.loads(body)
    assert url == "https://chat.example.com/in"
    assert {row["webhook-id"] for _, row, _ in program.came} == {
        f"{one}.{who}.1" for who in (ann, bob)
    }
    assert told["text"] in ("Hi P0", "Hi P1")
    assert (told["campaign_id"], told["purpose"]) == (one, "marketing")
    shown = http("campaign_admin", "GET", f"/v1/webhooks/{way['webhook_id']}", staff=NABIN, route="/v1/webhooks/{webhook_id}").json  # fmt: skip
    secret = base64.b64decode(shown["secret"].removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    proven = base64.b64encode(hmac.digest(secret, said, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{proven}"


@pytest.mark.parametrize(
    ("answer", "after", "calls"),
    [
        (NotReached("refused"), {"sent": 1}, 2),
        (429, {"sent": 1}, 2),
        (503, {"sent": 1}, 2),
        (500, {"unknown": 1}, 1),
        (AnswerLost("slow"), {"unknown": 1}, 1),
        (404, {"failed": 1}, 1),
        (302, {"failed": 1}, 1),
        (NotAllowed("address_internal", ""), {"failed": 1}, 1),
    ],
)
def test_what_a_program_answers_decides_whether_it_is_asked_again(
    program: Program, answer: Any, after: dict[str, int], calls: int
) -> None:
    program.answers = [answer]

    one = started(chatting(1), **by_webhook())

    assert sums(one) == after
    assert len(program.came) == calls
    assert len({headers["webhook-id"] for _, headers, _ in program.came}) == 1


def test_programs_that_take_their_time_are_gone_on_with_later(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.marketing.sending import run

    instants = iter(range(0, 10_000, 25))
    monkeypatch.setattr(run, "monotonic", lambda: next(instants))

    one = started(chatting(6), **by_webhook())

    assert sums(one) == {"sent": 6}
    assert len(program.came) == 6


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://chat.example.com/", "url_not_secure"),
        ("https://10.1.2.3/", "address_internal"),
        ("https://chat.example.com:22/", "port_refused"),
    ],
)
def test_programs_of_internal_networks_are_not_registered(url: str, code: str) -> None:
    body = {"name": "x", "url": url}

    answer = http("campaign_admin", "POST", "/v1/webhooks", body=body, staff=NABIN)

    assert (answer.status, answer.fields) == (422, {"url": code})


def test_programs_are_registered_changed_and_listed() -> None:
    body = {"name": "Chat", "url": "https://chat.example.com/in"}
    key = {"idempotency-key": "k"}
    made = http("campaign_admin", "POST", "/v1/webhooks", body=body, headers=key, staff=NABIN)
    again = http("campaign_admin", "POST", "/v1/webhooks", body=body, headers=key, staff=NABIN)
    one = made.json["webhook_id"]
    path, route = f"/v1/webhooks/{one}", "/v1/webhooks/{webhook_id}"

    changed = http("campaign_admin", "PUT", path, body={**body, "generation": 2, "version": 1}, staff=NABIN, route=route)  # fmt: skip
    stale = http("campaign_admin", "PUT", path, body={**body, "version": 1}, staff=NABIN, route=route)  # fmt: skip

    assert (made.status, again.json["webhook_id"]) == (201, one)
    assert made.json["secret"] != changed.json["secret"]
    assert stale.status == 412
    listed = http("campaign_admin", "GET", "/v1/webhooks", staff=("asha", ["rep"])).json["items"]
    assert [(row["webhook_id"], "secret" in row) for row in listed] == [(one, False)]
    assert http("campaign_admin", "GET", path, staff=("asha", ["rep"]), route=route).status == 403


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
