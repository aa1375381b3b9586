"""Sending failed messages back to where they failed, once the cause is gone."""

import json
from typing import Any, Final

from .deployed import Deployed, is_dead_letter
from .trouble import Trouble

_BATCH: Final = 10


def redrive(deployed: Deployed, only: str | None = None) -> dict[str, int]:
    """Empty the dead-letter queues (`only`: that one, with or without `-dlq`).

    Messages of a queue return to it; events whose function failed are given to it again.
    Returns how many went back, by queue. In AWS the move of a queue's messages goes on after this
    returns. Raises `Trouble` for an unknown queue.
    """
    queues = dict(deployed.queues())
    moved: dict[str, int] = {}
    for url, attributes in queues.items():
        noun = deployed.noun(url.rpartition("/")[2])
        if not is_dead_letter(url) or (only and only not in (noun, _source(noun))):
            continue
        waiting = int(attributes["ApproximateNumberOfMessages"])
        moved[noun] = 0
        if not waiting:
            continue
        sources = [
            source
            for source, other in queues.items()
            if attributes["QueueArn"] in other.get("RedrivePolicy", "")
        ]
        if sources and deployed.home is None:
            deployed.client("sqs").start_message_move_task(SourceArn=attributes["QueueArn"])
            moved[noun] = waiting
        elif sources:
            moved[noun] = _move(deployed.client("sqs"), url, sources[0])
        else:
            moved[noun] = _invoke(deployed, url, _source(noun))
    if only and not moved:
        raise Trouble(f"There is no dead-letter queue of {only}.", "See: crm status")
    return moved


def _source(noun: str) -> str:
    return noun.removesuffix(".fifo").removesuffix("-dlq")


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=_BATCH, MessageSystemAttributeNames=["All"]
    ).get("Messages", [])
    return found


def _move(sqs: Any, dead: str, source: str) -> int:
    # The emulator has no StartMessageMoveTask.
    count = 0
    while messages := _receive(sqs, dead):
        for message in messages:
            fifo = {
                "MessageGroupId": message["Attributes"].get("MessageGroupId") or "redriven",
                # A new id: the old one may still be within its five minutes.
                "MessageDeduplicationId": message["ReceiptHandle"][:128],
            }
            sqs.send_message(
                QueueUrl=source,
                MessageBody=message["Body"],
                **(fifo if source.endswith(".fifo") else {}),
            )
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
            count += 1
    return count


def _invoke(deployed: Deployed, dead: str, noun: str) -> int:
    sqs, function, count = deployed.client("sqs"), deployed.function(noun), 0
    while messages := _receive(sqs, dead):
        for message in messages:
            body = json.loads(message["Body"])
            # A destination wraps the event, a dead-letter queue holds it bare.
            event = body.get("requestPayload", body)
            deployed.client("lambda").invoke(
                FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
            )
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
            count += 1
    return count
