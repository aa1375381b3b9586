"""Withdrawing a consent cancels what waits for the person, and says what; recipients are listed by
what became of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.customers.consents.model import ConsentState
from shared.customers.history.repository import page
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.recipient import Row, from_item
from shared.marketing.sending.rows import marketing, ops_of
from shared.marketing.sending.rules import Cap
from shared.marketing.sending.tokens import Link, sealed
from tests.calls import http, invoke, queue_event
from tests.conftest import FakeClock
from tests.pump import Pump, carried
from tests.sending import (
    ALWAYS,
    a_campaign,
    agree,
    campaigns,
    mailed,
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
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)}))


def started(contact_ids: list[str], **more: Any) -> str:
    one = a_campaign(contact_ids, **more).campaign_id
    move(one, "start")
    Pump().run()
    return one


def listed(campaign: str, state: str, **query: str) -> Any:
    path, route = f"/{campaign}/recipients", f"{ONE}/recipients"
    answer = campaigns("GET", path, route=route, query={"state": state, **query})
    assert answer.status == 200, answer.text
    return answer.json


def test_unsubscribing_cancels_what_waits_in_every_campaign_and_the_history_says_what(
    clock: FakeClock,
) -> None:
    ann, bob = people(2)
    started([ann, bob])
    second, third = started([ann, bob]), started([ann, bob])
    agree(ann, purpose="news")
    other = started([ann], purpose="news")
    assert sums(second) == sums(third) == {"deferred": 2}
    clock.tick(minutes=1)
    token = sealed(Link(second, ann, "marketing", "email"))

    assert http("unsubscribe", "POST", f"/u/{token}", form={}, route="/u/{proxy+}").status == 200
    Pump().run()

    for one in (second, third):
        row = rows(one)[ann]
        assert (row["state"], row["reason"], "timer_due" in row) == ("skipped", "no_consent", False)
        assert sums(one) == {"skipped": 1, "deferred": 1}
    assert rows(other)[ann]["state"] == "deferred"
    facts = [fact.detail for fact in carried() if fact.type == "MessageCancelled"]
    assert {fact["campaign_id"] for fact in facts} == {second, third}
    said = [one for one in page(ann, limit=50).entries if one.kind == "message_cancelled"]
    assert {one.refs["campaign_id"] for one in said} == {second, third}
    assert {one.params["reason"] for one in said} == {"no_consent"}

    clock.tick(days=7)
    minute()
    assert mailed()["p0@example.com"] == 2  # the first, and the news she still wants


def test_what_is_said_again_or_late_cancels_nothing_more(clock: FakeClock) -> None:
    ann, bob = people(2)
    started([ann, bob])
    second = started([ann, bob])
    clock.tick(minutes=1)
    agree(ann, ConsentState.WITHDRAWN)
    Pump(copies=4).run()
    before = rows(second)
    (told,) = [fact for fact in carried() if fact.type == "ConsentWithdrawn"]
    fact = {"detail-type": told.type, "source": told.source, "detail": told.detail}

    agree(ann)  # in the same instant the withdrawal stands
    clock.tick(minutes=1)
    agree(bob)
    invoke("campaign_send", queue_event([fact]))

    assert rows(second) == before
    assert sums(second) == {"skipped": 1, "deferred": 1}


def test_recipients_are_listed_by_what_became_of_them_page_by_page(clock: FakeClock) -> None:
    contacts = people(12)
    for contact in contacts[:5]:
        clock.tick(seconds=1)
        agree(contact, ConsentState.WITHDRAWN)
    one = started(contacts)
    sent = [from_item(row) for row in rows(one).values() if row["state"] == "sent"]
    lost = sent[0]
    marketing.write(*ops_of([(lost, lost.next(Row.UNKNOWN, reason="sender_lost"))]))

    (unknown,) = listed(one, "unknown")["items"]
    assert (unknown["contact_id"], unknown["reason"]) == (lost.contact_id, "sender_lost")
    found, cursor = [], {}
    for _ in range(9):
        answer = listed(one, "skipped", limit="2", **cursor)
        found += answer["items"]
        if answer["next"] is None:
            break
        cursor = {"cursor": answer["next"]}
    assert sorted(item["contact_id"] for item in found) == sorted(contacts[:5])
    assert {item["reason"] for item in found} == {"no_consent"}
    everybody, answer = [], listed(one, "sent")
    while True:
        everybody += answer["items"]
        if answer["next"] is None:
            break
        answer = listed(one, "sent", cursor=answer["next"])
    assert sorted(item["contact_id"] for item in everybody) == sorted(
        row.contact_id for row in sent[1:]
    )
    assert listed(one, "failed") == {"items": [], "next": None}

    # Settled, it is among the sent and no longer among those to be decided.
    path = f"/{one}/recipients/{lost.contact_id}/settlement"
    route = f"{ONE}/recipients/{{contact_id}}/settlement"
    assert campaigns("POST", path, body={"outcome": "sent"}, route=route).status == 200
    assert listed(one, "unknown") == {"items": [], "next": None}


def test_lists_of_recipients_ask_for_what_there_is(clock: FakeClock) -> None:
    one, other = (a_campaign([]).campaign_id for _ in range(2))
    path, route = f"/{one}/recipients", f"{ONE}/recipients"

    answer = campaigns("GET", path, route=route, query={"state": "lost"})
    assert (answer.status, answer.fields) == (422, {"state": "state_unknown"})
    assert campaigns("GET", path, route=route).fields == {"state": "state_unknown"}
    forged = {"state": "sent", "cursor": "a.b"}
    assert campaigns("GET", path, route=route, query=forged).code == "cursor_invalid"
    unknown = "/campaign_x/recipients"
    assert campaigns("GET", unknown, route=route, query={"state": "sent"}).status == 404
    assert need(other)


@pytest.mark.parametrize(
    ("starts", "quiet_to", "leaves"),
    [
        # 02:30 does not exist on that day: the clocks went from 02:00 to 03:00.
        ("2025-03-09T05:30:00+00:00", "02:30", datetime(2025, 3, 9, 7, 30, tzinfo=UTC)),
        # 01:30 comes twice: the first one counts, and once.
        ("2025-11-02T03:30:00+00:00", "01:30", datetime(2025, 11, 2, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_local_time_that_is_skipped_moves_and_one_that_comes_twice_counts_once(
    starts: str, quiet_to: str, leaves: datetime, clock: FakeClock
) -> None:
    clock.at(datetime.fromisoformat(starts))
    rules(ALWAYS.model_copy(update={"quiet_from": "21:00", "quiet_to": quiet_to, "caps": ()}))
    (ann,) = people(1, zone="America/New_York")
    one = started([ann])

    assert datetime.fromisoformat(rows(one)[ann]["until"]) == leaves
    for until in (-1, 0, 60, 120):
        clock.at(datetime.fromtimestamp(leaves.timestamp() + 60 * until, UTC))
        timers()
        assert mailed()["p0@example.com"] == (until >= 0)
