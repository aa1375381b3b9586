"""`timer_dispatch` and `timer_deliver`: every deadline reaches its owner, whatever its neighbours."""

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from shared.customers.tables import CUSTOMERS
from shared.platform import timers
from shared.platform.requests import Put
from shared.platform.tables import Table
from shared.sales.tables import SALES
from tests.calls import invoke, queue_event
from tests.conftest import NOW, FakeClock, Logs

pytestmark = pytest.mark.usefixtures("tables")

table = Table(SALES)
TICK = {"source": "aws.scheduler", "detail-type": "Scheduled Event", "id": "tick", "detail": {}}


def waiting(name: str, due: datetime = NOW, kind: str = "hand_off_timeout") -> str:
    pk = f"LEAD#{name}"
    table.write(
        Put({"pk": pk, "sk": "HAND_OFF#0001#01", **timers.attributes(kind, due, "one shard")})
    )
    return pk


def received(queue: str) -> list[Any]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: list[Any] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def minute() -> Any:
    """Let the schedule tick and its jobs be done."""
    assert invoke("timer_dispatch", TICK) is None
    jobs = received("timer-shards")
    return invoke("timer_deliver", queue_event(jobs)) if jobs else None


def test_a_deadline_reaches_the_queue_of_its_kind_in_its_minute(
    tables: None, clock: FakeClock
) -> None:
    pk = waiting("a", NOW + timedelta(minutes=1))

    assert minute() is None
    clock.tick(minutes=1)
    assert minute() == {"batchItemFailures": []}

    (key,) = received("hand-off-timeout")
    assert (key["pk"], key["sk"]) == (pk, "HAND_OFF#0001#01")


def test_a_kind_nobody_serves_fails_and_holds_up_nobody(tables: None, logs: Logs) -> None:
    waiting("a", NOW - timedelta(minutes=1), kind="no_such_kind")
    pk = waiting("b")

    answer = minute()

    assert len(answer["batchItemFailures"]) == 1, "the job ends in the dead-letter queue"
    assert [key["pk"] for key in received("hand-off-timeout")] == [pk]


def test_more_than_one_page_of_stuck_timers_does_not_starve_the_next(
    tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "PER_PAGE", 3)
    early = [waiting(f"stuck-{n}", NOW - timedelta(hours=1, minutes=n)) for n in range(7)]
    pk = waiting("late")

    minute()

    assert {key["pk"] for key in received("hand-off-timeout")} == {*early, pk}


def test_a_job_may_come_twice(tables: None) -> None:
    waiting("a")
    invoke("timer_dispatch", TICK)
    jobs = received("timer-shards")

    answer = invoke("timer_deliver", queue_event([*jobs, *jobs]))

    assert answer == {"batchItemFailures": []}
    assert len(received("hand-off-timeout")) == 2, "the owner reads the item again and acts once"


def test_a_job_for_an_unknown_table_fails_alone(tables: None) -> None:
    pk = waiting("a")
    invoke("timer_dispatch", TICK)
    batch = queue_event([{"table": "nowhere", "shard": 1}, *received("timer-shards")])

    answer = invoke("timer_deliver", batch)

    bad = batch["Records"][0]["messageId"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    assert [key["pk"] for key in received("hand-off-timeout")] == [pk]


def test_an_idle_minute_queues_nothing(tables: None) -> None:
    waiting("later", NOW + timedelta(hours=4))

    assert minute() is None
    assert received("timer-shards") == []


def test_customers_have_deadlines_as_sales_has(tables: None) -> None:
    key = {"pk": "CONTACT#a", "sk": "CONTACT"}
    customers = Table(CUSTOMERS)
    customers.write(Put({**key, **timers.attributes("hand_off_timeout", NOW, "one shard")}))

    assert minute() == {"batchItemFailures": []}

    assert [one["pk"] for one in received("hand-off-timeout")] == [key["pk"]]
