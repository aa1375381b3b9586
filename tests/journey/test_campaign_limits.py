"""What keeps a message from leaving, on the deployed stack: three campaigns in the same minute under
a cap of two, a template that one person lacks a word for, a pause in the middle, a consent that is
withdrawn, and the quiet hours of nights that are an hour shorter or longer."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from .campaigning import (
    at_any_hour,
    done,
    listed,
    moved,
    planned,
    progress,
    put_rules,
    recipient,
    rules_of,
    somebody,
    template,
)
from .stack import Stack

pytestmark = pytest.mark.journey


@pytest.fixture
def rules(stack: Stack) -> Iterator[dict[str, Any]]:
    """At any hour, two mails a person within seven days; as before afterwards."""
    before = rules_of(stack)
    put_rules(stack, at_any_hour(before, caps=[{"times": 2, "days": 7}]))
    yield before
    put_rules(stack, before)


def test_of_three_campaigns_in_a_minute_two_are_sent_and_the_least_important_waits_a_week(
    stack: Stack, rules: dict[str, Any]
) -> None:
    contact, email = somebody(stack, "capped", 1)
    audience = listed(stack, contact)
    at = stack.now() + timedelta(minutes=5)
    words = template(stack)
    paths = [
        planned(stack, audience, words, priority=one, start_at=at.isoformat()) for one in (2, 8, 5)
    ]

    stack.tick("6m")
    stack.tick("20m")

    assert len(stack.mail(email)) == 2
    low, high, middle = (recipient(stack, path, contact) for path in paths)
    assert (high["state"], middle["state"], low["state"]) == ("sent", "sent", "deferred")
    assert low["reason"] == "capped"
    first = min(datetime.fromisoformat(one["claimed_at"]) for one in (high, middle))
    until = datetime.fromisoformat(low["until"])
    assert abs(until - first - timedelta(days=7)) < timedelta(minutes=1)

    stack.tick("7d")
    stack.tick("2m")  # Its end is noticed each minute.
    assert len(stack.mail(email)) == 3
    assert done(stack.get(paths[0], "marketer"))["state"] == "done"


def test_one_without_a_word_fails_alone_and_a_pause_loses_nobody(
    stack: Stack, rules: dict[str, Any]
) -> None:
    people = [somebody(stack, "paused", number, last_name="Lee") for number in range(1, 60)]
    nameless, empty_box = somebody(stack, "paused", 0)
    silent, _ = somebody(stack, "paused", 60, agrees=False)
    everybody = listed(stack, silent, nameless, *(one for one, _ in people))
    path = planned(stack, everybody, template(stack, "For {{ last_name }}"))
    told = done(stack.call("POST", f"{path}/preflight", {}, who="marketer"))
    assert (told["audience"], told["sendable"]) == (61, 59)
    assert told["why_not"]["no_consent"] == sum(told["why_not"].values()) - 1 == 1

    moved(stack, path, "start")
    stack.eventually(lambda: progress(stack, path).get("sent", 0) > 3)
    moved(stack, path, "pause")
    stack.rest()
    halted = progress(stack, path)
    moved(stack, path, "resume")
    stack.rest()
    stack.tick("3m")
    stack.tick("2m")

    assert sum(halted.values()) < 61
    assert done(stack.get(path, "marketer"))["state"] == "done"
    assert progress(stack, path) == {"sent": 59, "failed": 1, "skipped": 1}
    assert recipient(stack, path, nameless)["state"] == "failed"
    assert "last_name" in str(recipient(stack, path, nameless))
    assert stack.mail(empty_box) == []
    assert [len(stack.mail(email)) for _, email in people] == [1] * 59


def test_a_withdrawn_consent_cancels_what_waits_and_the_history_shows_what(
    stack: Stack, rules: dict[str, Any]
) -> None:
    put_rules(stack, at_any_hour(rules, caps=[{"times": 1, "days": 7}]))
    contact, email = somebody(stack, "leaves", 1)
    audience, words = listed(stack, contact), template(stack)
    first, *waiting = (planned(stack, audience, words) for _ in range(3))
    for path in (first, *waiting):
        moved(stack, path, "start")
        stack.rest()
    got = recipient(stack, first, contact)
    assert (got["state"], got["consent"]["source"]) == ("sent", "staff"), got["consent"]
    assert {recipient(stack, path, contact)["state"] for path in waiting} == {"deferred"}

    (letter,) = stack.mail(email)
    out = re.search(r"/u/[\w.~-]+", letter.text)
    assert out, letter.text
    one_click = {"List-Unsubscribe": "One-Click"}
    assert stack.call("POST", out[0], form=one_click).status == 200
    stack.rest()

    for path in waiting:
        cancelled = recipient(stack, path, contact)
        assert (cancelled["state"], cancelled["reason"]) == ("skipped", "no_consent")
    history = done(stack.get(f"/v1/contacts/{contact}/history", "rep"))["entries"]
    told = [one for one in history if one["kind"] == "message_cancelled"]
    assert {f"/v1/campaigns/{one['refs']['campaign_id']}" for one in told} == {*waiting}
    assert (len(told), len(stack.mail(email))) == (2, 1)


@pytest.mark.parametrize(
    ("starts", "quiet_to", "leaves"),
    [
        # 02:30 does not exist on that day: the clocks went from 02:00 to 03:00.
        ("2025-03-09T05:30:00+00:00", "02:30", "2025-03-09T07:30:00+00:00"),
        # 01:30 comes twice.
        ("2025-11-02T03:30:00+00:00", "01:30", "2025-11-02T05:30:00+00:00"),
    ],
)
def test_quiet_hours_end_by_the_person_s_own_clock_on_the_nights_it_is_changed(
    stack: Stack, rules: dict[str, Any], starts: str, quiet_to: str, leaves: str
) -> None:
    put_rules(stack, {**rules, "quiet_from": "21:00", "quiet_to": quiet_to, "caps": []})
    with stack.another_time():
        stack.go_to(datetime.fromisoformat(starts))
        contact, email = somebody(stack, "sleeps", 1, zone="America/New_York")
        path = planned(stack, listed(stack, contact), template(stack))
        moved(stack, path, "start")
        stack.rest()
        found = recipient(stack, path, contact)
        assert (found["state"], found["reason"]) == ("deferred", "quiet_hours")
        at = datetime.fromisoformat(leaves)
        assert datetime.fromisoformat(found["until"]) == at

        seen = {}
        for minutes in (-1, 1, 61):
            stack.go_to(at + timedelta(minutes=minutes))
            seen[minutes] = len(stack.mail(email))
        assert seen == {-1: 0, 1: 1, 61: 1}
