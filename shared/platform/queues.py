"""Sending messages to a queue of ours."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from .json_api import FAILURES, SQS
from .observability import logger

PER_CALL: Final = 10


class NotTaken(Exception):
    """The queue refused some messages; whoever sends them again does no harm."""


def send_all(
    queue_url: str, messages: Iterable[Mapping[str, Any]], *, group: str | None = None
) -> None:
    """Queue `messages` as JSON, ten a call; a FIFO queue needs their `group`. Raises `NotTaken`
    at the first that is refused."""
    rest = iter(messages)
    while chunk := list(islice(rest, PER_CALL)):
        grouped = {"MessageGroupId": group} if group else {}
        entries = [
            {"Id": str(i), "MessageBody": json.dumps(m), **grouped} for i, m in enumerate(chunk)
        ]
        answer = SQS.call("SendMessageBatch", QueueUrl=queue_url, Entries=entries)
        if refused := answer.get("Failed"):
            raise NotTaken(f"{len(refused)} messages were not taken")


def back_soon(queue_url: str, waits: Mapping[str, int]) -> None:
    """Let messages come again after so many seconds, by receipt handle. Those it cannot be told
    of come again after the queue's visibility timeout, as they would have anyway."""
    rest = iter(waits.items())
    while chunk := list(islice(rest, PER_CALL)):
        entries = [
            {"Id": str(i), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
            for i, (handle, seconds) in enumerate(chunk)
        ]
        try:
            SQS.call("ChangeMessageVisibilityBatch", QueueUrl=queue_url, Entries=entries)
        except FAILURES as error:
            logger().warning("messages wait longer", extra={"error": type(error).__name__})
