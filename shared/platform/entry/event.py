"""Handlers of one EventBridge event, and of a schedule."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.kernel.events import DomainEvent
from shared.platform import clock
from shared.platform.observability import begin, unexpected

Handler = Callable[[dict[str, Any], Any], Any]


def on_event(
    *types: type[DomainEvent],
) -> Callable[[Callable[[Any, datetime], None]], Handler]:
    """Make a handler of events of `types`. Anything else is ignored.

    The operation takes the event and the time. A failure is raised: Lambda retries an
    asynchronous invocation and then moves it to the function's dead-letter queue.
    """

    def wrap(operation: Callable[[Any, datetime], None]) -> Handler:
        def handle(event: dict[str, Any], context: Any) -> None:
            log = begin(event.get("id", ""), event=event.get("detail-type", ""))
            try:
                fact = read(event, *types)
                if fact is not None:
                    operation(fact, clock.now())
            except Exception as error:
                raise unexpected(error) from None
            log.info("handled")

        return handle

    return wrap


def read(event: Mapping[str, Any], *types: type[DomainEvent]) -> Any:
    """The domain event inside an EventBridge event, or `None` when it is none of `types`.

    Raises pydantic's `ValidationError` when its detail is not that event, or is missing.
    """
    for known in types:
        if event.get("detail-type") == known.__name__:
            return known.model_validate(event.get("detail"))
    return None


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
