"""Rules of the bus: who hears of which events."""

from collections.abc import Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from shared.kernel.events import DomainEvent

from .queue import EVENT_AGE, EVENT_RETRIES, Queue


def rule_for(
    scope: Construct, name: str, bus: events.IEventBus, types: Sequence[type[DomainEvent]]
) -> events.Rule:
    """A rule that matches exactly the events `types`."""
    return events.Rule(
        scope,
        name,
        event_bus=bus,
        event_pattern=events.EventPattern(
            source=sorted({f"crm.{event.area}" for event in types}),
            detail_type=sorted(event.__name__ for event in types),
        ),
    )


def feed_arrivals(queue: Queue, bucket: str, prefix: str, *, undelivered: sqs.IQueue) -> None:
    """Put on `queue` what S3 tells of files that arrive under a prefix of a bucket."""
    rule = events.Rule(
        queue,
        "Arrivals",
        event_pattern=events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": f"{prefix}/"}]}},
        ),
    )
    rule.add_target(_to(queue, undelivered))


def feed(
    queue: Queue,
    bus: events.IEventBus,
    types: Sequence[type[DomainEvent]],
    *,
    undelivered: sqs.IQueue,
) -> None:
    """Put the events `types` on `queue`; what cannot be put there goes to `undelivered` (which
    must be a standard queue, EventBridge takes no other)."""
    rule_for(queue, "Feed", bus, types).add_target(_to(queue, undelivered))


def _to(queue: Queue, undelivered: sqs.IQueue) -> targets.SqsQueue:
    return targets.SqsQueue(
        queue.queue,
        # One group keeps assignments exact: one batch at a time decides.
        message_group_id=queue.noun if queue.queue.fifo else None,
        dead_letter_queue=undelivered,
        max_event_age=EVENT_AGE,
        retry_attempts=EVENT_RETRIES,
    )
