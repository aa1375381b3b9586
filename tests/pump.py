"""What happens between functions: streams, relay, bus, queues and timers, in memory.

`Pump().run()` reads the tables' streams, has `event_relay` publish, and hands what was published
to its consumers (`tests.routes`) until nothing moves. With `copies` everything is delivered that
often, with `shuffle` (a seeded `random.Random`) in another order: a product that needs neither
exactly-once nor order ends in the same state. What fails is delivered again, up to `ATTEMPTS`
times, and then lies in `dead`.
"""

import json
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Final

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from shared.platform.outbox import whole
from tests.calls import handler, invoke, queue_record, stream_event
from tests.cloud import PUBLISHED, REGION, client, elsewhere, forget, memory, specs, table_name
from tests.routes import EVENT_ROUTES, QUEUE_ROUTES, Route

ATTEMPTS: Final = 5
_ROUNDS: Final = 200


class Killed(BaseException):
    """The process of a function ends here: nothing in it can catch this or go on."""


@dataclass(frozen=True)
class Fact:
    """One published domain event."""

    type: str
    source: str
    detail: dict[str, Any]
    raw: dict[str, Any] = field(repr=False)


@dataclass
class Delivery:
    """One event or message on its way to one function."""

    function: str
    body: Any
    via: str = "queue"
    batch: int = 10
    attempts: int = 0


def stream_records() -> list[dict[str, Any]]:
    """Every record of every table's stream so far, each table's oldest first."""
    names = [table_name(spec) for spec in specs()]
    if not elsewhere():
        # Straight from where they are kept: tests ask for all of them time and again.
        kept = memory().tables
        return [{**record, "arn": name} for name in names for record in kept[name].state.stream]
    streams = client("dynamodbstreams")
    return [record for name in names for record in stream_of(streams, name)]


def overlook() -> None:
    """Leave out of `stream_records` what happened until now."""
    if not elsewhere():
        for table in memory().tables.values():
            table.state.stream.clear()
        return
    for spec in specs():
        stream_of(client("dynamodbstreams"), table_name(spec)).clear()


def stream_of(streams: Any, table: str) -> list[dict[str, Any]]:
    """Every record of a table's stream, by the API."""
    return _tail(streams, table).read()


class _Tail:
    """What a stream held so far; reads on from where it was."""

    def __init__(self, streams: Any, table: str) -> None:
        self._streams = streams
        self._records: list[dict[str, Any]] = []
        self._after: dict[tuple[str, str], dict[str, str]] = {}
        for stream in streams.list_streams(TableName=table)["Streams"]:
            arn = stream["StreamArn"]
            for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
                self._after[arn, shard["ShardId"]] = {"ShardIteratorType": "TRIM_HORIZON"}

    def read(self) -> list[dict[str, Any]]:
        """Every record so far."""
        for arn, shard in self._after:
            while found := self._next(arn, shard):
                self._records += [_plain(record, arn) for record in found]
        return self._records

    def _next(self, arn: str, shard: str) -> list[dict[str, Any]]:
        after = self._after[arn, shard]
        start = self._streams.get_shard_iterator(StreamArn=arn, ShardId=shard, **after)
        found: list[dict[str, Any]] = self._streams.get_records(
            ShardIterator=start["ShardIterator"]
        )["Records"]
        if found:
            self._after[arn, shard] = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": found[-1]["dynamodb"]["SequenceNumber"],
            }
        return found


# A client is of one account: a test's tables have tails of their own.
_tail = lru_cache(maxsize=16)(_Tail)


def _plain(record: dict[str, Any], stream: str) -> dict[str, Any]:
    # Without the time, which is not JSON and which nobody of ours reads.
    images = {
        name: value
        for name, value in record["dynamodb"].items()
        if name != "ApproximateCreationDateTime"
    }
    return {**record, "dynamodb": images, "arn": stream}


def carried() -> list[Fact]:
    """Every event that items of the tables have carried so far, whether published or not."""
    seen: dict[str, Fact] = {}
    for record in stream_records():
        for event in _events(record):
            detail = json.loads(whole(event))
            seen.setdefault(event["id"], Fact(event["type"], event["source"], detail, event))
    return list(seen.values())


class Pump:
    """See the module. `only` limits which functions get anything."""

    def __init__(
        self,
        *,
        copies: int = 1,
        shuffle: random.Random | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.copies = copies
        self.shuffle = shuffle
        self.only = only
        self.published: list[Fact] = []
        self.dead: list[Delivery] = []
        self._relayed: set[tuple[str, str]] = set()

    def run(self) -> "Pump":
        """Deliver until nothing moves. Raises `AssertionError` when that never comes."""
        for _ in range(_ROUNDS):
            if not self.step():
                return self
        raise AssertionError(f"still moving after {_ROUNDS} rounds: something feeds itself")

    def step(self) -> bool:
        """Relay and deliver once; whether anything moved."""
        self.relay()
        deliveries = [*self._from_bus(), *self._from_queues()]
        self.deliver(deliveries)
        return bool(deliveries)

    def relay(self) -> None:
        """Have the new stream records that carry events published, as the mapping would."""
        waiting = [one for one in stream_records() if self._is_new(one) and _carries(one)]
        for _ in range(ATTEMPTS):
            if not waiting:
                return
            answer: dict[str, Any] = {}
            if not _survives(partial(_invoke_into, answer, "event_relay", stream_event(waiting))):
                continue
            numbers = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
            sequences = [one["dynamodb"]["SequenceNumber"] for one in waiting]
            first = min((sequences.index(number) for number in numbers), default=len(waiting))
            self._relayed |= {_identity(one) for one in waiting[:first]}
            waiting = waiting[first:]
        raise AssertionError(f"{len(waiting)} stream records were never relayed")

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Hand over deliveries, again and again where they fail."""
        waiting = self._arrange(list(deliveries))
        while waiting:
            batch = _next_batch(waiting)
            failed = _hand_over(batch)
            for one in failed:
                one.attempts += 1
                (self.dead if one.attempts >= ATTEMPTS else waiting).append(one)

    def _arrange(self, deliveries: list[Delivery]) -> list[Delivery]:
        wanted = [one for one in deliveries if self.only is None or one.function in self.only]
        # A FIFO queue drops copies within five minutes and keeps order; nothing else does.
        copied = [
            Delivery(one.function, one.body, one.via, one.batch)
            for one in wanted
            for _ in range(1 if one.via == "fifo" else self.copies)
        ]
        if self.shuffle:
            self.shuffle.shuffle(copied)
        return copied

    def _from_bus(self) -> list[Delivery]:
        events = _drain(PUBLISHED)
        self.published += [
            Fact(event["detail-type"], event["source"], event["detail"], event) for event in events
        ]
        return [
            Delivery(route.function, event, route.via, route.batch)
            for event in events
            for route in EVENT_ROUTES
            if event["detail-type"] in route.types and _exists(route)
        ]

    def _from_queues(self) -> list[Delivery]:
        return [
            Delivery(function, body)
            for queue, function in QUEUE_ROUTES.items()
            for body in _drain(queue)
        ]

    def _is_new(self, record: dict[str, Any]) -> bool:
        return _identity(record) not in self._relayed


def _next_batch(waiting: list[Delivery]) -> list[Delivery]:
    first = waiting[0]
    batch = [one for one in waiting if one.function == first.function][: first.batch]
    for one in batch:
        waiting.remove(one)
    return batch


def _hand_over(batch: Sequence[Delivery]) -> list[Delivery]:
    """Invoke the function of a batch; which deliveries are to come again."""
    function, via = batch[0].function, batch[0].via
    group = "group" if via == "fifo" else None
    records = [queue_record(one.body, group=group, received=one.attempts + 1) for one in batch]
    answer: dict[str, Any] = {}
    if not _survives(partial(_invoke_into, answer, function, {"Records": records})):
        return list(batch)
    again = {one["itemIdentifier"] for one in answer.get("batchItemFailures", ())}
    return [one for one, record in zip(batch, records, strict=True) if record["messageId"] in again]


def _invoke_into(answer: dict[str, Any], function: str, payload: dict[str, Any]) -> None:
    answer.update(invoke(function, payload) or {})


def _survives(call: Callable[[], Any]) -> bool:
    """Whether a handler came back; Lambda counts anything raised as a failed invocation."""
    try:
        call()
    except Killed:
        forget()
        return False
    except Exception:
        return False
    return True


def _exists(route: Route) -> bool:
    try:
        handler(route.function)
    except ModuleNotFoundError as missing:
        if not str(missing.name).startswith("functions"):
            raise
        return False
    return True


def drained(queue: str) -> list[dict[str, Any]]:
    """What waits in a queue, which is empty then."""
    return _drain(queue)


def _drain(queue: str) -> list[dict[str, Any]]:
    # Straight from where they are kept: most queues are empty most of the time.
    kept = get_backend("sqs")[DEFAULT_ACCOUNT_ID][REGION].queues[queue]
    ready = kept.messages
    kept._messages = [message for message in kept._messages if message not in ready]
    return [json.loads(message.body) for message in ready]


def _carries(record: dict[str, Any]) -> bool:
    """The filter of the relay's mapping: the new image has the scalar `_ev`."""
    return "_ev" in record["dynamodb"].get("NewImage", {})


def _identity(record: dict[str, Any]) -> tuple[str, str]:
    return record["arn"], record["dynamodb"]["SequenceNumber"]


def _events(record: dict[str, Any]) -> list[dict[str, str]]:
    listed = record["dynamodb"].get("NewImage", {}).get("_events", {}).get("L", ())
    return [{name: value["S"] for name, value in one["M"].items()} for one in listed]
