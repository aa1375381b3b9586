"""Queue, event, schedule and stream entry points: what fails comes again, the rest is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.kernel.errors import AlreadyHandled
from shared.platform.entry.batch import Message, on_batch
from shared.platform.entry.event import on_schedule, read
from shared.platform.entry.queue import on_queue
from shared.platform.entry.stream import Change, on_stream
from shared.platform.observability import Failed
from shared.sales.events import LeadCaptured, LeadChanged
from tests.builders import captured
from tests.calls import bus_event, context, queue_event, stream_event
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("settings_env", "clock")

SECRET = "ann@example.com"


def failures(answer: Any, event: dict[str, Any]) -> list[int]:
    ids = [record["messageId"] for record in event["Records"]]
    return [ids.index(one["itemIdentifier"]) for one in answer["batchItemFailures"]]


def test_of_a_queue_only_what_failed_comes_again() -> None:
    done: list[Any] = []

    @on_queue
    def handle(body: dict[str, Any], now: datetime) -> None:
        if body["n"] == 1:
            raise ValueError(SECRET)
        done.append((body["n"], now))

    event = queue_event([{"n": 0}, {"n": 1}, {"n": 2}])
    answer = handle(event, context("x"))

    assert failures(answer, event) == [1]
    assert done == [(0, NOW), (2, NOW)]


def test_what_was_handled_before_counts_as_done() -> None:
    @on_queue
    def handle(body: dict[str, Any], _: datetime) -> None:
        raise AlreadyHandled("seen")

    assert handle(queue_event([{}]), context("x")) == {"batchItemFailures": []}


def test_when_all_fail_all_come_again_and_nothing_is_raised() -> None:
    @on_queue
    def handle(body: dict[str, Any], _: datetime) -> None:
        raise ValueError

    event = queue_event([{}, {}])
    assert failures(handle(event, context("x")), event) == [0, 1]


@pytest.mark.parametrize("unreadable", ["{not json", "[1]", "7", "null"])
def test_a_message_that_is_no_json_object_fails_alone(unreadable: str) -> None:
    seen: list[Message] = []

    def whole(messages: Sequence[Message], _: datetime) -> list[str]:
        seen.extend(messages)
        return []

    event = queue_event([unreadable, {"n": 1}])

    assert failures(on_batch(whole)(event, context("x")), event) == [0]
    assert [message.body for message in seen] == [{"n": 1}]


def test_a_whole_batch_says_itself_what_is_to_come_again() -> None:
    def operation(messages: Sequence[Message], _: datetime) -> list[str]:
        return [message.id for message in messages if message.body["n"] % 2]

    event = queue_event([{"n": n} for n in range(4)])

    assert failures(on_batch(operation)(event, context("x")), event) == [1, 3]


def test_a_batch_of_nothing_readable_asks_nobody() -> None:
    def operation(messages: Sequence[Message], _: datetime) -> list[str]:
        raise AssertionError("asked")

    event = queue_event(["{"])
    assert failures(on_batch(operation)(event, context("x")), event) == [0]


def test_an_event_is_read_as_its_class_and_others_are_none() -> None:
    changed = LeadChanged(event_id="evt_1", occurred_at=NOW, lead_id="lead_1", version=1, fields=[])

    assert read(bus_event(captured(1)), LeadCaptured) == captured(1)
    assert read(bus_event(changed), LeadCaptured) is None


def test_an_event_without_detail_is_invalid_like_one_with_another() -> None:
    with pytest.raises(ValidationError):
        read({"detail-type": "LeadCaptured"}, LeadCaptured)


def test_a_message_that_is_no_json_fails_alone() -> None:
    @on_queue
    def handle(body: dict[str, Any], _: datetime) -> None: ...

    event = queue_event(["{not json", {"n": 1}])
    assert failures(handle(event, context("x")), event) == [0]


def test_a_schedule_tells_the_time() -> None:
    seen: list[datetime] = []

    on_schedule(seen.append)({"id": "1"}, context("x"))

    assert seen == [NOW]


def image(**values: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


def records() -> list[dict[str, Any]]:
    return [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "100", "NewImage": image(a="1")}},
        {
            "eventName": "MODIFY",
            "dynamodb": {
                "SequenceNumber": "101",
                "NewImage": image(a="2"),
                "OldImage": image(a="1"),
            },
        },
        {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "102", "OldImage": image(a="2")}},
    ]


def test_a_stream_arrives_as_old_and_new_images_in_order() -> None:
    seen: list[Change] = []

    def operation(changes: Sequence[Change], _: datetime) -> str | None:
        seen.extend(changes)
        return None

    answer = on_stream(operation)(stream_event(records()), context("x"))

    assert answer == {"batchItemFailures": []}
    assert [(one.sequence, one.old, one.new) for one in seen] == [
        ("100", {}, {"a": "1"}),
        ("101", {"a": "1"}, {"a": "2"}),
        ("102", {"a": "2"}, {}),
    ]


def test_a_stream_resumes_where_its_operation_says() -> None:
    answer = on_stream(lambda changes, now: changes[1].sequence)(
        stream_event(records()), context("x")
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "101"}]}


def boom(*_: Any) -> Any:
    raise ValueError(f"cannot digest {SECRET}")


@pytest.mark.parametrize(
    ("handle", "event"),
    [
        (on_schedule(boom), {"id": "1"}),
        (on_stream(boom), stream_event(records())),
        (on_batch(boom), queue_event([{}])),
    ],
    ids=["schedule", "stream", "batch"],
)
def test_an_unexpected_failure_is_told_to_lambda_without_its_message(
    handle: Any, event: dict[str, Any], logs: Any
) -> None:
    with pytest.raises(Failed) as raised:
        handle(event, context("x"))

    assert str(raised.value) == "ValueError"
    assert raised.value.__suppress_context__
    assert SECRET not in logs.text
    assert [line["error"] for line in logs.lines if line["level"] == "ERROR"] == ["ValueError"]


def test_a_failed_message_is_logged_without_what_it_said(logs: Any) -> None:
    on_queue(boom)(queue_event([{"email": SECRET}]), context("x"))

    assert SECRET not in logs.text
    assert logs.lines[-1]["failed"] == 1


def test_keys_of_one_invocation_do_not_reach_the_next(logs: Any) -> None:
    on_schedule(lambda now: None)({"id": "tick"}, context("x"))
    on_queue(lambda body, now: None)(queue_event([{}]), context("x"))

    assert logs.lines[0]["event"] == "schedule"
    assert "event" not in logs.lines[1]
