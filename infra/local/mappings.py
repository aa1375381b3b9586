"""Event source mappings as Lambda runs them: side by side, and heeding what functions report.

The emulator polls all mappings in one thread, one after the other, once a second; it retries a
failed stream batch for ever, and takes a partial failure of a stream batch for success.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from .emulator import module, scope
from .home import ACCOUNT, REGION

_IDLE_SECONDS: Final = 0.1
_BUSY_SECONDS: Final = 0.03
"""Between two looks while something moved anywhere within the last second: one thing leads to the
next, over half a dozen queues, and each would wait for the next look."""

_moved: list[float] = [0.0]
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

    def _supervise() -> None:
        running: dict[str, threading.Thread] = {}
        while True:
            for _account, _region, mapping in list(every()):
                known = running.get(mapping["UUID"])
                if known is None or not known.is_alive():
                    poll = from_queues if ":sqs:" in mapping["EventSourceArn"] else from_streams
                    thread = threading.Thread(
                        target=_poll, args=(poll, svc._esms, mapping["UUID"]), daemon=True
                    )
                    running[mapping["UUID"]] = thread
                    thread.start()
            time.sleep(_IDLE_SECONDS)

    from_queues, from_streams = svc._poll_sqs, svc._poll_dynamodb_streams
    svc._esms_everywhere, svc._iter_all_esms = every, _iterate
    svc._execute_function = _execute
    # The emulator's own poller may be running already: it finds nothing to do any more.
    svc._poll_sqs = svc._poll_dynamodb_streams = lambda: False
    svc._poller_started = True
    threading.Thread(target=_supervise, daemon=True, name="mappings").start()


def _poll(poll: Callable[[], bool], mappings: Any, mapping_id: str) -> None:
    # There are many, each asks ten times a second: no one of them may look at all the others.
    _mine.mapping = mapping_id
    with scope():
        while mapping_id in mappings:
            if poll():
                _moved[0] = time.monotonic()
            else:
                busy = time.monotonic() < _moved[0] + 1
                time.sleep(_BUSY_SECONDS if busy else _IDLE_SECONDS)


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
