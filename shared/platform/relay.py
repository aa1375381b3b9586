"""Publishing the events that items carry (see `outbox`).

Cannot be poisoned: what can never be published (unreadable, too large, refused for what it says)
is parked in S3, counted and passed over; what failed for now is delivered again from the first
such change on, as often as the stream's mapping allows, which then keeps the records in S3.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from .aws import client
from .entry.stream import Change
from .observability import count, logger
from .outbox import unpublished, whole
from .settings import settings

ENTRIES_PER_CALL: Final = 10
MAX_ENTRY_BYTES: Final = 256 * 1024
"""EventBridge's limit for all entries of one PutEvents call together."""
MAX_DETAIL_TYPE: Final = 128
MAX_SOURCE: Final = 256
MAX_NAME: Final = 200

_REFUSED: Final = frozenset(
    {
        "InvalidArgument",
        "MalformedDetail",
        "NotAuthorizedForDetailTypeException",
        "NotAuthorizedForSourceException",
        "RedactionFailure",
        "RequestEntityTooLargeException",
        "ValidationError",
        "ValidationException",
    }
)
"""Answers of PutEvents that are about the event itself. All others may pass (PutEvents API
reference, "Handling failures with PutEvents"; missing rights or a missing bus included, because
an operator can mend those)."""

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """An entry and the change it came with."""

    sequence: str
    entry: Entry

    @property
    def bytes(self) -> int:
        # "Calculating PutEvents event entry size": the UTF-8 bytes of these three.
        return sum(len(self.entry[part].encode()) for part in ("Source", "DetailType", "Detail"))


class _Again(Exception):
    """Nothing can be done from this change on for now."""

    def __init__(self, sequence: str, why: str) -> None:
        super().__init__(why)
        self.sequence = sequence
        self.why = why


def publish(changes: Sequence[Change], at: datetime) -> str | None:
    """Publish what `changes` carry; the sequence number to resume from, or `None` if all is done.

    One PutEvents call per ten events. What was published or parked behind the number returned
    is published or parked again on redelivery: delivery is at least once.
    """
    try:
        for batch in _batches(_readable(changes, at)):
            _send(batch, at)
    except _Again as later:
        logger().warning("publishing failed for now", extra={"error": later.why})
        return later.sequence
    return None


def _readable(changes: Sequence[Change], at: datetime) -> Iterator[_Outgoing]:
    bus = settings().need("bus_name")
    for change in changes:
        for number, found in enumerate(unpublished(change.new, change.old)):
            event = found if isinstance(found, Mapping) else {"event": found}
            name = str(event.get("id") or f"{change.sequence}-{number}")
            try:
                one = _Outgoing(change.sequence, _entry(bus, event))
            except ValueError:
                _park(change.sequence, name, event, "unreadable", at)
                continue
            if one.bytes > MAX_ENTRY_BYTES:
                _park(change.sequence, name, event, "too_large", at)
            else:
                yield one


def _entry(bus: str, event: Mapping[str, Any]) -> Entry:
    """What PutEvents takes. Raises `ValueError` for what it would refuse."""
    source, kind = event.get("source"), event.get("type")
    if not (isinstance(source, str) and isinstance(kind, str)):
        raise ValueError("an event is made of text")
    if not 0 < len(source) <= MAX_SOURCE or not 0 < len(kind) <= MAX_DETAIL_TYPE:
        raise ValueError("without a source and a type there is no event")
    return {"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": whole(event)}


def _batches(outgoing: Iterator[_Outgoing]) -> Iterator[list[_Outgoing]]:
    batch: list[_Outgoing] = []
    size = 0
    for one in outgoing:
        if batch and (len(batch) == ENTRIES_PER_CALL or size + one.bytes > MAX_ENTRY_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.bytes
    if batch:
        yield batch


def _send(batch: Sequence[_Outgoing], at: datetime) -> None:
    try:
        answer = client("events").put_events(Entries=[one.entry for one in batch])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in _REFUSED:
            raise _Again(batch[0].sequence, code) from error
        if len(batch) == 1:
            _park_entry(batch[0], code, at)
            return
        # One of them spoils the call for all: alone, each gets its own answer.
        for one in batch:
            _send([one], at)
        return
    except BotoCoreError as error:
        raise _Again(batch[0].sequence, type(error).__name__) from error
    for one, result in zip(batch, answer["Entries"], strict=True):
        code = result.get("ErrorCode")
        if code in _REFUSED:
            _park_entry(one, code, at)
        elif code:
            raise _Again(one.sequence, code)


def _park_entry(one: _Outgoing, why: str, at: datetime) -> None:
    name = str(json.loads(one.entry["Detail"]).get("event_id") or one.sequence)
    _park(one.sequence, name, one.entry, why, at)


def _park(sequence: str, name: str, event: Mapping[str, Any], why: str, at: datetime) -> None:
    """Keep for an operator what nobody can publish, under the same name when parked again."""
    try:
        client("s3").put_object(
            Bucket=settings().need("parked_bucket"),
            Key=f"events/{at:%Y-%m-%d}/{name[:MAX_NAME]}.json",
            # Text of any kind: what is parked may be of a shape nobody foresaw.
            Body=json.dumps({"why": why, **event}, default=str).encode(),
            ContentType="application/json",
        )
    except (ClientError, BotoCoreError) as error:
        raise _Again(sequence, "not_parked") from error
    count("EventParked")
    logger().error("event parked", extra={"event_id": name, "why": why})
