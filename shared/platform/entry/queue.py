"""Handlers of SQS messages done one at a time, each with its own fate.

Powertools' batch processor would do the same, but where pydantic is loaded before it, it brings
its parser's models along, `pydantic.networks` among them, in every cold start.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shared.kernel.errors import AlreadyHandled
from shared.platform import clock
from shared.platform.observability import unexpected

from .batch import Handler, Message, on_batch


def on_queue(do: Callable[[dict[str, Any], datetime], None]) -> Handler:
    """Make a handler that does one message at a time: `do` takes its body and the time."""

    def one_by_one(messages: Sequence[Message], _: datetime) -> list[str]:
        return [message.id for message in messages if not _done(message)]

    def _done(message: Message) -> bool:
        try:
            do(message.body, clock.now())
        except AlreadyHandled:
            return True
        except Exception as error:
            unexpected(error)
            return False
        return True

    return on_batch(one_by_one)
