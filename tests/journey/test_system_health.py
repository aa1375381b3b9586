"""A message fails for good, is seen by an administrator, and is done once its cause is gone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journey.stack import Stack

pytestmark = pytest.mark.journey

TRIGGER = Path(__file__).parents[2] / "events/triggers/visitor_link/lead_captured.json"
QUEUE = "visitor-link"
DEAD = "visitor-link-dlq"


def test_a_message_that_failed_is_seen_sent_back_and_done(stack: Stack) -> None:
    sqs, url = stack.deployed.client("sqs"), _url(stack)
    (record,) = json.loads(TRIGGER.read_text())["Records"]

    with _at_once(sqs, url), _without_table(stack):
        sqs.send_message(QueueUrl=url, MessageBody=record["body"])
        stack.eventually(lambda: _failed(stack) == 1, patience=90)

    assert stack.get("/v1/system/health", who="admin").json["healthy"] is False
    (seen,) = stack.get(f"/v1/system/failures?queue={DEAD}", who="admin").json["items"]
    assert seen["type"] == "LeadCaptured"
    assert seen["ids"]["lead_id"] == json.loads(record["body"])["detail"]["lead_id"]
    done = _handled(stack)

    back = stack.call("POST", "/v1/system/redrives", {"queue": DEAD}, who="admin")

    assert (back.status, back.json) == (200, {"moved": 1, "left": 0})
    stack.eventually(lambda: _handled(stack) > done)
    assert _failed(stack) == 0
    assert stack.get("/v1/system/failures?queue=visitor-link", who="admin").status == 404
    assert stack.get("/v1/system/health", who="rep").status == 403


def test_the_timer_s_last_run_is_seen(stack: Stack) -> None:
    stack.tick("1m")

    timer = stack.get("/v1/system/health", who="admin").json["timer"]

    assert timer["last_run_at"] is not None
    assert timer["late"] is False


def _failed(stack: Stack) -> int:
    stations = stack.get("/v1/system/health", who="admin").json["stations"]
    return next(int(one["failed"]) for one in stations if one["name"] == QUEUE)


def _handled(stack: Stack) -> int:
    return stack.logs("visitor_link").count('"failed":0')


def _url(stack: Stack) -> str:
    name = stack.deployed.named(QUEUE)
    return str(stack.deployed.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


@contextmanager
def _at_once(sqs: Any, url: str) -> Iterator[None]:
    """Let what fails come again at once, instead of after three minutes."""
    name = "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: "0"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before})


@contextmanager
def _without_table(stack: Stack) -> Iterator[None]:
    """Let the function miss a setting."""
    functions = stack.deployed.client("lambda")
    name = stack.deployed.named("visitor_link")
    before = functions.get_function_configuration(FunctionName=name)["Environment"]
    broken = {key: value for key, value in before["Variables"].items() if "TABLE" not in key}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": broken})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment=before)
