"""What the provider says of mails: whom it has left alone, what it settles, and what changes nothing."""

import random
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from shared.customers.consents.repository import of_contact, with_log
from shared.customers.history.repository import page
from shared.customers.suppression.model import Suppression
from shared.customers.suppression.repository import address_hash, of_hash
from shared.marketing.sending.rules import Cap
from tests.aws_calls import intercepted
from tests.calls import invoke, queue_event
from tests.cloud import everything
from tests.conftest import FakeClock, Logs
from tests.faults.marketing import campaigns_add_up
from tests.mail_provider import Provider
from tests.pump import Pump, carried, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    agree,
    mailed,
    move,
    people,
    rows,
    rules,
    said,
    sums,
)


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def sent(count: int = 1, **more: Any) -> tuple[str, list[str], list[Any]]:
    """A campaign that was sent: it, to whom, and with what requests."""
    provider, found = Provider(), people(count)
    one = a_campaign(found, **more).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    return one, found, provider.requests


def hear(*events: Any) -> None:
    answer = invoke("mail_events", queue_event(events))
    assert answer == {"batchItemFailures": []}


def blocked(address: str) -> list[Suppression]:
    return of_hash(address_hash("email", address))


def another(contact_id: str) -> str:
    """What becomes of the person in the next campaign."""
    one = a_campaign([contact_id]).campaign_id
    move(one, "start")
    Pump().run()
    row = rows(one)[contact_id]
    return str(row.get("reason") or row["state"])


def facts(kind: str) -> list[Any]:
    return [one.detail for one in carried() if one.type == kind]


def kinds(contact_id: str) -> list[str]:
    """What the person's history says of messages, the first first."""
    entries = page(contact_id, limit=50).entries
    return [one.kind for one in reversed(entries) if one.kind.startswith("message")]


def test_a_mail_that_came_back_for_good_blocks_its_address_for_everything(
    clock: FakeClock,
) -> None:
    one, (ann,), (request,) = sent()
    clock.tick(minutes=1)

    hear(said(request, "Bounce"))
    Pump().run()

    (block,) = blocked("p0@example.com")
    assert (block.purpose, block.reasons) == (None, {"hard_bounce"})
    (told,) = facts("MessageBounced")
    assert (told["campaign_id"], told["contact_id"], told["channel"]) == (one, ann, "email")
    assert (told["permanent"], told["reason"]) == (True, "General")
    assert told["claim"] == rows(one)[ann]["claim"]
    assert kinds(ann) == ["message_sent", "message_bounced_for_good"]
    assert another(ann) == "suppressed"
    assert [item for item in everything() if item.get("bounced") == 1]


def test_a_complaint_withdraws_the_consent_and_no_campaign_reaches_the_address_any_more(
    clock: FakeClock,
) -> None:
    _, (ann,), (request,) = sent()
    clock.tick(minutes=1)

    hear(said(request, "Complaint"))
    Pump().run()

    (stands,) = of_contact(ann)
    assert (stands.state, stands.evidence.source) == ("withdrawn", "complaint")
    (block,) = blocked("p0@example.com")
    assert (block.purpose, block.reasons) == ("marketing", {"complaint"})
    assert kinds(ann) == ["message_sent", "message_complained"]
    clock.tick(minutes=1)
    agree(ann)
    assert another(ann) == "suppressed"


def test_what_blocks_marketing_blocks_campaigns_of_every_purpose(clock: FakeClock) -> None:
    _, (ann,), (request,) = sent()
    clock.tick(minutes=1)
    hear(said(request, "Complaint"))
    agree(ann, purpose="news")

    one = a_campaign([ann], purpose="news").campaign_id
    move(one, "start")
    Pump().run()

    assert rows(one)[ann]["reason"] == "suppressed"


def test_mails_that_come_back_for_now_block_marketing_when_there_are_too_many(
    clock: FakeClock,
) -> None:
    rules(ALWAYS.model_copy(update={"soft_bounces": Cap(times=3, days=14), "caps": ()}))
    provider, (ann,) = Provider(), people(1)
    for days in (0, 9, 6, 1):
        clock.tick(days=days)
        assert another(ann) == "sent"
        assert blocked("p0@example.com") == []
        back = said(provider.requests[-1], "Bounce", bounceType="Transient")
        hear(back, back)
        hear(back)

    # The first of the four was too long ago when the third came.
    (block,) = blocked("p0@example.com")
    assert (block.purpose, block.reasons) == ("marketing", {"soft_bounces"})
    assert another(ann) == "suppressed"


def test_a_mail_of_which_nobody_knew_is_settled_by_what_the_provider_says(
    clock: FakeClock,
) -> None:
    provider = Provider()
    provider.after = lambda it: ReadTimeoutError(endpoint_url="https://ses") if len(it.requests) in (1, 2) else None  # fmt: skip
    ann, bob, eve = people(3)
    one = a_campaign([ann, bob, eve]).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    assert sums(one) == {"sent": 1, "unknown": 2}

    first, second, third = provider.requests
    hear(said(first), said(second, "Reject"), said(third))

    assert sums(one) == {"sent": 2, "failed": 1}
    by_address = {f"p{n}@example.com": contact for n, contact in enumerate((ann, bob, eve))}
    whose = [by_address[it["Destination"]["ToAddresses"][0]] for it in provider.requests]
    found = [rows(one)[contact] for contact in whose]
    assert [row["state"] for row in found] == ["sent", "failed", "sent"]
    assert found[0]["provider_id"] == "provider-1"
    assert len(facts("MessageSent")) == 2
    assert [fact["reason"] for fact in facts("MessageFailed")] == ["rejected_by_provider"]
    caps = {item["pk"]: item.get("sent") for item in everything() if item["pk"].startswith("CAP#")}
    assert caps[f"CAP#{whose[1]}"] is None
    campaigns_add_up(list(everything()))


def test_said_again_and_in_any_order_it_counts_once(clock: FakeClock) -> None:
    one, (ann,), (request,) = sent()
    clock.tick(minutes=1)
    events = [said(request, kind) for kind in ("Delivery", "DeliveryDelay", "Complaint")]
    events.append(said(request, "Bounce", bounceType="Transient"))
    events.append(said(request, "Bounce"))
    again = events * 4
    random.Random(7).shuffle(again)

    hear(*again[:10])
    hear(*again[10:])

    row = rows(one)[ann]
    assert (row["state"], row["permanent"]) == ("sent", True)
    assert {"delivered_at", "complained_at", "bounced_at"} <= row.keys()
    (counts,) = [item for item in everything() if "delivered" in item]
    assert [counts[name] for name in ("sent", "delivered", "bounced", "complained")] == [1] * 4
    assert len(with_log(ann)[1]) == 2
    for kind, times in {"MessageDelivered": 1, "MessageComplained": 1, "MessageSent": 1}.items():
        assert len(facts(kind)) == times, kind
    assert [fact["permanent"] for fact in facts("MessageBounced")].count(True) == 1
    campaigns_add_up(list(everything()))


@pytest.mark.parametrize(
    "change",
    [
        {"claim": ["0" * 32]},
        {"campaign": ["campaign_01JWQ6Y3M8Z4T0V5B7C9D1E2F9"]},
        {"contact": ["contact_01JWQ6Y3M8Z4T0V5B7C9D1E2F9"]},
        {"claim": [{"S": "x"}]},
        {"claim": ["a", "b"]},
        {"eventType": "Open"},
        {"bounce": "Permanent"},
        {"mail": []},
    ],
    ids=str,
)
def test_what_is_not_said_of_a_message_of_ours_changes_nothing(
    change: dict[str, Any], logs: Logs
) -> None:
    one, (ann,), (request,) = sent()
    event = said(request, "Bounce")
    for name, value in change.items():
        place = event if name in event else event["mail"] if name == "tags" else event["mail"]["tags"]  # fmt: skip
        place[name] = value
    before = list(everything())

    hear(event)

    assert list(everything()) == before
    assert any("mail event" in line["message"] for line in logs.lines)
    assert "example.com" not in logs.text
    assert rows(one)[ann]["state"] == "sent"


def of_no_campaign(address: str, kind: str, **details: Any) -> dict[str, Any]:
    """What SES says of a notice or a code that it sent for us."""
    request = {"EmailTags": [], "Destination": {"ToAddresses": [address]}}
    return said(request, kind, **details)


def test_a_notice_or_code_that_came_back_for_good_blocks_its_address_for_everything(
    logs: Logs,
) -> None:
    bounce = of_no_campaign("Ann@Example.com", "Bounce")

    hear(bounce, bounce)
    hear(bounce)

    (block,) = blocked("ann@example.com")
    assert (block.purpose, block.reasons) == (None, {"hard_bounce"})
    assert "example.com" not in logs.text.casefold()


def test_who_calls_a_notice_unwanted_gets_no_marketing_there_and_notices_still() -> None:
    hear(of_no_campaign("ann@example.com", "Complaint"))

    (block,) = blocked("ann@example.com")
    assert (block.purpose, block.reasons) == ("marketing", {"complaint"})


@pytest.mark.parametrize(
    ("address", "kind", "details"),
    [
        ("ann@example.com", "Bounce", {"bounceType": "Transient"}),
        ("ann@example.com", "Delivery", {}),
        ("ann@example.com", "DeliveryDelay", {}),
        ("ann@example.com", "Reject", {}),
        ("no address", "Bounce", {}),
    ],
)
def test_what_else_is_said_of_mails_of_no_campaign_changes_nothing(
    address: str, kind: str, details: Any
) -> None:
    before = list(everything())

    hear(of_no_campaign(address, kind, **details))

    assert list(everything()) == before


def test_an_event_between_reading_and_writing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one, (ann,), (request,) = sent()
    done: list[str] = []

    def meanwhile(call: Any, send: Any) -> Any:
        if "Write" in call.name and not done:
            done.append(call.name)
            hear(said(request))
        return send()

    with intercepted(meanwhile):
        hear(said(request, "DeliveryDelay"), said(request, "Bounce", bounceType="Transient"))

    row = rows(one)[ann]
    assert done
    assert {"delivered_at", "bounced_at"} <= row.keys()
    assert row["permanent"] is False


def test_a_sender_that_is_slow_does_not_undo_what_was_heard(clock: FakeClock) -> None:
    provider, (ann,) = Provider(), people(1)
    one = a_campaign([ann]).campaign_id
    provider.after = lambda it: hear(said(it.requests[-1]))
    overlook()
    move(one, "start")
    Pump().run()

    row = rows(one)[ann]
    assert (row["state"], sums(one)) == ("sent", {"sent": 1})
    assert "delivered_at" in row
    assert mailed() == {"p0@example.com": 1}


def test_a_lifted_block_stays_lifted_when_an_old_event_comes_again(clock: FakeClock) -> None:
    from shared.customers.suppression.changes import lift

    _, _, (request,) = sent()
    bounce = said(request, "Bounce")
    hear(bounce)
    lift(("email", "p0@example.com"), None, "admin")
    clock.tick(minutes=1)

    hear(bounce)

    assert blocked("p0@example.com") == []
