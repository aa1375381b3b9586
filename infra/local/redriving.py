"""Sending failed messages back to where they failed, once the cause is gone."""

import json
from collections.abc import Mapping
from typing import Any, Final

from .deployed import Deployed, is_dead_letter
from .trouble import Trouble

_BATCH: Final = 10
_REDRIVEN: Final = "redriven"


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
        else:
            moved[noun] = _empty(deployed, url, sources[0] if sources else None)
    if only and not moved:
        raise Trouble(f"There is no dead-letter queue of {only}.", "See: crm status")
    return moved


def _source(noun: str) -> str:
    return noun.removesuffix(".fifo").removesuffix("-dlq")


def _empty(deployed: Deployed, dead: str, source: str | None) -> int:
    sqs, count = deployed.client("sqs"), 0
    while messages := sqs.receive_message(
        QueueUrl=dead,
        MaxNumberOfMessages=_BATCH,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    ).get("Messages"):
        for message in messages:
            # A rule that could not deliver says where the event was to go.
            told = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue", "")
            if source or ":sqs:" in told:
                name = told.rpartition(":")[2]
                _send(sqs, source or sqs.get_queue_url(QueueName=name)["QueueUrl"], message)
            else:
                noun = _source(deployed.noun(dead.rpartition("/")[2]))
                _invoke(deployed, told or deployed.function(noun), message)
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
            count += 1
    return count


def _send(sqs: Any, queue: str, message: Mapping[str, Any]) -> None:
    order = {
        "MessageGroupId": message["Attributes"].get("MessageGroupId") or _REDRIVEN,
        # A new id: the first one may still be within its five minutes.
        "MessageDeduplicationId": message["ReceiptHandle"][:128],
    }
    fifo = order if queue.endswith(".fifo") else {}
    sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], **fifo)


def _invoke(deployed: Deployed, function: str, message: Mapping[str, Any]) -> None:
    body = json.loads(message["Body"])
    # A destination wraps the event, a dead-letter queue holds it bare.
    event = body.get("requestPayload", body)
    deployed.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
    )
