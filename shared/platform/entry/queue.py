"""Handlers of SQS messages done one at a time, with Powertools' partial responses."""

import json
from collections.abc import Callable
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
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def on_queue(
    operation: Callable[[dict[str, Any], datetime], None] | None = None, *, fifo: bool = False
) -> Any:
    """Make a handler that does one message at a time: the operation takes its body and the time.

    With `fifo` a failure also fails what follows in the batch, so that order is kept.
    """

    def wrap(do: Callable[[dict[str, Any], datetime], None]) -> Handler:
        # Powertools passes the message by this name.
        def one(record: Any) -> None:
            try:
                do(json.loads(record.body), clock.now())
            except AlreadyHandled:
                return

        def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
            log = begin(getattr(context, "aws_request_id", ""))
            processor = SqsFifoPartialProcessor() if fifo else BatchProcessor(EventType.SQS)
            processor.raise_on_entire_batch_failure = False
            answer = process_partial_response(
                event=event, record_handler=one, processor=processor, context=context
            )
            for _, error, _ in processor.exceptions:
                if error is not None:
                    unexpected(error)
            log.info(
                "handled",
                extra={
                    "messages": len(event["Records"]),
                    "failed": len(answer["batchItemFailures"]),
                },
            )
            return dict(answer)

        return handle

    return wrap if operation is None else wrap(operation)
