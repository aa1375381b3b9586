"""Repairs of tables and their streams: each is still needed, and works."""

import json
from collections import defaultdict
from typing import Any

import pytest

from infra.local import mappings
from infra.local.emulator import module
from tests.emulated import TABLE, create, repair


def test_tables_of_a_template_expire_items() -> None:
    dynamodb = module("services.dynamodb")

    create("AWS::DynamoDB::GlobalTable", "T", **TABLE)
    assert "t" not in dynamodb._ttl_settings

    repair("tables")

    create("AWS::DynamoDB::GlobalTable", "T", **TABLE)
    assert dynamodb._ttl_settings["t"]["TimeToLiveStatus"] == "ENABLED"


class _Watched(defaultdict[str, dict[str, Any]]):
    """A table's items that note whenever somebody goes through all of them."""

    gone_through = 0

    def values(self) -> Any:
        self.gone_through += 1
        return super().values()


def _put_two() -> tuple[int, int]:
    """How often the items of a table were gone through for two writes; how many it tells then."""
    dynamodb = module("services.dynamodb")
    name = create("AWS::DynamoDB::Table", "Counted", **TABLE)
    items = dynamodb._tables[name]["items"] = _Watched(dict)
    for pk in ("1", "2"):
        dynamodb._put_item({"TableName": name, "Item": {"pk": {"S": pk}}})
    seen = items.gone_through
    described = json.loads(dynamodb._describe_table({"TableName": name})[2])
    dynamodb._tables.pop(name)
    return seen, described["Table"]["ItemCount"]


def test_a_write_does_not_count_the_whole_table() -> None:
    assert _put_two() == (2, 2)
    repair("counts")
    assert _put_two() == (0, 2)


def _stream_position_after(answer: dict[str, Any]) -> int:
    """How far a stream mapping has read once its function answered so about the one record."""
    svc, dynamodb = module("services.lambda_svc"), module("services.dynamodb")
    stream = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    name = create("AWS::DynamoDB::GlobalTable", "T", **TABLE, **stream)
    create("AWS::Lambda::Function", "F", FunctionName="f")
    svc._ensure_poller = lambda: None
    mapping = create(
        "AWS::Lambda::EventSourceMapping",
        "M",
        FunctionName="f",
        EventSourceArn=dynamodb._tables[name]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )
    dynamodb._emit_stream_event(name, "INSERT", None, {"pk": {"S": "a"}})
    svc._execute_function = lambda *_: answer
    svc._poll_dynamodb_streams()
    position = int(svc._dynamodb_stream_positions[mapping])
    del svc._esms[mapping]
    return position


def test_the_emulator_takes_a_partial_failure_of_a_stream_for_success() -> None:
    failed = {"body": {"batchItemFailures": [{"itemIdentifier": "1"}]}}

    assert _stream_position_after(failed) == 1


def record(sequence: str) -> dict[str, Any]:
    return {"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": sequence}}


def test_a_partial_failure_of_a_stream_brings_the_batch_again() -> None:
    failed = {"body": {"batchItemFailures": [{"itemIdentifier": "1"}]}}

    result = mappings.stream_batch({"UUID": "m"}, lambda _batch: failed, [record("1")])

    assert result["error"]


def test_what_fails_to_the_end_is_parked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    parked: list[Any] = []
    s3 = module("services.s3")
    monkeypatch.setattr(
        s3, "_put_object", lambda bucket, key, body, _: parked.append((bucket, body))
    )
    mapping = {
        "UUID": "m2",
        "MaximumRetryAttempts": 1,
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::parked"}},
    }
    bad = record("2")

    def run(batch: list[dict[str, Any]]) -> dict[str, Any]:
        return {"error": True} if bad in batch else {"body": None}

    batch = [record("1"), bad, record("3")]
    first, last = (mappings.stream_batch(mapping, run, batch) for _ in range(2))

    assert first["error"]
    assert "error" not in last
    [(bucket, body)] = parked
    assert bucket == "parked"
    assert json.loads(body)["payload"]["Records"] == [bad]


def test_unread_stream_records_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = module("services.dynamodb")
    assert "streams" not in dynamodb.get_state()
    stream = {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    name = create("AWS::DynamoDB::GlobalTable", "T", **{**TABLE, "TableName": "s"}, **stream)
    dynamodb._emit_stream_event(name, "INSERT", None, {"pk": {"S": "a"}})
    esm = {"UUID": "m", "EventSourceArn": dynamodb._tables[name]["LatestStreamArn"]}
    everywhere = [("000000000000", "us-east-1", esm)]
    svc = module("services.lambda_svc")
    monkeypatch.setattr(svc, "_esms_everywhere", lambda: everywhere, raising=False)

    repair("stream records")

    [kept] = [entry for entry in dynamodb.get_state()["streams"] if entry[0][2] == "s"]
    assert len(kept[1]) == 1
    svc._dynamodb_stream_positions["m"] = 1
    [kept] = [entry for entry in dynamodb.get_state()["streams"] if entry[0][2] == "s"]
    assert (kept[1], kept[2]) == ([], 1)
