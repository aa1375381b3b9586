"""`event_relay`: no record, answer or outage can stop it or make it lose an event."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from shared.platform.aws import client
from shared.platform.codec import encode
from tests.calls import invoke, stream_event
from tests.cloud import PUBLISHED
from tests.conftest import Logs

Script = Callable[[list[dict[str, Any]]], tuple[int, dict[str, Any]] | None]


class Bus:
    """What the relay sent, and what the bus is to answer instead of taking it."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.script: Script = lambda entries: None

    def answer(self, request: Any, **_: Any) -> AWSResponse | None:
        entries = json.loads(request.body)["Entries"]
        self.calls.append(entries)
        scripted = self.script(entries)
        if scripted is None:
            return None
        status, body = scripted
        request.body = b'{"Entries":[]}'  # moto is asked as well: it must see nothing
        return AWSResponse(request.url, status, {}, MockRawResponse(json.dumps(body)))


@pytest.fixture
def bus(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """The bus, with the SDK's own patience switched off."""
    monkeypatch.setattr("botocore.endpoint.Endpoint._needs_retry", lambda *_, **__: False)
    scripted = Bus()
    hooks = client("events").meta.events
    hooks.register_first("before-send.events.PutEvents", scripted.answer)
    yield scripted
    hooks.unregister("before-send.events.PutEvents", scripted.answer)


def packed(name: str, **more: Any) -> dict[str, Any]:
    detail = {"event_id": name, "occurred_at": "2025-06-02T04:15:00.000Z", "lead_id": "lead_1"}
    return {
        "id": name,
        "source": "crm.sales",
        "type": "LeadCaptured",
        "detail": json.dumps(detail),
        **more,
    }


def record(number: int, *events: Any) -> dict[str, Any]:
    key = {"pk": f"LEAD#{number}", "sk": "LEAD"}
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": encode(key),
            "SequenceNumber": f"{number:021d}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            "NewImage": encode({**key, "_events": list(events), "_ev": "last"}),
        },
    }


def relay(*records: dict[str, Any]) -> str | None:
    """Hand records to the relay; the number of the record it wants again."""
    failures = invoke("event_relay", stream_event(records))["batchItemFailures"]
    assert len(failures) <= 1
    return failures[0]["itemIdentifier"].lstrip("0") if failures else None


def published() -> list[str]:
    """The ids of the events that reached the bus since the last look."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=PUBLISHED)["QueueUrl"]
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"])["detail"]["event_id"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found)


def parked() -> dict[str, dict[str, Any]]:
    """What was parked, by object name."""
    s3 = boto3.client("s3")
    bucket = "crm-test-parked"
    return {
        one["Key"]: json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    }


def refused(*codes: str | None) -> tuple[int, dict[str, Any]]:
    """PutEvents' answer with these results; `None` was taken."""
    entries = [{"ErrorCode": code} if code else {"EventId": "taken"} for code in codes]
    return 200, {"FailedEntryCount": sum(map(bool, codes)), "Entries": entries}


def test_ten_events_are_one_call(bus: Bus) -> None:
    relay(*(record(number, packed(f"event-{number:02}")) for number in range(1, 26)))

    assert [len(call) for call in bus.calls] == [10, 10, 5]
    assert len(published()) == 25


def test_calls_stay_below_the_size_limit(bus: Bus) -> None:
    big = json.dumps({"event_id": "big", "text": "x" * 100_000})

    relay(*(record(number, packed(f"{number}", detail=big)) for number in range(1, 4)))

    assert [len(call) for call in bus.calls] == [2, 1]


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"detail": "no json"}, "unreadable"),
        ({"detail": '["a list"]'}, "unreadable"),
        ({"detail": "[" * 100_000}, "unreadable"),
        ({"detail": None}, "unreadable"),
        ({"source": ""}, "unreadable"),
        ({"type": "T" * 129}, "unreadable"),
        ({"detail": json.dumps({"event_id": "bad", "text": "ü" * 131_072})}, "too_large"),
    ],
)
def test_what_can_never_be_published_is_parked_and_the_rest_goes_on(
    bus: Bus, logs: Logs, spoilt: dict[str, Any], why: str
) -> None:
    again = relay(
        record(1, packed("a")), record(2, packed("bad", **spoilt)), record(3, packed("c"))
    )

    assert again is None
    assert published() == ["a", "c"]
    ((key, kept),) = parked().items()
    assert key == "events/2025-06-02/bad.json"
    assert kept["why"] == why
    assert [line["event_id"] for line in logs.lines if line["message"] == "event parked"] == ["bad"]


@pytest.mark.parametrize("shape", ["text", {"no": "id"}, ["a", "list"], 7])
def test_an_event_of_no_known_shape_is_parked_under_its_records_number(
    bus: Bus, shape: Any
) -> None:
    assert relay(record(1, shape), record(2, packed("b"))) is None

    assert published() == ["b"]
    assert list(parked()) == [f"events/2025-06-02/{1:021d}-0.json"]


def test_records_after_a_refused_call_are_not_lost(bus: Bus) -> None:
    calls = iter([None, refused(*["ThrottlingException"] * 10)])
    bus.script = lambda entries: next(calls)

    again = relay(*(record(number, packed(f"{number:02}")) for number in range(1, 31)))

    assert again == "11"
    assert len(bus.calls) == 2, "later calls wait for the redelivery"
    bus.script = lambda entries: None
    relay(*(record(number, packed(f"{number:02}")) for number in range(11, 31)))
    assert published() == [f"{number:02}" for number in range(1, 31)]


def test_one_event_that_spoils_a_whole_call_is_found_and_parked(bus: Bus) -> None:
    def spoilt(entries: list[dict[str, Any]]) -> tuple[int, dict[str, Any]] | None:
        if any('"2"' in entry["Detail"] for entry in entries):
            return 400, {"__type": "ValidationException", "message": "no"}
        return None

    bus.script = spoilt

    again = relay(*(record(number, packed(f"{number}")) for number in range(1, 4)))

    assert again is None
    assert published() == ["1", "3"]
    assert list(parked()) == ["events/2025-06-02/2.json"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ThrottlingException"),
        (500, "InternalException"),
        (400, "AccessDeniedException"),
        (400, "ResourceNotFoundException"),
    ],
)
def test_a_call_that_fails_as_a_whole_comes_again_and_parks_nothing(
    bus: Bus, status: int, code: str
) -> None:
    bus.script = lambda entries: (status, {"__type": code, "message": "no"})

    assert relay(record(1, packed("a")), record(2, packed("b"))) == "1"
    assert parked() == {}


def test_what_cannot_even_be_parked_comes_again(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("s3").delete_bucket(Bucket="crm-test-parked")

    again = relay(record(1, packed("a")), record(2, packed("bad", detail="no json")))

    assert again == "2"


def test_parking_twice_keeps_one(bus: Bus) -> None:
    bad = record(1, packed("bad", detail="no json"))

    relay(bad)
    relay(bad)

    assert len(parked()) == 1
