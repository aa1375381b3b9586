"""Seeing, and interfering with, every call to AWS below boto3 and above the network.

`intercepted(do)` puts `do` around each HTTP exchange, retries of the SDK included: `do(call,
send)` returns what `send()` returns, or fails as the network would.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from botocore.endpoint import Endpoint


@dataclass(frozen=True)
class Call:
    """One exchange: the service and operation asked for, and the request as it is sent.

    `number` counts what was asked for since the interception began, from 0; `attempt` the SDK's
    tries of that, from 1.
    """

    service: str
    operation: str
    request: Any
    number: int
    attempt: int

    @property
    def name(self) -> str:
        """Such as `dynamodb.PutItem`."""
        return f"{self.service}.{self.operation}"

    @property
    def asked(self) -> dict[str, Any]:
        """The request's parameters, where the protocol is JSON."""
        body = self.request.body or b"{}"
        parsed: dict[str, Any] = json.loads(body)
        return parsed

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return not self.operation.startswith(("Get", "Query", "BatchGet", "List", "Describe"))


Outcome = tuple[Any, Exception | None]
"""What botocore's endpoint makes of an exchange: (HTTP answer and parsed answer) or an error."""

Send = Callable[[], Outcome]

_aside: ContextVar[bool] = ContextVar("aside", default=False)


@contextmanager
def aside() -> Iterator[None]:
    """Let calls of the test's own pass by unseen, though a function is running."""
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)


def is_aside() -> bool:
    """Whether `aside` is in force."""
    return _aside.get()


@contextmanager
def intercepted(do: Callable[[Call, Send], Outcome]) -> Iterator[None]:
    """Put `do` around every exchange of every client meanwhile."""
    original = Endpoint._do_get_response
    attempts: list[tuple[Any, int]] = []  # the SDK's context of each call, and its tries so far

    def around(self: Any, request: Any, model: Any, context: Any) -> Outcome:
        if is_aside():
            return original(self, request, model, context)
        if attempts and attempts[-1][0] is context:
            attempts[-1] = (context, attempts[-1][1] + 1)
        else:
            attempts.append((context, 1))
        call = Call(
            model.service_model.service_name,
            model.name,
            request,
            len(attempts) - 1,
            attempts[-1][1],
        )
        return do(call, lambda: original(self, request, model, context))

    Endpoint._do_get_response = around
    try:
        yield
    finally:
        Endpoint._do_get_response = original
