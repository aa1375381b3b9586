"""Campaigns: planned, foretold, paused, ended, and what is refused."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from tests import dealings
from tests.aws_calls import aside
from tests.calls import http
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.mail_provider import Provider
from tests.marketing import NABIN, a_segment
from tests.privacy import erased, exported
from tests.pump import Pump, carried, overlook
from tests.sending import (
    ALWAYS,
    MAIL,
    a_campaign,
    a_list,
    a_template,
    campaigns,
    mailed,
    mails,
    minute,
    move,
    people,
    proof,
    rows,
    rules,
    started,
    sums,
    timers,
)

ONE = "/v1/campaigns/{campaign_id}"


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


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
        ({"priority": 10}, {"priority": "less_than_equal"}),
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


def test_over_http_a_campaign_pauses_goes_on_and_is_cancelled() -> None:
    one = started(people(1))
    for what, state in (("pause", "paused"), ("resume", "active"), ("cancel", "cancelled")):
        body = {"move": what, "version": need(one).version}
        answer = campaigns("POST", f"/{one}/moves", body=body, route=f"{ONE}/moves")
        assert (answer.status, answer.json["state"]) == (200, state)
