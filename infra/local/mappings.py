"""Event source mappings as Lambda runs them: side by side, and heeding what functions report.

The emulator polls all mappings in one thread, one after the other, once a second; it retries a
failed stream batch for ever, and takes a partial failure of a stream batch for success.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .emulator import module, scope
from .home import ACCOUNT, REGION

_LOOK_SECONDS: Final = 0.01
"""One thing leads to the next, over half a dozen queues, and each waits for the next look: looking
must cost next to nothing, so that it can be often."""

_AGAIN_SECONDS: Final = 0.03
"""What is in a queue and not to be had, as somebody has it, is tried again after so long."""

_mine = threading.local()
_attempts: dict[tuple[str, str], int] = {}


def apply() -> None:
    """Replace the one poller with a thread for each mapping."""
    svc = module("services.lambda_svc")
    every, execute = svc._iter_all_esms, svc._execute_function

    def _iterate() -> Iterator[tuple[str, str, dict[str, Any]]]:
        if not hasattr(_mine, "mapping"):
            yield from every()
        elif mapping := svc._esms.get(_mine.mapping):
            yield ACCOUNT, REGION, mapping

    def _execute(function: Mapping[str, Any], event: dict[str, Any]) -> Any:
        mapping = next(_iterate(), None) if hasattr(_mine, "mapping") else None
        records = event.get("Records") or [{}]
        if mapping is None or records[0].get("eventSource") != "aws:dynamodb":
            name_groups(records)
            return execute(function, event)
        return stream_batch(mapping[2], lambda batch: execute(function, {"Records": batch}),
                             records)  # fmt: skip

    def _poller(mapping: Mapping[str, Any]) -> _Poller:
        poll = from_queues if ":sqs:" in mapping["EventSourceArn"] else from_streams
        due = threading.Event()
        args = (poll, due, svc._esms, mapping["UUID"])
        thread = threading.Thread(target=_poll, args=args, daemon=True)
        thread.start()
        return _Poller(thread, due, _looker(mapping))

    def _supervise() -> None:
        pollers: dict[str, _Poller] = {}
        while True:
            for _account, _region, mapping in list(every()):
                known = pollers.get(mapping["UUID"])
                if known is None or (known.has_work() and not known.thread.is_alive()):
                    known = pollers[mapping["UUID"]] = _poller(mapping)
                if known.has_work():
                    known.due.set()
            time.sleep(_LOOK_SECONDS)

    from_queues, from_streams = svc._poll_sqs, svc._poll_dynamodb_streams
    svc._esms_everywhere, svc._iter_all_esms = every, _iterate
    svc._execute_function = _execute
    # The emulator's own poller may be running already: it finds nothing to do any more.
    svc._poll_sqs = svc._poll_dynamodb_streams = lambda: False
    svc._poller_started = True
    threading.Thread(target=_supervise, daemon=True, name="mappings").start()


@dataclass(frozen=True, slots=True)
class _Poller:
    """The thread of a mapping, what wakes it, and whether there is something for it."""

    thread: threading.Thread
    due: threading.Event
    has_work: Callable[[], bool]


def _poll(poll: Callable[[], bool], due: threading.Event, mappings: Any, mapping_id: str) -> None:
    # There are many: no one of them may look at all the others.
    _mine.mapping = mapping_id
    with scope():
        while mapping_id in mappings:
            if not due.wait(1):
                continue
            due.clear()
            if not poll():
                time.sleep(_AGAIN_SECONDS)


def _looker(mapping: Mapping[str, Any]) -> Callable[[], bool]:
    """Whether anything is in the source of a mapping, at the cost of two or three look-ups."""
    source, mapping_id = mapping["EventSourceArn"], mapping["UUID"]
    if ":sqs:" in source:
        sqs = module("services.sqs")
        urls, queues = sqs._queue_name_to_url._data, sqs._queues._data
        name = (ACCOUNT, REGION, source.rpartition(":")[2])
        return lambda: bool(
            (queues.get((ACCOUNT, REGION, urls.get(name))) or {"messages": ()})["messages"]
        )
    dynamodb, svc = module("services.dynamodb"), module("services.lambda_svc")
    records, trimmed = dynamodb._stream_records._data, dynamodb._stream_trimmed._data
    positions = svc._dynamodb_stream_positions._data
    table = (ACCOUNT, REGION, source.split("/stream/")[0].rpartition("/")[2])

    def unread() -> bool:
        kept = len(records.get(table) or ())
        end = trimmed.get(table, 0) + kept
        return bool(kept and end > positions.get((ACCOUNT, REGION, mapping_id), 0))

    return unread


def stream_batch(mapping: Mapping[str, Any], run: Any, records: list[dict[str, Any]]) -> Any:
    """Run a batch; a reported failure counts as one, and the last attempt parks what fails."""
    result = run(records)
    if not _failed(result):
        _attempts.pop((mapping["UUID"], _sequence(records[0])), None)
        return result
    attempt = (mapping["UUID"], _sequence(records[0]))
    _attempts[attempt] = _attempts.get(attempt, 0) + 1
    allowed = int(mapping.get("MaximumRetryAttempts", -1))
    if allowed < 0 or _attempts[attempt] <= allowed:
        return {**result, "error": True, "body": {"errorMessage": "batch failed"}}
    del _attempts[attempt]
    bisect = mapping.get("BisectBatchOnFunctionError") and len(records) > 1
    for batch in [[record] for record in records] if bisect else [records]:
        if not bisect or _failed(run(batch)):
            _park(mapping, batch)
    return {"body": None, "log": result.get("log", "")}


def name_groups(records: Sequence[dict[str, Any]]) -> None:
    """Add to messages of a FIFO queue what AWS tells of them: group, number, deduplication id."""
    source = records[0].get("eventSourceARN", "")
    queue = module("services.sqs")._queue_by_arn(source) if source.endswith(".fifo") else None
    known = {message["id"]: message for message in queue["messages"]} if queue else {}
    for record in records if queue else ():
        message = known.get(record["messageId"], {})
        record["attributes"] |= {
            "MessageGroupId": message.get("group_id") or "",
            "SequenceNumber": message.get("seq") or "",
            "MessageDeduplicationId": message.get("dedup_id") or "",
        }


def _failed(result: Mapping[str, Any]) -> bool:
    body = result.get("body")
    return bool(result.get("error") or (isinstance(body, dict) and body.get("batchItemFailures")))


def _sequence(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _park(mapping: Mapping[str, Any], records: list[dict[str, Any]]) -> None:
    """Write a batch nobody could handle to the mapping's S3 destination, records included."""
    destination = (mapping.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
    if not destination or not destination.startswith("arn:aws:s3:::"):
        return
    bucket = destination.rpartition(":")[2]
    info = {"startSequenceNumber": _sequence(records[0]),
            "endSequenceNumber": _sequence(records[-1]), "batchSize": len(records)}  # fmt: skip
    body = json.dumps({"DDBStreamBatchInfo": info, "payload": {"Records": records}}).encode()
    key = (
        f"aws/lambda/{mapping['UUID']}/{time.strftime('%Y/%m/%d/%Y-%m-%dT%H.%M.%S')}-{uuid.uuid4()}"
    )
    module("services.s3")._put_object(bucket, key, body, {"content-type": "application/json"})


def keep_stream_records() -> None:
    """Save unread stream records with the tables, and restore them with the streams' lengths."""
    dynamodb, persistence = module("services.dynamodb"), module("core.persistence")
    save = dynamodb.get_state
    dynamodb.get_state = lambda: {**save(), "streams": _unread(dynamodb)}
    for scoped, kept, trimmed in (persistence.load_state("dynamodb") or {}).get("streams", []):
        dynamodb._stream_records.set_scoped(*scoped, kept)
        dynamodb._stream_trimmed.set_scoped(*scoped, trimmed)


def _unread(dynamodb: Any) -> list[tuple[Any, list[Any], int]]:
    """Per table: its scope and name, the records some mapping has yet to read, and how many
    went before them (mappings remember absolute positions)."""
    svc = module("services.lambda_svc")
    positions = svc._dynamodb_stream_positions.to_dict()
    unread = []
    for scoped, records in dynamodb._stream_records.to_dict().items():
        trimmed = dynamodb._stream_trimmed.get_scoped(*scoped, 0)
        read = [
            positions.get((account, region, mapping["UUID"]), 0)
            for account, region, mapping in list(svc._esms_everywhere())
            if f"table/{scoped[2]}/stream" in mapping["EventSourceArn"]
        ]
        first = max(trimmed, min(read, default=trimmed + len(records)))
        unread.append((scoped, records[first - trimmed :], first))
    return unread
