"""Seeing, and interfering with, every call to AWS, of botocore's clients and of `json_api`.

`asked(do)` puts `do` around each call as code asks for it; `intercepted(do)` around each HTTP
exchange, retries included: `do(call, send)` returns what `send()` returns, or raises as the network
would. `answered_by_moto()` lets moto answer `json_api` as it answers botocore.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.endpoint import Endpoint
from botocore.response import StreamingBody
from moto.core.models import botocore_stubber

from shared.platform.connections import Answer, Connections
from shared.platform.json_api import JsonApi


def is_read(operation: str) -> bool:
    """Whether an operation of AWS changes nothing."""
    return operation.startswith(("Get", "Query", "BatchGet", "Scan", "List", "Describe", "Head"))


@dataclass(frozen=True)
class Call:
    """One exchange: the service and operation asked for, and the request as it is sent.

    `number` counts what was asked for since the interception began, from 0; `attempt` the SDK's
    tries of that, from 1. `target` is what AWS tells operations by where the protocol is JSON.
    """

    service: str
    operation: str
    method: str
    url: str
    target: str
    body: bytes
    number: int
    attempt: int

    @property
    def name(self) -> str:
        """Such as `dynamodb.PutItem`."""
        return f"{self.service}.{self.operation}"

    @property
    def asked(self) -> dict[str, Any]:
        """The request's parameters, where the protocol is JSON."""
        parsed: dict[str, Any] = json.loads(self.body or b"{}")
        return parsed

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return not is_read(self.operation)


Send = Callable[[], Answer]
Make = Callable[[str, Mapping[str, Any]], Any]
Ask = Callable[[str, str, Mapping[str, Any], Make], Any]
"""(service, operation, parameters, what makes such a call of this service) → what it answers."""

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
def asked(do: Ask) -> Iterator[None]:
    """Put `do` around whatever is asked of AWS meanwhile."""
    by_client, by_api = BaseClient._make_api_call, JsonApi.call

    def of_client(self: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        return do(service, operation, parameters, lambda *changed: by_client(self, *changed))

    def of_api(self: JsonApi, operation: str, **parameters: Any) -> Any:
        def make(operation: str, parameters: Mapping[str, Any]) -> Any:
            return by_api(self, operation, **parameters)

        return do(self.name, operation, parameters, make)

    with (
        patch.object(BaseClient, "_make_api_call", of_client),
        patch.object(JsonApi, "call", of_api),
    ):
        yield


@contextmanager
def intercepted(do: Callable[[Call, Send], Answer]) -> Iterator[None]:
    """Put `do` around every exchange meanwhile."""
    of_client, of_api = Endpoint._do_get_response, JsonApi.exchange
    attempts: list[tuple[Any, int]] = []  # what tells each call from others, and its tries so far

    def numbered(what: Any) -> tuple[int, int]:
        if attempts and attempts[-1][0] is what:
            attempts[-1] = (what, attempts[-1][1] + 1)
        else:
            attempts.append((what, 1))
        return len(attempts) - 1, attempts[-1][1]

    def around_client(self: Any, request: Any, model: Any, context: Any) -> Any:
        if is_aside():
            return of_client(self, request, model, context)
        outcome: Any = None

        def send() -> Answer:
            nonlocal outcome
            outcome = of_client(self, request, model, context)
            if outcome[1]:
                raise outcome[1]
            http, parsed = outcome[0]
            if model.has_streaming_output and "Body" in parsed:
                # Reading it here would leave nothing for the caller.
                parsed["Body"] = StreamingBody(io.BytesIO(http.content), len(http.content))
            return Answer(http.status_code, dict(http.headers), http.content)

        call = Call(
            model.service_model.service_name,
            model.name,
            request.method,
            request.url,
            _text(request.headers.get("X-Amz-Target") or ""),
            request.body if isinstance(request.body, bytes) else b"",
            *numbered(context),
        )
        try:
            do(call, send)
        except Exception as error:
            return None, error
        return outcome

    def around_api(self: JsonApi, operation: str, body: bytes) -> Answer:
        if is_aside():
            return of_api(self, operation, body)
        target = f"{self.target}.{operation}" if self.target else ""
        url = f"{self.url}{self.path(operation)}" if self.paths else self.url
        # Each call has a body of its own, which it sends again as it is.
        call = Call(self.name, operation, "POST", url, target, body, *numbered(body))
        return do(call, lambda: of_api(self, operation, body))

    with (
        patch.object(Endpoint, "_do_get_response", around_client),
        patch.object(JsonApi, "exchange", around_api),
    ):
        yield


network: Final[list[Callable[[AWSPreparedRequest, Send], Answer]]] = []
"""What a test puts around the requests of `json_api`, until its account is gone."""


@contextmanager
def answered_by_moto() -> Iterator[None]:
    """Have moto, where it is in force, answer what `json_api` sends."""
    post = Connections.post

    def answered(
        self: Connections, headers: Mapping[str, str], body: bytes, path: str = "/"
    ) -> Answer:
        named = HTTPHeaders.from_dict(dict(headers))
        request = AWSPreparedRequest("POST", f"{self.url}{path}", named, body, False)

        def send() -> Answer:
            answer: Any = botocore_stubber("before-send", request)
            if answer is None:
                return post(self, headers, body, path)
            said = {name.lower(): str(value) for name, value in answer.headers.items()}
            return Answer(answer.status_code, said, answer.content)

        return network[-1](request, send) if network else send()

    with patch.object(Connections, "post", answered):
        try:
            yield
        finally:
            network.clear()


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header
