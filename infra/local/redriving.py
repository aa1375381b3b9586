"""Sending failed messages back to where they failed, once the cause is gone."""

import sys
from typing import Final

from shared.platform import redriving

from .deployed import Deployed
from .trouble import Trouble

_FIRST: Final = "timer-shards"
"""A queue there always is: where its address ends, its noun begins."""


def redrive(deployed: Deployed, only: str | None = None) -> dict[str, int]:
    """Empty the dead-letter queues (`only`: that one, with or without `-dlq`).

    Messages of a queue return to it; events whose function failed are given to it again.
    Returns how many went back, by queue. In AWS the move of a queue's messages goes on after this
    returns. Raises `Trouble` for an unknown queue.
    """
    attributes = {deployed.noun(url.rpartition("/")[2]): found for url, found in deployed.queues()}
    queues = redriving.Queues(
        client=deployed.client,
        url_prefix=_prefix(deployed),
        function_prefix=deployed.named(""),
        nouns=attributes.keys(),
    )
    moved: dict[str, int] = {}
    for dead in queues.dead_letters:
        source = redriving.source_of(dead)
        if only and only not in (dead, source, source.removesuffix(redriving.FIFO)):
            continue
        waiting = int(attributes[dead]["ApproximateNumberOfMessages"])
        if waiting and source in attributes and deployed.home is None:
            arn = attributes[dead]["QueueArn"]
            deployed.client("sqs").start_message_move_task(SourceArn=arn)
        elif waiting:
            waiting = redriving.redrive(queues, dead, at_most=sys.maxsize)
        moved[dead] = waiting
    if only and not moved:
        raise Trouble(f"There is no dead-letter queue of {only}.", "See: crm status")
    return moved


def _prefix(deployed: Deployed) -> str:
    name = deployed.named(_FIRST)
    url: str = deployed.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return url.removesuffix(_FIRST)
