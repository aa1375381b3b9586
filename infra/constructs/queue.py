"""The one way to make a queue: messages that fail a few times are kept aside, never lost."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stages import Stage

from .alarms import Alarms

RETENTION: Final = Duration.days(14)
"""SQS's longest, and as long as personal data may linger outside the tables."""

MAX_RECEIVES: Final = 5

EVENT_AGE: Final = Duration.hours(6)
EVENT_RETRIES: Final = 20
"""How long EventBridge tries to hand over an event before it goes to the dead letters."""

VISIBILITY_FACTOR: Final = 6
"""Visibility over function timeout ("Using Lambda with Amazon SQS", AWS, 2025): a throttled
batch is retried by the poller before its messages come back."""


def dead_letters(
    scope: Construct, noun: str, stage: Stage, alarms: Alarms, *, fifo: bool = False
) -> sqs.Queue:
    """A queue for what failed, with the alarm that tells somebody. `crm redrive` empties it."""
    name = f"{stage.named(noun)}-dlq"
    queue = sqs.Queue(
        scope,
        "DeadLetters",
        queue_name=f"{name}.fifo" if fifo else name,
        fifo=fifo or None,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=RETENTION,
    )
    alarms.alarm(
        f"{noun}-dlq",
        queue.metric_approximate_number_of_messages_visible(
            statistic=cloudwatch.Stats.MAXIMUM, period=Duration.minutes(5)
        ),
        threshold=0,
        description=f"Messages of {noun} failed for good; see why, then `crm redrive`.",
    )
    return queue


class Queue(Construct):
    """A queue a function reads in batches, with its dead letters.

    `timeout` is that of the function reading it; `delay` holds each message back at first. A FIFO queue (`fifo`) keeps the order within
    a group and drops what is sent twice within five minutes with the same content.
    """

    def __init__(
        self,
        scope: Construct,
        noun: str,
        *,
        stage: Stage,
        alarms: Alarms,
        timeout: Duration,
        fifo: bool = False,
        delay: Duration | None = None,
    ) -> None:
        super().__init__(scope, f"{noun}-queue")
        self.noun = noun
        self.timeout = timeout
        self.dead_letters = dead_letters(self, noun, stage, alarms, fifo=fifo)
        name = stage.named(noun)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=f"{name}.fifo" if fifo else name,
            fifo=fifo or None,
            content_based_deduplication=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=RETENTION,
            delivery_delay=delay,
            visibility_timeout=Duration.seconds(timeout.to_seconds() * VISIBILITY_FACTOR),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVES
            ),
        )
