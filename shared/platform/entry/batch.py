"""Handlers of SQS batches. What fails is reported message by message, the rest is done."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)

from shared.kernel.errors import AlreadyHandled
from shared.platform import clock
from shared.platform.observability import begin

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """One SQS message. `body` is the parsed JSON (an EventBridge event where a rule sent it)."""

    id: str
    body: dict[str, Any]


def on_queue(
    operation: Callable[[dict[str, Any], datetime], None] | None = None, *, fifo: bool = False
) -> Any:
    """Make a handler that does one message at a time: the operation takes its body and the time.

    With `fifo` a failure also fails what follows in the batch, so that order is kept.
    """

    def wrap(do: Callable[[dict[str, Any], datetime], None]) -> Handler:
        def record(message: Any) -> None:
            try:
                do(json.loads(message.body), clock.now())
            except AlreadyHandled:
                return

        def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
            log = begin(_request_id(context))
            processor = SqsFifoPartialProcessor() if fifo else BatchProcessor(EventType.SQS)
            processor.raise_on_entire_batch_failure = False
            answer = process_partial_response(
                event=event, record_handler=record, processor=processor, context=context
            )
            for failure in processor.exceptions:
                log.error("message failed", extra={"error": getattr(failure[0], "__name__", "")})
            log.info("handled", extra=_summary(event, answer["batchItemFailures"]))
            return dict(answer)

        return handle

    return wrap if operation is None else wrap(operation)


def on_batch(
    operation: Callable[[Sequence[Message], datetime], Iterable[str]],
) -> Handler:
    """Make a handler that does the whole batch at once.

    The operation returns the ids of the messages to be delivered again. Messages that are not
    JSON are failed here, end in the dead-letter queue and hold up nobody.
    """

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        log = begin(_request_id(context))
        messages: list[Message] = []
        failed: list[str] = []
        for record in event["Records"]:
            try:
                messages.append(Message(record["messageId"], json.loads(record["body"])))
            except ValueError:
                failed.append(record["messageId"])
        if messages:
            failed += operation(messages, clock.now())
        failures = [{"itemIdentifier": message_id} for message_id in failed]
        log.info("handled", extra=_summary(event, failures))
        return {"batchItemFailures": failures}

    return handle


def _summary(event: dict[str, Any], failures: Sequence[Any]) -> dict[str, int]:
    return {"messages": len(event["Records"]), "failed": len(failures)}


def _request_id(context: Any) -> str:
    return str(getattr(context, "aws_request_id", ""))
