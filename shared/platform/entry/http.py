"""HTTP API handlers: routing, bodies, staff, answers and the error → status table.

http = Http()

@http.post("/v1/leads")
def create(request: Request) -> Response:
    staff = signed_in(request, "rep", "sales_manager")
    ...
    return reply(201, {...})

handle = http
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

from shared.kernel.errors import CrmError, NotFound, TooLarge
from shared.platform import clock
from shared.platform.auth import Token, token_of
from shared.platform.observability import answered, begin, unexpected

from .problems import MEDIA_TYPE, as_asked, problem

MAX_BODY_BYTES: Final = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)
Operation = Callable[..., Response[Any]]


class Request:
    """One HTTP request as the gateway hands it over (payload format 2.0)."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = event
        self.now: datetime = clock.now()
        self.headers: Mapping[str, str] = event.get("headers") or {}
        self.id: str = event["requestContext"].get("requestId", "")
        self.method: str = event["requestContext"]["http"]["method"]
        self.path: str = event["rawPath"]
        self.answer_headers: dict[str, str] = {}
        """Headers that every answer to this request gets, a refusal included."""

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; the last value of a repeated one."""
        text = self.event.get("rawQueryString") or ""
        return {name: values[-1] for name, values in parse_qs(text, True).items()}

    @property
    def media_type(self) -> str:
        """The body's media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def body(self) -> bytes:
        """The body as sent. Raises `TooLarge` beyond 64 KB."""
        raw = self.event.get("body") or ""
        # Measured before decoding: text of that length is at least that large.
        if len(raw) > MAX_BODY_BYTES * 4 // 3 + 4:
            raise TooLarge("body_too_large", "The body may have up to 64 KB")
        body = base64.b64decode(raw) if self.event.get("isBase64Encoded") else raw.encode()
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge("body_too_large", "The body may have up to 64 KB")
        return body

    def json(self, model: type[Model]) -> Model:
        """The JSON body as `model`; problems name the field (400 unreadable, 422 unacceptable)."""
        body = self.body or b"{}"
        with as_asked():
            return model.model_validate_json(body)

    def parameters(self, model: type[Model]) -> Model:
        """The query as `model`; problems name the parameter (422)."""
        with as_asked():
            return model.model_validate(self.query)

    def token(self) -> Token:
        """What the verified token says; whether that still holds, the directory knows."""
        return token_of(self.event)

    @property
    def client_address(self) -> str:
        """The visitor's IP address as the front door wrote it, whatever the visitor sent."""
        seen = self.headers.get("x-viewer-address")
        return seen or str(self.event["requestContext"]["http"].get("sourceIp", ""))


class Http:
    """The handler of a function behind the HTTP API."""

    def __init__(self) -> None:
        self._resolver = APIGatewayHttpResolver()
        self._resolver.not_found(self._no_route)

    def route(self, method: str, path: str) -> Callable[[Operation], Operation]:
        """Register an operation: it takes a `Request` and the path's parameters by name."""

        def register(operation: Operation) -> Operation:
            def call(**parameters: str) -> Response[Any]:
                # Nothing may escape into the router: it logs whatever it sees, with the message,
                # which may quote what a person typed.
                try:
                    return operation(self._request, **parameters)
                except Exception as error:
                    return _refusal(error, self._request)

            self._resolver.route(path.replace("{", "<").replace("}", ">"), method)(call)
            return operation

        return register

    def get(self, path: str) -> Callable[[Operation], Operation]:
        """`GET path`"""
        return self.route("GET", path)

    def head(self, path: str) -> Callable[[Operation], Operation]:
        """`HEAD path`"""
        return self.route("HEAD", path)

    def post(self, path: str) -> Callable[[Operation], Operation]:
        """`POST path`"""
        return self.route("POST", path)

    def put(self, path: str) -> Callable[[Operation], Operation]:
        """`PUT path`"""
        return self.route("PUT", path)

    def patch(self, path: str) -> Callable[[Operation], Operation]:
        """`PATCH path`"""
        return self.route("PATCH", path)

    def delete(self, path: str) -> Callable[[Operation], Operation]:
        """`DELETE path`"""
        return self.route("DELETE", path)

    def options(self, path: str) -> Callable[[Operation], Operation]:
        """`OPTIONS path`: a browser asking for permission; CORS is decided per form or key."""
        return self.route("OPTIONS", path)

    def _no_route(self, _: NotFoundError) -> Response[Any]:
        return _refusal(
            NotFound("no_such_route", "There is nothing at this address"), self._request
        )

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self._request = request = Request(event)
        begin(request.id, route=event.get("routeKey", ""))
        answer = self._resolver.resolve(event, context)
        headers = {**answer["headers"], **request.answer_headers}
        answer["headers"] = {name.lower(): value for name, value in headers.items()}
        answered(status=answer["statusCode"])
        return answer


class _Unexpected(CrmError):
    status = 500


def reply(
    status: int,
    body: BaseModel | Mapping[str, Any] | Sequence[Any] | str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response[Any]:
    """An answer: a model or mapping as JSON, a string as it is (with `media_type`)."""
    content = body.model_dump_json() if isinstance(body, BaseModel) else body
    return Response(
        status_code=status,
        content_type=media_type if content is not None else None,
        body=content if content is not None else "",
        headers=dict(headers or {}),
    )


def _refusal(error: Exception, request: Request) -> Response[Any]:
    """The problem answer to `error`. The unexpected is logged, without its message."""
    if isinstance(error, CrmError):
        known: CrmError = error
    else:
        unexpected(error)
        known = _Unexpected("internal_error")
    document = json.dumps(problem(known, request.id))
    return reply(
        known.status, document, headers={"cache-control": "no-store"}, media_type=MEDIA_TYPE
    )
