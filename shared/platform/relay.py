"""Publishing the events that items carry (see `outbox`).

Cannot be poisoned: what can never be published (too large, unreadable) is parked in S3, counted
and passed over; what failed for now is delivered again from the first such change on.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from .aws import client
from .entry.stream import Change
from .observability import count, logger
from .outbox import unpublished
from .settings import settings

ENTRIES_PER_CALL: Final = 10
MAX_ENTRY_BYTES: Final = 256 * 1024
"""EventBridge's limit for all entries of one PutEvents call together."""

Entry = dict[str, Any]


def publish(changes: Sequence[Change], at: datetime) -> str | None:
    """Publish what `changes` carry; the sequence number to resume from, or `None` if all is done.

    One PutEvents call per ten events. Events published before a failed one are published again
    on redelivery: delivery is at least once.
    """
    for batch in _batches(changes, at):
        entries = [entry for _, entry in batch]
        answer = client("events").put_events(Entries=entries)
        if not answer.get("FailedEntryCount"):
            continue
        for (sequence, entry), result in zip(batch, answer["Entries"], strict=True):
            if not (code := result.get("ErrorCode")):
                continue
            if code in ("ThrottlingException", "InternalFailure", "InternalException"):
                logger().warning("publishing failed for now", extra={"error": code})
                return sequence
            _park(entry, code, at)
    return None


def _batches(changes: Sequence[Change], at: datetime) -> Iterator[list[tuple[str, Entry]]]:
    batch: list[tuple[str, Entry]] = []
    size = 0
    for change in changes:
        for event in unpublished(change.new, change.old):
            entry = _entry(event)
            length = _length(entry)
            if length > MAX_ENTRY_BYTES:
                _park(entry, "too_large", at)
                continue
            if batch and (len(batch) == ENTRIES_PER_CALL or size + length > MAX_ENTRY_BYTES):
                yield batch
                batch, size = [], 0
            batch.append((change.sequence, entry))
            size += length
    if batch:
        yield batch


def _entry(event: dict[str, str]) -> Entry:
    return {
        "EventBusName": settings().need("bus_name"),
        "Source": event["source"],
        "DetailType": event["type"],
        "Detail": event["detail"],
    }


def _length(entry: Entry) -> int:
    # "Calculating Amazon EventBridge PutEvents event entry size": the UTF-8 bytes of these three.
    return sum(len(entry[part].encode()) for part in ("Source", "DetailType", "Detail"))


def _park(entry: Entry, why: str, at: datetime) -> None:
    event_id = str(json.loads(entry["Detail"]).get("event_id", "unknown"))
    client("s3").put_object(
        Bucket=settings().need("parked_bucket"),
        Key=f"events/{at:%Y-%m-%d}/{event_id}.json",
        Body=json.dumps({"why": why, **entry}).encode(),
        ContentType="application/json",
    )
    count("EventParked")
    logger().error("event parked", extra={"event_id": event_id, "why": why})
