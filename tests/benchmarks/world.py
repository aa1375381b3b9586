"""An account in memory outside pytest, and what AWS answered an operation in it."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from moto import mock_aws

from shared.platform import clock
from tests import cloud
from tests.aws_calls import Call, Outcome, Send, intercepted
from tests.calls import invoke
from tests.operations import Operation

NOW = datetime(2025, 6, 2, 4, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Exchange:
    """One AWS call of an operation: what was asked and what came back, ready to be replayed."""

    service: str
    operation: str
    parameters: dict[str, Any]
    target: str
    status: int
    headers: dict[str, str]
    body: str
    """In base 64."""


@contextmanager
def world(endpoint: str | None = None, account: str = "testing") -> Iterator[None]:
    """All tables and queues in moto, or the tables at `endpoint`; the time stands still."""
    given = cloud.environment() | {"AWS_ACCESS_KEY_ID": account}
    passthrough: dict[str, Any] = {}
    if endpoint:
        given |= {
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": endpoint,
        }
        passthrough = {"urls": [f"{endpoint}.*"], "services": []}
    config = {"core": {"mock_credentials": False, "passthrough": passthrough}}
    with patch.dict(os.environ, given), patch.object(clock, "now", lambda: NOW):
        cloud.forget(session=True)
        with mock_aws(config=config):  # type: ignore[arg-type]
            cloud.create_everything()
            yield
        cloud.forget(session=True)


def exchanges(operation: Operation, payload: dict[str, Any]) -> list[Exchange]:
    """Run the operation and note what it asks of AWS and is answered."""
    found: list[Exchange] = []
    asked: list[dict[str, Any]] = []
    call_api = BaseClient._make_api_call

    def noting(self: Any, name: str, parameters: dict[str, Any]) -> Any:
        asked.append(dict(parameters))
        return call_api(self, name, parameters)

    def note(call: Call, send: Send) -> Outcome:
        answer, error = send()
        assert error is None, error
        http, _ = answer
        found.append(
            Exchange(
                call.service,
                call.operation,
                asked[-1],
                target(call.request.method, call.request.url, call.request.headers),
                http.status_code,
                {name: value for name, value in http.headers.items() if _kept(name)},
                base64.b64encode(http.content).decode(),
            )
        )
        return answer, error

    with patch.object(BaseClient, "_make_api_call", noting), intercepted(note):
        invoke(operation.function, payload)
    return found


def target(method: str, url: str, headers: Any) -> str:
    """What tells a recorded answer from others: the operation's name, or method and path."""
    found = headers.get("X-Amz-Target") or headers.get("x-amz-target")
    if found:
        text = found.decode() if isinstance(found, bytes) else str(found)
        return text.rpartition(".")[2]
    return f"{method} /{url.split('?')[0].partition('://')[2].partition('/')[2]}"


def _kept(header: str) -> bool:
    return header.lower() in ("content-type", "x-amz-crc32", "x-amzn-requestid")


Stored = dict[tuple[str, str, str], dict[str, Any]]


def stored() -> Stored:
    """Every item of every table, as DynamoDB gives it."""
    dynamodb = boto3.client("dynamodb")
    found: Stored = {}
    for spec in cloud.specs():
        name = cloud.table_name(spec)
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                found[name, item["pk"]["S"], item["sk"]["S"]] = item
    return found


def restore(before: Stored) -> None:
    """Put every item back as it was."""
    dynamodb = boto3.client("dynamodb")
    after = stored()
    for (table, pk, sk), item in after.items():
        if (table, pk, sk) not in before:
            key = {"pk": {"S": pk}, "sk": {"S": sk}}
            dynamodb.delete_item(TableName=table, Key=key)
        elif before[table, pk, sk] != item:
            dynamodb.put_item(TableName=table, Item=before[table, pk, sk])
    for (table, pk, sk), item in before.items():
        if (table, pk, sk) not in after:
            dynamodb.put_item(TableName=table, Item=item)


def cold_and_warm(operation: Operation) -> tuple[dict[str, Any], list[Exchange], list[Exchange]]:
    """An operation's payload and its exchanges: in a new process, and in one that has done the
    same before to data that is now as it was again."""
    payload = operation.arrange()
    before = stored()
    cloud.forget()
    cold = exchanges(operation, payload)
    restore(before)
    return payload, cold, exchanges(operation, payload)
