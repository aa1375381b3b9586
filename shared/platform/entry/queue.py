"""Handlers of SQS messages done one at a time, with Powertools' partial responses."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from shared.kernel.errors import AlreadyHandled
from shared.platform import clock
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def on_queue(do: Callable[[dict[str, Any], datetime], None]) -> Handler:
    """Make a handler that does one message at a time: `do` takes its body and the time."""

    # Powertools passes the message by this name.
    def one(record: Any) -> None:
        try:
            do(json.loads(record.body), clock.now())
        except AlreadyHandled:
            return

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        log = begin(getattr(context, "aws_request_id", ""))
        processor = BatchProcessor(EventType.SQS)
        processor.raise_on_entire_batch_failure = False
        answer = process_partial_response(
            event=event, record_handler=one, processor=processor, context=context
        )
        for _, error, _ in processor.exceptions:
            if error is not None:
                unexpected(error)
        counted = {
            "messages": len(event["Records"]),
            "failed": len(answer["batchItemFailures"]),
        }
        log.info("handled", extra=counted)
        return dict(answer)

    return handle
