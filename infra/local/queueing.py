"""Taking messages out of a queue without losing those that arrive meanwhile.

The emulator computes the list of what remains and then replaces the queue's list by it: a message
another thread added in between is gone. Removing single messages is safe under Python's lock.
"""

import contextlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from .emulator import module

Message = dict[str, Any]


def apply() -> None:
    """Replace the two functions that pollers call all the time."""
    sqs = module("services.sqs")
    sqs._dlq_sweep = move_to_dead_letters
    sqs._delete_messages_for_esm = delete


def delete(url: str, receipts: Collection[str]) -> None:
    """Delete the messages with these receipt handles from the queue at `url`."""
    messages = module("services.sqs")._get_q(url)["messages"]
    _drop(messages, [found for found in list(messages) if found.get("receipt_handle") in receipts])


def move_to_dead_letters(queue: dict[str, Any]) -> None:
    """Move what was received too often to the queue's dead-letter queue, if it has one."""
    policy = json.loads(queue["attributes"].get("RedrivePolicy") or "{}")
    target = policy.get("deadLetterTargetArn")
    dead = module("services.sqs")._queue_by_arn(target) if target else None
    if dead is None:
        return
    now, most = module("services.sqs").time.time(), int(policy["maxReceiveCount"])
    failed = [
        found
        for found in list(queue["messages"])
        if found.get("receive_count", 0) >= most and found.get("visible_at", 0) <= now
    ]
    _drop(queue["messages"], failed)
    dead["messages"].extend(
        {**found, "receipt_handle": None, "visible_at": now} for found in failed
    )


def _drop(messages: list[Message], unwanted: Iterable[Message]) -> None:
    for message in unwanted:
        with contextlib.suppress(ValueError):  # somebody else has deleted it
            messages.remove(message)
