"""Deadlines: found when they have come, by shard, and handed to the owner of their kind."""

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from shared.platform import timers
from shared.platform.requests import Put, Update
from shared.platform.settings import settings
from shared.platform.tables import Table
from shared.sales.tables import SALES
from tests.conftest import NOW

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

table = Table(SALES)
KIND = "hand_off_timeout"


def waiting(name: str, due: datetime, **more: Any) -> dict[str, str]:
    key = {"pk": f"LEAD#{name}", "sk": "HAND_OFF#0001#01"}
    table.write(Put({**key, **timers.attributes(KIND, due, name), **more}))
    return key


def received(queue: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def fire(now: datetime) -> list[dict[str, Any]]:
    """Dispatch and deliver at `now`; what reached the queue of the kind."""
    timers.dispatch(table, now)
    for job in received("timer-shards"):
        assert job["table"] == "sales"
        timers.deliver(table, job["shard"], now)
    return received("hand-off-timeout")


def test_a_timer_comes_up_at_its_instant_and_not_a_millisecond_before() -> None:
    key = waiting("a", NOW)

    assert fire(NOW - timedelta(milliseconds=1)) == []
    assert [{"pk": one["pk"], "sk": one["sk"]} for one in fire(NOW)] == [key]


def test_only_shards_with_something_due_make_a_job() -> None:
    for number in range(40):
        waiting(f"due-{number}", NOW - timedelta(minutes=number))
    waiting("later", NOW + timedelta(hours=1))

    jobs = timers.dispatch(table, NOW)

    assert 1 < jobs <= timers.SHARDS
    assert len({job["shard"] for job in received("timer-shards")}) == jobs


def test_many_timers_of_one_minute_all_arrive() -> None:
    keys = [waiting(f"t{n}", NOW) for n in range(60)]

    arrived = fire(NOW)

    assert {one["pk"] for one in arrived} == {key["pk"] for key in keys}
    assert len(arrived) == 60


def test_a_timer_that_was_cleared_or_moved_does_not_come_up() -> None:
    cleared, moved = waiting("cleared", NOW), waiting("moved", NOW)
    later = timers.attributes(KIND, NOW + timedelta(hours=4), "moved")

    table.write(Update(cleared, remove=timers.ATTRIBUTES))
    table.write(Update(moved, set=later))

    assert fire(NOW) == []
    assert [one["pk"] for one in fire(NOW + timedelta(hours=4))] == [moved["pk"]]


def test_a_timer_nobody_cleared_comes_up_again() -> None:
    waiting("a", NOW)

    assert len(fire(NOW)) == len(fire(NOW + timedelta(minutes=1))) == 1


def test_a_kind_without_a_queue_fails_loudly() -> None:
    key = waiting("a", NOW)
    table.write(Update(key, set={"timer_kind": "mail_bounced"}))
    shard = int(timers.attributes(KIND, NOW, "a")["timer_shard"].removeprefix("TIMER#"))

    with pytest.raises(Exception, match="mail_bounced"):
        timers.deliver(table, shard, NOW)
    assert settings().hand_off_timeout_queue_url
