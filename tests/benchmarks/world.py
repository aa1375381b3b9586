"""An account in memory outside pytest, and what AWS answered an operation in it."""

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from shared.platform import clock
from shared.platform.connections import Answer
from shared.platform.json_api import DYNAMODB
from shared.platform.observability import logger
from tests import cloud, in_memory
from tests.aws_calls import Call, Make, Send, aside, asked, intercepted, is_aside
from tests.calls import invoke
from tests.fake_clock import FakeClock


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
def world() -> Iterator[FakeClock]:
    """All tables and queues in memory; the clock they go by."""
    time = FakeClock()
    given = cloud.environment() | {"AWS_ACCESS_KEY_ID": "testing"}
    with (
        patch.dict(os.environ, given),
        patch.object(clock, "now", time),
        patch.object(clock, "wait", time.wait),
    ):
        cloud.forget(session=True)
        with in_memory.account():
            yield time
        cloud.forget(session=True)


def exchanges(function: str, payload: dict[str, Any]) -> list[Exchange]:
    """Invoke the function and note what it asks of AWS and is answered.

    What a service asks of other functions before it answers is not the function's own.
    """
    found: list[Exchange] = []
    given: list[dict[str, Any]] = []

    def noting(_: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        if is_aside():
            return make(operation, parameters)
        given.append(dict(parameters))
        try:
            return make(operation, parameters)
        finally:
            given.pop()

    def note(call: Call, send: Send) -> Answer:
        answer = send()
        if len(given) > 1:
            return answer
        found.append(
            Exchange(
                call.service,
                call.operation,
                given[-1],
                _target(call),
                answer.status,
                {name: value for name, value in answer.headers.items() if _kept(name)},
                base64.b64encode(answer.body).decode(),
            )
        )
        return answer

    with asked(noting), intercepted(note):
        accepted(invoke(function, payload))
    return found


def accepted(answer: Any) -> None:
    """Raise unless a function did what it was asked: a refusal would be cheap."""
    if isinstance(answer, dict):
        assert answer.get("statusCode", 200) < 400, answer
        assert not answer.get("batchItemFailures"), answer


def _target(call: Call) -> str:
    # What tells a recorded answer from others: the operation's name, or method and path.
    if call.target:
        return call.target.rpartition(".")[2]
    host, _, path = call.url.split("?")[0].partition("://")[2].partition("/")
    # A bucket is named by the host, and by the path at the address the answers are given from.
    bucket, is_bucket, _ = host.partition(".s3.")
    return (
        f"{call.method} /{'/'.join(part for part in (bucket if is_bucket else '', path) if part)}"
    )


_KEPT: Final = frozenset(
    {"content-type", "content-range", "etag", "x-amz-crc32", "x-amzn-requestid"}
)


def _kept(header: str) -> bool:
    return header.lower() in _KEPT


@contextmanager
def nothing_printed() -> Iterator[None]:
    """Log lines and metrics are made and written, to nowhere."""
    log: Any = logger().registered_handler
    before = log.stream
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        log.stream = nowhere
        yield
    log.stream = before


Place = tuple[str, str, str]
"""Table, partition key and sort key."""

_MOST_READ: Final = 100
_MOST_WRITTEN: Final = 25


class Undo:
    """Puts back every item that was written while it watched. `stored` is all there is before,
    where that is known: then nothing is asked."""

    def __init__(self, stored: Mapping[Place, dict[str, Any]] | None = None) -> None:
        self._stored = stored
        self._before: dict[Place, dict[str, Any] | None] = {}

    @contextmanager
    def watching(self) -> Iterator["Undo"]:
        """Note how each item is before it is first written."""

        def note(call: Call, send: Send) -> Answer:
            if call.service == "dynamodb" and call.writes:
                new = [place for place in _written(call) if place not in self._before]
                found = _items(new) if self._stored is None else self._stored
                self._before |= {place: found.get(place) for place in new}
            return send()

        with intercepted(note):
            yield self

    def undo(self) -> None:
        """Make everything as it was."""
        for some in _in_parts(list(self._before.items()), _MOST_WRITTEN):
            requests: dict[str, list[Any]] = {}
            for place, item in some:
                request = (
                    {"PutRequest": {"Item": item}}
                    if item
                    else {"DeleteRequest": {"Key": _key(place)}}
                )
                requests.setdefault(place[0], []).append(request)
            with aside():
                DYNAMODB.call("BatchWriteItem", RequestItems=requests)
        self._before.clear()


def cold_and_warm(function: str, payload: dict[str, Any]) -> tuple[list[Exchange], list[Exchange]]:
    """The exchanges of an invocation: in a new process, and in one that has done the same before
    to data that is now as it was again."""
    cloud.forget()
    undo = Undo()
    with undo.watching():
        cold = exchanges(function, payload)
    undo.undo()
    return cold, exchanges(function, payload)


def _written(call: Call) -> Iterator[Place]:
    given = call.asked
    for one in given.get("TransactItems", [{call.operation: given}]):
        for part in one.values():
            where = part.get("Item") or part.get("Key")
            if where:
                yield part["TableName"], where["pk"]["S"], where["sk"]["S"]
    for table, requests in given.get("RequestItems", {}).items():
        for one in requests:
            where = (
                one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"]
            )
            yield table, where["pk"]["S"], where["sk"]["S"]


def _key(place: Place) -> dict[str, Any]:
    return {"pk": {"S": place[1]}, "sk": {"S": place[2]}}


def _items(places: Sequence[Place]) -> dict[Place, dict[str, Any]]:
    """The items there are at some places."""
    found: dict[Place, dict[str, Any]] = {}
    for some in _in_parts(places, _MOST_READ):
        asked: dict[str, Any] = {}
        for place in some:
            keys = asked.setdefault(place[0], {"ConsistentRead": True, "Keys": []})
            keys["Keys"].append(_key(place))
        with aside():
            answer = DYNAMODB.call("BatchGetItem", RequestItems=asked)
        for table, items in answer["Responses"].items():
            found |= {(table, item["pk"]["S"], item["sk"]["S"]): item for item in items}
    return found


def _in_parts(all_of_them: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (all_of_them[start : start + most] for start in range(0, len(all_of_them), most))
