"""Campaigns: planned, foretold, sent to each person once or with a reason, paused, ended."""

import random
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from shared.customers.consents.model import ConsentState
from shared.customers.contacts.changes import delete_contact
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.campaigns import planning
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import campaign_key, need
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from tests import dealings
from tests.aws_calls import aside, intercepted
from tests.calls import http, invoke, queue_event
from tests.campaign_runs import troubled_run
from tests.cloud import everything, forget
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.mail_provider import Provider
from tests.marketing import NABIN, a_segment
from tests.privacy import erased, exported
from tests.pump import Killed, Pump, carried, drained, overlook
from tests.sending import (
    ALWAYS,
    MAIL,
    a_campaign,
    a_list,
    a_template,
    agree,
    campaigns,
    mailed,
    mails,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
    timers,
)

ONE = "/v1/campaigns/{campaign_id}"


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def started(contact_ids: list[str], *args: Any, **more: Any) -> str:
    one = a_campaign(contact_ids, *args, **more).campaign_id
    overlook()
    move(one, "start")
    return one


def proof(campaign: str, contact_id: str) -> Any:
    path, route = f"/{campaign}/recipients/{contact_id}", f"{ONE}/recipients/{{contact_id}}"
    answer = campaigns("GET", path, route=route)
    assert answer.status == 200, answer.text
    return answer.json


def hundred() -> list[str]:
    """A hundred people, of whom four are not to be written to and two have no address."""
    found = people(94)
    blocked = people(4, "blocked")
    for number in range(4):
        suppress([("email", f"blocked{number}@example.com")], None, Reason.HARD_BOUNCE, platform_clock.now())  # fmt: skip
    bare = [
        dealings.a_contact(first_name="Bare", emails=[], phones=[{"number": f"+97798412345{n}0"}])
        for n in range(2)
    ]
    return [*found, *blocked, *(one.contact_id for one in bare)]


def test_a_campaign_is_foretold_and_ends_as_foretold() -> None:
    one = a_campaign(hundred()).campaign_id

    told = campaigns("POST", f"/{one}/preflight", route=f"{ONE}/preflight").json
    overlook()
    before = len(mails())
    move(one, "start")
    Pump().run()
    minute()

    assert (told["audience"], told["exact"], told["sendable"]) == (100, True, 94)
    assert told["why_not"] == {"suppressed": 4, "no_address": 2}
    assert told["cost_cents"] == 0.94
    assert len(mails()) - before == 94
    shown = campaigns("GET", f"/{one}", route=ONE).json
    assert shown["state"] == "done"
    assert shown["progress"] == {
        "audience": 100,
        "sent": 94,
        "skipped": 6,
        "failed": 0,
        "unknown": 0,
        "deferred": 0,
        "open": 0,
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
    }
    (ended,) = [fact for fact in carried() if fact.type == "CampaignFinished"]
    assert (ended.detail["audience"], ended.detail["sent"]) == (100, 94)
    campaigns_add_up(list(everything()))


def test_a_mail_says_what_mail_programs_and_the_law_ask_for() -> None:
    provider = Provider()
    (ann,) = people(1)
    one = started([ann])
    Pump().run()

    (request,) = provider.requests
    simple = request["Content"]["Simple"]
    headers = {header["Name"]: header["Value"] for header in simple["Headers"]}
    link = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "Jaladhara <marketing.example.com>"
    assert link.startswith("https://crm.example.com/u/")
    assert link in simple["Body"]["Html"]["Data"]
    assert link in simple["Body"]["Text"]["Data"]
    assert simple["Subject"]["Data"] == "Spring, P0"
    tags = {tag["Name"]: tag["Value"] for tag in request["EmailTags"]}
    assert tags == {"campaign": one, "contact": ann, "claim": rows(one)[ann]["claim"]}
    assert "example.com" not in link.removeprefix("https://crm.example.com")


def test_a_part_delivered_five_times_sends_each_mail_once() -> None:
    one = started(people(12))
    Pump(copies=5, shuffle=random.Random(1)).run()

    assert set(mailed().values()) == {1}
    assert sums(one) == {"sent": 12}


def test_a_sender_killed_after_the_provider_took_a_mail_leaves_one_unknown() -> None:
    provider = Provider()
    provider.after = lambda it: Killed() if len(it.requests) == 5 else None
    one = started(people(12))

    Pump().run()
    provider.after = None
    Pump(copies=5).run()

    assert set(mailed().values()) == {1}
    assert sums(one) == {"sent": 11, "unknown": 1}
    (lost,) = [contact for contact, row in rows(one).items() if row["state"] == "unknown"]
    assert proof(one, lost)["because"].startswith("It may have been sent")
    minute()
    assert need(one).state is State.DONE
    body, path = {"outcome": "sent"}, f"/{one}/recipients/{lost}/settlement"
    route = f"{ONE}/recipients/{{contact_id}}/settlement"
    assert campaigns("POST", path, body=body, route=route).json["state"] == "sent"
    assert sums(one) == {"sent": 12}
    assert (
        campaigns("POST", path, body={"outcome": "failed"}, route=route).code == "recipient_known"
    )


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (ReadTimeoutError(endpoint_url="https://ses"), "unknown"),
        ((500, "InternalFailure"), "unknown"),
        ((400, "BadRequestException"), "failed"),
    ],
    ids=str,
)
def test_what_may_have_been_sent_is_never_sent_again(trouble: Any, state: str) -> None:
    provider = Provider()
    provider.trouble = lambda it: trouble if len(it.requests) == 1 else None
    one = started(people(3))
    Pump().run()
    minute()

    assert sums(one) == {"sent": 2, state: 1}
    assert len(provider.requests) == 3
    assert need(one).state is State.DONE


@pytest.mark.parametrize(
    "trouble",
    [(429, "TooManyRequestsException"), EndpointConnectionError(endpoint_url="https://ses")],
    ids=str,
)
def test_what_surely_was_not_sent_is_sent_later_and_counts_once_in_the_cap(trouble: Any) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)}))
    provider = Provider()
    provider.trouble = lambda it: trouble if len(it.requests) <= 4 else None
    one = started(people(8))
    Pump().run()

    assert sums(one) == {"sent": 8}
    assert len(provider.requests) == 4 + 8


def test_a_message_that_is_rejected_again_and_again_holds_nobody_up() -> None:
    provider = Provider()
    rejected = "p1@example.com"

    def trouble(it: Provider) -> tuple[int, str] | None:
        to = it.requests[-1]["Destination"]["ToAddresses"]
        return (400, "MessageRejected") if to == [rejected] else None

    provider.trouble = trouble
    one = started(people(6))
    Pump().run()
    minute()

    assert sums(one) == {"sent": 5, "failed": 1}
    assert len(provider.requests) == 5 + 5
    assert need(one).state is State.DONE
    assert [item for item in everything() if item["pk"].startswith("CAP#") and "sent" not in item]


def test_a_provider_that_takes_nothing_is_left_alone_and_nobody_is_lost() -> None:
    provider = Provider()
    provider.trouble = (429, "TooManyRequestsException")
    one = started(people(60))
    pump = Pump().run()

    assert len(provider.requests) == 3 * 5 * len(pump.dead)
    provider.trouble = None
    Pump().run()
    minute(70)

    assert sums(one) == {"sent": 60}
    assert len(provider.requests) == 30 + 60
    assert need(one).state is State.DONE


def test_paused_it_stops_between_two_mails_and_resumed_it_goes_on() -> None:
    provider = Provider()
    contacts = people(120)
    one = a_campaign(contacts).campaign_id

    def pause(it: Provider) -> None:
        if len(it.requests) in (30, 80):
            with aside():  # somebody else does
                move(one, "pause")

    provider.trouble = pause
    overlook()
    move(one, "start")
    Pump().run()
    first = sums(one)
    minute(5)
    assert sums(one) == first
    assert first["open"] >= 50

    move(one, "resume")
    Pump().run()
    minute()
    assert need(one).state is State.PAUSED
    move(one, "resume")
    Pump().run()
    minute(2)

    assert need(one).state is State.DONE
    assert sums(one) == {"sent": 120}
    assert set(mailed().values()) == {1}


def test_at_a_local_time_each_person_gets_it_when_it_is_that_late_where_they_are(
    clock: FakeClock,
) -> None:
    clock.at(datetime(2025, 6, 2, 0, tzinfo=UTC))
    (kathmandu,) = people(1, "k", zone="Asia/Kathmandu")
    (new_york,) = people(1, "n", zone="America/New_York")
    one = a_campaign([kathmandu, new_york], local_at="2025-06-03T09:00").campaign_id
    assert need(one).starts_at == datetime(2025, 6, 2, 19, tzinfo=UTC)

    clock.at(datetime(2025, 6, 2, 19, tzinfo=UTC))
    timers()
    assert {proof(one, who)["until"] for who in (kathmandu, new_york)} == {
        "2025-06-03T03:15:00.000Z",
        "2025-06-03T13:00:00.000Z",
    }
    assert proof(one, kathmandu)["reason"] == "local_time"

    clock.at(datetime(2025, 6, 3, 3, 15, tzinfo=UTC))
    timers()
    assert mailed() == {"k0@example.com": 1}
    clock.at(datetime(2025, 6, 3, 13, tzinfo=UTC))
    timers()
    timers()
    assert mailed() == {"k0@example.com": 1, "n0@example.com": 1}


def test_no_more_is_queued_than_the_provider_soon_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PAGE_SIZE", 2)
    monkeypatch.setattr(planning, "AHEAD", timedelta(0))
    one = a_campaign(people(10)).campaign_id
    move(one, "start")
    plan = {**campaign_key(one), "due": "…"}

    pages = []
    for _ in range(4):
        invoke("campaign_plan", queue_event([plan]))
        queued = drained("campaign-send")
        pages.append([body["page"] for body in queued])
        for body in queued:
            invoke("campaign_send", queue_event([body]))

    assert pages == [[1, 2], [3, 4], [5], []]
    assert need(one).state is State.DONE
    assert sums(one) == {"sent": 10}


@pytest.mark.parametrize("seed", range(2))
def test_killed_redelivered_reordered_and_paused_everybody_has_one_message_or_one_reason(
    seed: int,
) -> None:
    found = troubled_run(80, seed)

    assert found.pauses == 2


def test_three_campaigns_at_once_pass_no_cap_and_the_third_comes_a_week_later(
    clock: FakeClock,
) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=2, days=7),)}))
    (ann,) = people(1)
    three = [a_campaign([ann]).campaign_id for _ in range(3)]
    begun = clock()
    for one in three:
        move(one, "start")
    Pump(shuffle=random.Random(3)).run()

    assert mailed()["p0@example.com"] == 2
    (late,) = [one for one in three if sums(one) == {"deferred": 1}]
    until = datetime.fromisoformat(proof(late, ann)["until"])
    assert until == begun + timedelta(days=7)
    minute()
    assert need(late).state is State.ACTIVE

    clock.at(until)
    timers()
    minute()

    assert mailed()["p0@example.com"] == 3
    assert (sums(late), need(late).state) == ({"sent": 1}, State.DONE)


def test_a_slot_taken_in_between_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.marketing.sending import sender

    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),), "overflow": "drop"}))
    (ann,) = people(1)
    first, second = (a_campaign([ann]).campaign_id for _ in range(2))
    plain = sender.candidates

    def meanwhile(*asked: Any) -> Any:
        found = plain(*asked)
        monkeypatch.setattr(sender, "candidates", plain)
        sender.send_part(second, [ann], 1, 0, platform_clock.now())
        return found

    for one in (first, second):
        move(one, "start")
    monkeypatch.setattr(sender, "candidates", meanwhile)
    sender.send_part(first, [ann], 1, 0, platform_clock.now())

    assert mailed()["p0@example.com"] == 1
    assert rows(first)[ann]["reason"] == "capped"
    assert rows(second)[ann]["state"] == "sent"


def test_nobody_is_disturbed_at_night_by_their_own_clock(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"quiet_from": "21:00", "quiet_to": "09:00"}))
    clock.at(datetime(2025, 6, 2, 16, 45, tzinfo=UTC))
    kathmandu, berlin = people(1, "k", zone="Asia/Kathmandu"), people(1, "b", zone="Europe/Berlin")
    one = started([*kathmandu, *berlin])
    Pump().run()

    assert set(mailed()) == {"b0@example.com"}
    assert proof(one, kathmandu[0])["until"] == "2025-06-03T03:15:00.000Z"
    clock.at(datetime(2025, 6, 3, 3, 15, tzinfo=UTC))
    timers()
    assert mailed()["k0@example.com"] == 1


def test_consent_is_looked_at_when_the_mail_leaves_and_kept_with_it(clock: FakeClock) -> None:
    ann, bob, eve = people(3)
    one = a_campaign([ann, bob, eve]).campaign_id
    clock.tick(minutes=1)
    agree(bob, ConsentState.WITHDRAWN)
    delete_contact(eve, 1, "asha", clock())
    move(one, "start")
    Pump().run()

    assert proof(one, ann)["consent"]["source"] == "form"
    assert proof(one, bob)["reason"] == "no_consent"
    assert proof(one, eve)["reason"] == "no_record"
    assert sums(one) == {"sent": 1, "skipped": 2}


def test_one_mail_that_cannot_be_made_stops_nobody_else() -> None:
    lacking = dealings.a_contact(first_name=None, emails=[{"address": "x@example.com"}]).contact_id
    agree(lacking)
    one = started([*people(5), lacking])
    Pump().run()

    assert sums(one) == {"sent": 5, "failed": 1}
    assert proof(one, lacking)["because"] == "value_missing:first_name"


def test_the_template_is_the_one_of_the_start() -> None:
    provider = Provider()
    one = started(people(1))
    a_template(MAIL.model_copy(update={"subject": "Summer"}))
    Pump().run()

    assert provider.requests[0]["Content"]["Simple"]["Subject"]["Data"] == "Spring, P0"
    assert need(one).template_version == 1


def test_a_campaign_starts_by_itself(clock: FakeClock) -> None:
    one = a_campaign(people(2), start_at=(clock() + timedelta(minutes=3)).isoformat()).campaign_id
    minute(2)
    assert need(one).state is State.PLANNED
    minute(2)

    assert sums(one) == {"sent": 2}
    assert need(one).started_by == "schedule"


def test_a_segment_is_an_audience_and_whoever_enters_later_gets_nothing(clock: FakeClock) -> None:
    nepal = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}
    segment = a_segment(nepal, clock())
    people(3, country="NP")
    Pump().run()
    planned = a_campaign([], audience={"segment_id": segment}).campaign_id
    told = campaigns("POST", f"/{planned}/preflight", route=f"{ONE}/preflight").json
    assert (told["audience"], told["sendable"]) == (3, 3)
    one = started([], audience={"segment_id": segment})
    Pump().run()
    people(1, "late", country="NP")
    Pump().run()
    minute(2)

    assert sums(one) == {"sent": 3}
    assert need(one).state is State.DONE


def test_cancelled_it_sends_nothing_more_and_says_so(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=1),)}))
    ann, bob = people(2)
    first = started([ann])
    Pump().run()
    second = started([ann])
    Pump().run()
    third = a_campaign([bob]).campaign_id
    for one in (second, third):
        move(one, "cancel")

    clock.tick(days=2)
    timers()

    assert sums(first) == {"sent": 1}
    assert proof(second, ann)["reason"] == "cancelled"
    assert proof(third, bob)["state"] == "not_in_audience"
    assert mailed() == {"p0@example.com": 1}


def test_what_was_sent_to_somebody_is_exported_and_goes_with_them() -> None:
    (ann,) = people(1)
    one = started([ann])
    Pump().run()
    minute()

    _, archive = exported(email="p0@example.com")
    with ZipFile(BytesIO(archive)) as found:
        kept = b"".join(found.read(name) for name in found.namelist())
    erased(email="p0@example.com")

    assert one.encode() in kept
    assert rows(one) == {}
    left = [item for item in everything() if item["pk"] == f"CAP#{ann}"]
    assert left == []
    assert (sums(one), need(one).state) == ({"sent": 1}, State.DONE)


def test_moves_that_a_state_does_not_allow_are_refused() -> None:
    one = a_campaign(people(1)).campaign_id
    path, route = f"/{one}/moves", f"{ONE}/moves"

    assert campaigns("POST", path, body={"move": "pause", "version": 1}, route=route).status == 409
    assert campaigns("POST", path, body={"move": "start", "version": 2}, route=route).status == 412
    assert campaigns("POST", path, body={"move": "start", "version": 1}, route=route).status == 200
    assert campaigns("POST", path, body={"move": "start", "version": 2}, route=route).status == 409
    assert campaigns("POST", path, body={"move": "jump", "version": 2}, route=route).status == 422
    change = {"name": "x", "audience": {"list_id": a_list([])}, "template_id": a_template()}
    body = {**change, "version": 2}
    assert campaigns("PUT", f"/{one}", body=body, route=ONE).code == "campaign_started"


def test_campaigns_are_planned_changed_and_listed() -> None:
    given = {"name": "Spring", "audience": {"list_id": a_list([])}, "template_id": a_template()}
    key = {"idempotency-key": "k"}

    made, again = (campaigns("POST", body=given, headers=key) for _ in range(2))
    other = campaigns("POST", body={**given, "name": "Summer"}, headers=key)
    path = f"/{made.json['campaign_id']}"
    body = {**given, "name": "Summer", "version": 1}
    changed = campaigns("PUT", path, body=body, route=ONE)

    assert made.json["campaign_id"] == again.json["campaign_id"]
    assert other.code == "idempotency_key_reused"
    assert (changed.json["name"], changed.json["version"]) == ("Summer", 2)
    (listed,) = campaigns("GET").json["items"]
    assert (listed["name"], listed["state"]) == ("Summer", "planned")
    assert campaigns("GET", "/campaign_x", route=ONE).status == 404


UNKNOWN = "01JWQ6Y3M8Z4T0V5B7C9D1E2F9"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"audience": {}}, {"audience": "value_error"}),
        ({"audience": {"list_id": f"list_{UNKNOWN}"}}, {"audience": "list_not_found"}),
        ({"audience": {"segment_id": f"segment_{UNKNOWN}"}}, {"audience": "segment_not_found"}),
        ({"template_id": f"template_{UNKNOWN}"}, {"template_id": "template_not_found"}),
        ({"budget": -1}, {"budget": "greater_than_equal"}),
        ({"start_at": "2025-06-02T10:00:00"}, {"start_at": "timezone_aware"}),
        ({"local_at": "2025-06-02T10:00:00Z"}, {"local_at": "string_pattern_mismatch"}),
        ({"local_at": "2025-06-31T10:00"}, {"local_at": "value_error"}),
    ],
)
def test_a_campaign_to_nobody_or_of_nothing_is_refused(change: Any, fields: Any) -> None:
    given = {"name": "x", "audience": {"list_id": a_list([])}, "template_id": a_template()}

    answer = campaigns("POST", body=given | change)

    assert (answer.status, answer.fields) == (422, fields)
    assert campaigns("GET").json["items"] == []


def test_marketers_send_and_others_look() -> None:
    one = a_campaign(people(1)).campaign_id
    rep = ("asha", ["rep"])
    body = {"move": "start", "version": 1}

    assert campaigns("POST", f"/{one}/moves", body=body, route=f"{ONE}/moves", by=rep).status == 403
    assert campaigns("GET", f"/{one}", route=ONE, by=rep).status == 200


def test_rules_of_sending_are_kept_in_versions() -> None:
    path = "/v1/sending-rules"
    known = http("campaign_admin", "GET", path, staff=NABIN).json
    new = {**known["rules"], "overflow": "drop"}
    body = {"version": known["version"], "rules": new}

    assert http("campaign_admin", "PUT", path, body=body, staff=NABIN).json["rules"] == new
    assert http("campaign_admin", "PUT", path, body=body, staff=NABIN).status == 412
    wrong = {"version": 9, "rules": {**new, "quiet_to": "25:00"}}
    assert http("campaign_admin", "PUT", path, body=wrong, staff=NABIN).status == 422


def test_all_campaigns_together_send_no_faster_than_the_rules_say(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"mails_a_second": 5, "caps": ()}))
    provider = Provider()
    left: list[datetime] = []
    provider.trouble = lambda _: left.append(clock())
    contacts = people(15)
    begun = clock()
    for one in [a_campaign(contacts).campaign_id for _ in range(2)]:
        move(one, "start")
    Pump(only=["campaign_plan", "campaign_send"]).run()

    assert len(left) == 30
    assert timedelta(seconds=5) < left[-1] - begun < timedelta(seconds=6)
    for number, instant in enumerate(left):
        within = [other for other in left[number:] if other - instant < timedelta(seconds=1)]
        assert len(within) <= 6


def test_what_others_send_meanwhile_is_waited_for_by_the_next_and_left_by_those_after(
    clock: FakeClock,
) -> None:
    from shared.marketing.sending import throttle

    rules(ALWAYS.model_copy(update={"mails_a_second": 1}))
    begun = clock()
    throttle.take("email", 30, 1, begun)
    forget()  # another process goes on
    one = a_campaign(people(20)).campaign_id
    move(one, "start")
    Pump(only=["campaign_plan", "campaign_send"]).run()

    # Ten came in soon enough; the same part went on with the others later.
    assert sums(one) == {"sent": 20}
    assert timedelta(seconds=48) < clock() - begun < timedelta(seconds=52)


def test_a_consent_withdrawn_while_a_sender_waits_holds(clock: FakeClock) -> None:
    provider = Provider()
    contacts = people(3)
    one = a_campaign(contacts).campaign_id

    def withdrawn(it: Provider) -> None:
        if len(it.requests) == 1:
            with aside():  # they do, on a page
                clock.tick(seconds=1)
                for contact in contacts[1:]:
                    agree(contact, ConsentState.WITHDRAWN)

    provider.trouble = withdrawn
    overlook()
    move(one, "start")
    Pump(only=["campaign_plan", "campaign_send"]).run()

    assert sums(one) == {"sent": 1, "skipped": 2}
    assert {row.get("reason") for row in rows(one).values()} == {None, "no_consent"}
    assert len(provider.requests) == 1


def test_a_message_costs_one_call_of_the_provider_and_at_most_1_2_of_the_tables() -> None:
    contacts = people(100)
    one = started(contacts)
    Pump(only=["campaign_plan"]).run()
    forget()
    calls: list[str] = []

    def note(call: Any, send: Any) -> Any:
        calls.append(call.name)
        return send()

    with intercepted(note):
        for part in range(2):
            ids = contacts[part * 50 : part * 50 + 50]
            message = {"campaign_id": one, "page": 1, "part": part, "contact_ids": ids}
            invoke("campaign_send", queue_event([message]))

    assert sums(one) == {"sent": 100}
    assert sum(name.startswith("sesv2") for name in calls) == 100
    assert sum(name.startswith("dynamodb") for name in calls) <= 120


def test_over_http_a_campaign_pauses_goes_on_and_is_cancelled() -> None:
    one = started(people(1))
    for what, state in (("pause", "paused"), ("resume", "active"), ("cancel", "cancelled")):
        body = {"move": what, "version": need(one).version}
        answer = campaigns("POST", f"/{one}/moves", body=body, route=f"{ONE}/moves")
        assert (answer.status, answer.json["state"]) == (200, state)
