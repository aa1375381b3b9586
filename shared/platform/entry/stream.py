"""Handlers of a table's stream."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.platform import clock
from shared.platform.codec import decode
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an item: `old` and `new` are `{}` where there was or is none."""

    sequence: str
    new: Mapping[str, Any]
    old: Mapping[str, Any]


def on_stream(
    operation: Callable[[Sequence[Change], datetime], str | None],
) -> Handler:
    """Make a handler of stream records, oldest first.

    The operation returns the sequence number of the first change to deliver again, or `None`.
    """

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        log = begin(str(getattr(context, "aws_request_id", "")))
        try:
            changes = [_change(record["dynamodb"]) for record in event["Records"]]
            again = operation(changes, clock.now())
        except Exception as error:
            raise unexpected(error) from None
        log.info("handled", extra={"changes": len(changes), "failed": int(again is not None)})
        return {"batchItemFailures": [{"itemIdentifier": again}] if again else []}

    return handle


def _change(record: Mapping[str, Any]) -> Change:
    new, old = record.get("NewImage", {}), record.get("OldImage", {})
    return Change(record["SequenceNumber"], decode(new), decode(old))
