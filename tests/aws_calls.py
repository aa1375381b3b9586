"""Seeing, and interfering with, every call to AWS below boto3 and above the network.

`intercepted(do)` puts `do` around each HTTP exchange, retries of the SDK included: `do(call,
send)` returns what `send()` returns, or fails as the network would.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.endpoint import Endpoint


@dataclass(frozen=True)
class Call:
    """One exchange: the service and operation asked for, and the request as it is sent."""

    service: str
    operation: str
    request: Any

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


@contextmanager
def intercepted(do: Callable[[Call, Send], Outcome]) -> Iterator[None]:
    """Put `do` around every exchange of every client meanwhile."""
    original = Endpoint._do_get_response

    def around(self: Any, request: Any, model: Any, context: Any) -> Outcome:
        call = Call(model.service_model.service_name, model.name, request)
        return do(call, lambda: original(self, request, model, context))

    Endpoint._do_get_response = around
    try:
        yield
    finally:
        Endpoint._do_get_response = original
