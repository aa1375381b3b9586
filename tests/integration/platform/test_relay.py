"""The relay publishes what items carry, at least once, and nothing can hold it up for good."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from shared.platform import relay
from shared.platform.aws import client
from shared.platform.codec import encode
from shared.platform.entry.stream import on_stream
from shared.platform.outbox import packed
from shared.sales.events import LeadChanged
from tests.calls import context, stream_event
from tests.cloud import SETTINGS
from tests.conftest import NOW
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

handle = on_stream(relay.publish)


def event(number: int, padding: int = 0) -> LeadChanged:
    return LeadChanged(
        event_id=f"evt_{number}",
        occurred_at=NOW,
        lead_id="lead_1",
        version=number,
        fields=["x" * padding] if padding else [],
    )


def record(sequence: int, new: list[LeadChanged], old: list[LeadChanged] = []) -> dict[str, Any]:  # noqa: B006
    return {
        "dynamodb": {
            "SequenceNumber": str(sequence),
            "NewImage": encode(packed(new)),
            "OldImage": encode(packed(old)),
        }
    }


def publish(*records: dict[str, Any]) -> list[str]:
    """Relay records; the sequence numbers to be delivered again."""
    answer = handle(stream_event(records), context("event_relay"))
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def published() -> list[str]:
    pump = Pump(only=())
    pump.run()
    return [fact.detail["event_id"] for fact in pump.published]


def parked() -> dict[str, Any]:
    s3 = boto3.client("s3")
    bucket = SETTINGS["parked_bucket"]
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        one["Key"]: json.load(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"])
        for one in listed
    }


Reject = Callable[[dict[str, str]], None]


@pytest.fixture
def reject() -> Iterator[Reject]:
    """Make the bus refuse entries: event id → error code. moto's bus takes everything."""
    events = client("events")
    codes: dict[str, str] = {}
    calls: list[list[str]] = []

    def drop(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        body = json.loads(params["body"])
        ids = [json.loads(entry["Detail"])["event_id"] for entry in body["Entries"]]
        kept = [e for e, one in zip(body["Entries"], ids, strict=True) if one not in codes]
        context["asked"] = ids
        calls.append(ids)
        params["body"] = json.dumps({"Entries": kept}).encode()

    def answer(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        results = [
            {"ErrorCode": codes[one], "ErrorMessage": "no"} if one in codes else {"EventId": one}
            for one in context["asked"]
        ]
        parsed["Entries"] = results
        parsed["FailedEntryCount"] = sum("ErrorCode" in one for one in results)

    events.meta.events.register_first("before-call.eventbridge.PutEvents", drop)
    events.meta.events.register("after-call.eventbridge.PutEvents", answer)
    yield codes.update
    codes.clear()


def test_all_events_of_new_images_reach_the_bus() -> None:
    assert publish(record(1, [event(1), event(2)]), record(2, [event(3)])) == []

    assert sorted(published()) == ["evt_1", "evt_2", "evt_3"]
    assert parked() == {}


def test_events_the_old_image_had_are_not_published_again() -> None:
    publish(record(1, [event(1), event(2)], [event(1)]), record(2, [event(2)], [event(2)]))

    assert published() == ["evt_2"]


def test_more_than_ten_events_take_several_calls() -> None:
    publish(record(1, [event(n) for n in range(25)]))

    assert len(published()) == 25


def test_an_event_that_is_too_large_is_parked_and_the_rest_published(logs: Any) -> None:
    again = publish(record(1, [event(1)]), record(2, [event(2, 300_000)]), record(3, [event(3)]))

    assert again == []
    assert sorted(published()) == ["evt_1", "evt_3"]
    ((key, content),) = parked().items()
    assert key == "events/2025-06-02/evt_2.json"
    assert (content["why"], content["type"]) == ("too_large", "LeadChanged")
    assert content["id"] == "evt_2"
    assert [line["event_id"] for line in logs.lines if line["level"] == "ERROR"] == ["evt_2"]


def test_the_limit_counts_bytes_and_a_call_never_exceeds_it() -> None:
    half = relay.MAX_ENTRY_BYTES // 2
    assert publish(record(1, [event(n, half) for n in range(4)])) == []

    assert len(published()) == 4
    assert parked() == {}


def test_after_a_passing_failure_delivery_resumes_at_the_first_failed_change(
    reject: Reject,
) -> None:
    reject({"evt_2": "ThrottlingException"})

    assert publish(*(record(n, [event(n)]) for n in range(1, 5))) == ["2"]


@pytest.mark.parametrize(
    "code", ["MalformedDetail", "NotAuthorizedForSourceException", "InvalidArgument"]
)
def test_an_event_the_bus_never_takes_is_parked_and_passed_over(reject: Reject, code: str) -> None:
    reject({"evt_1": code})

    assert publish(record(1, [event(1)]), record(2, [event(2)])) == []

    assert published() == ["evt_2"]
    assert [content["why"] for content in parked().values()] == [code]


def test_a_failure_for_good_beside_a_passing_one_holds_up_nothing_before_it(
    reject: Reject,
) -> None:
    reject({"evt_1": "MalformedDetail", "evt_3": "InternalFailure"})

    assert publish(*(record(n, [event(n)]) for n in range(1, 5))) == ["3"]
    assert [content["why"] for content in parked().values()] == ["MalformedDetail"]


def test_a_batch_without_events_calls_nobody() -> None:
    publish(record(1, []))

    assert published() == []
