"""Sending messages to a queue of ours."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from .aws import client

PER_CALL: Final = 10


class NotTaken(Exception):
    """The queue refused some messages; whoever sends them again does no harm."""


def send_all(queue_url: str, messages: Iterable[Mapping[str, Any]]) -> None:
    """Queue `messages` as JSON, ten a call. Raises `NotTaken` at the first that is refused."""
    rest = iter(messages)
    while chunk := list(islice(rest, PER_CALL)):
        entries = [{"Id": str(i), "MessageBody": json.dumps(m)} for i, m in enumerate(chunk)]
        answer = client("sqs").send_message_batch(QueueUrl=queue_url, Entries=entries)
        if refused := answer.get("Failed"):
            raise NotTaken(f"{len(refused)} messages were not taken")
