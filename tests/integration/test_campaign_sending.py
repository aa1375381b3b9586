"""Sending a campaign: each person once or with a reason, whatever breaks on the way."""

import random
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from shared.customers.consents.model import ConsentState
from shared.customers.contacts.changes import delete_contact
from shared.marketing.campaigns import planning
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import campaign_key, need
from shared.marketing.sending.rules import Cap
from tests import dealings
from tests.aws_calls import aside, intercepted
from tests.calls import invoke, queue_event
from tests.campaign_runs import troubled_run
from tests.cloud import everything, forget
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.pump import Killed, Pump, drained, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    agree,
    campaigns,
    mailed,
    minute,
    move,
    people,
    proof,
    rows,
    rules,
    started,
    sums,
)

ONE = "/v1/campaigns/{campaign_id}"


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


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
