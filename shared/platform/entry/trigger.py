"""Handlers of what a Cognito user pool asks its triggers."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.platform.observability import answered, begin, unexpected

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def on_trigger(
    operation: Callable[[str, Mapping[str, Any]], Mapping[str, Any]],
) -> Handler:
    """Make a handler of a pool's question. `operation` takes whom it is about (their username)
    and the question, and gives the answer."""

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        begin(getattr(context, "aws_request_id", ""), trigger=event["triggerSource"])
        try:
            answer = operation(str(event.get("userName") or ""), event["request"])
        except Exception as error:
            raise unexpected(error) from None
        event["response"] = {**(event.get("response") or {}), **answer}
        answered()
        return event

    return handle
