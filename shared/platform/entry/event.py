"""What EventBridge sends: domain events, by way of a queue, and the ticks of a schedule."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.kernel.events import DomainEvent
from shared.platform import clock
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], Any]


def read(event: Mapping[str, Any], *types: type[DomainEvent]) -> Any:
    """The domain event inside an EventBridge event, or `None` when it is none of `types`.

    Raises pydantic's `ValidationError` when its detail is not that event, or is missing.
    """
    for known in types:
        if event.get("detail-type") == known.__name__:
            return known.model_validate(event.get("detail"))
    return None


def arrived_file(event: Mapping[str, Any]) -> str | None:
    """The key of the file of which S3 tells EventBridge that it arrived; `None` for other events.

    Unlike in S3's own notifications the key is not URL-encoded ("EventBridge event message
    structure", Amazon S3 User Guide).
    """
    if event.get("source") != "aws.s3" or event.get("detail-type") != "Object Created":
        return None
    key: str = event["detail"]["object"]["key"]
    return key


def on_schedule(operation: Callable[[datetime], None]) -> Handler:
    """Make a handler of a schedule's tick."""

    def handle(event: dict[str, Any], context: Any) -> None:
        log = begin(event.get("id", ""), event="schedule")
        try:
            operation(clock.now())
        except Exception as error:
            raise unexpected(error) from None
        log.info("handled")

    return handle
