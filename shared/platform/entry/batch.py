"""Handlers of whole SQS batches. What fails is reported message by message, the rest is done."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.platform import clock
from shared.platform.observability import begin, unexpected
from shared.platform.queues import back_soon
from shared.platform.settings import settings

HOLD_SECONDS: Final = (1, 5, 15, 60)
"""How long a message that failed the first, second … time holds up its group: what passes by
itself has a minute and a half for it, what never will is out of the way after that."""

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """One SQS message. `body` is the parsed JSON (an EventBridge event where a rule sent it)."""

    id: str
    body: dict[str, Any]


def on_batch(
    operation: Callable[[Sequence[Message], datetime], Iterable[str]],
    *,
    queue: str | None = None,
) -> Handler:
    """Make a handler that does the whole batch at once.

    The operation returns the ids of the messages to be delivered again. Messages that are no
    JSON objects are failed here and end in the dead-letter queue. `queue` is the setting with the
    address of a FIFO queue: what fails there holds up its group, so it comes again soon instead
    of after the queue's visibility timeout.
    """

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        log = begin(getattr(context, "aws_request_id", ""))
        messages: list[Message] = []
        failed: list[str] = []
        for record in event["Records"]:
            try:
                messages.append(Message(record["messageId"], _object(record["body"])))
            except ValueError:
                failed.append(record["messageId"])
        try:
            if messages:
                failed += operation(messages, clock.now())
        except Exception as error:
            raise unexpected(error) from None
        if queue and failed:
            back_soon(settings().need(queue), _waits(event["Records"], failed))
        failures = [{"itemIdentifier": message_id} for message_id in failed]
        log.info("handled", extra={"messages": len(event["Records"]), "failed": len(failures)})
        return {"batchItemFailures": failures}

    return handle


def _waits(records: Sequence[Mapping[str, Any]], failed: Collection[str]) -> dict[str, int]:
    """How many seconds each failed message waits, by its receipt handle."""
    waits: dict[str, int] = {}
    for record in records:
        if record["messageId"] in failed:
            times = int(record["attributes"]["ApproximateReceiveCount"])
            waits[record["receiptHandle"]] = HOLD_SECONDS[min(times, len(HOLD_SECONDS)) - 1]
    return waits


def _object(text: str) -> dict[str, Any]:
    """The JSON object that `text` is. Raises `ValueError` for anything else."""
    body = json.loads(text)
    if not isinstance(body, dict):
        raise ValueError("a message is a JSON object")
    return body


def survives(part: Callable[[], None]) -> bool:
    """Do one part of a batch that nothing else of it depends on; whether it came to its end.

    A failure is logged and stays with the part, so that one bad record cannot hold up the others.
    """
    try:
        part()
    except Exception as error:
        unexpected(error)
        return False
    return True
