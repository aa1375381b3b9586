"""Handlers of whole SQS batches. What fails is reported message by message, the rest is done."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.platform import clock
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """One SQS message. `body` is the parsed JSON (an EventBridge event where a rule sent it)."""

    id: str
    body: dict[str, Any]


def on_batch(
    operation: Callable[[Sequence[Message], datetime], Iterable[str]],
) -> Handler:
    """Make a handler that does the whole batch at once.

    The operation returns the ids of the messages to be delivered again. Messages that are no
    JSON objects are failed here, end in the dead-letter queue and hold up nobody.
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
        failures = [{"itemIdentifier": message_id} for message_id in failed]
        log.info("handled", extra={"messages": len(event["Records"]), "failed": len(failures)})
        return {"batchItemFailures": failures}

    return handle


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
