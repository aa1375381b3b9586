"""Calling functions as Lambda, the gateway, SQS and EventBridge call them."""

import base64
import importlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode

from tests.cloud import REGION
from tests.permissions import recording
from tests.staffing import employed

ACCOUNT: Final = "123456789012"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What an HTTP function answered. Header names are lower case."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The stable code of a problem answer."""
        return str(self.json["code"])

    @property
    def fields(self) -> dict[str, str]:
        """Field → code of a problem answer."""
        return {one["field"]: one["code"] for one in self.json.get("fields", ())}


def handler(function: str) -> Any:
    """The handler of `functions/<function>`."""
    return importlib.import_module(f"functions.{function}.handler").handle


def context(function: str) -> Any:
    """A Lambda context with what the real one carries."""
    return SimpleNamespace(
        function_name=f"crm-test-{function}",
        function_version="$LATEST",
        invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:crm-test-{function}",
        memory_limit_in_mb=512,
        aws_request_id=f"00000000-0000-4000-8000-{next(_numbers):012d}",
        log_group_name=f"/aws/lambda/crm-test-{function}",
        log_stream_name="2025/06/02/[$LATEST]0",
        get_remaining_time_in_millis=lambda: 30_000,
    )


def invoke(function: str, payload: Mapping[str, Any]) -> Any:
    """Call the function's handler with a raw payload; the answer went through JSON and back."""
    with recording(function):
        raw = json.loads(json.dumps(payload, default=_in_base_64))
        answer = handler(function)(raw, context(function))
    return json.loads(json.dumps(answer))


def request(
    method: str,
    path: str,
    *,
    body: Any = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    staff: tuple[str, Sequence[str]] | None = None,
    customer: str | None = None,
    route: str | None = None,
) -> dict[str, Any]:
    """A payload (format 2.0) as the HTTP API makes it.

    `body`: a mapping or list is sent as JSON, text and bytes as they are; `form` is sent
    urlencoded. `staff` is (id, groups) of the signed-in person, `customer` the contact id of a
    customer. `route` is the template
    (`/v1/leads/{id}`) when the test is about it.
    """
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    raw = b""
    if form is not None:
        raw = urlencode(form).encode()
        sent.setdefault("content-type", "application/x-www-form-urlencoded")
    elif isinstance(body, str | bytes):
        raw = body.encode() if isinstance(body, str) else body
    elif body is not None:
        raw = json.dumps(body).encode()
        sent.setdefault("content-type", "application/json")
    http = {
        "method": method,
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": sent.get("user-agent", "test"),
    }
    around: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": "api",
        "domainName": "api.execute-api.localhost",
        "http": http,
        "requestId": f"request-{next(_numbers)}",
        "routeKey": f"{method} {route or path}",
        "stage": "$default",
        "time": "02/Jun/2025:04:15:00 +0000",
        "timeEpoch": 1_748_837_700_000,
    }
    if staff or customer:
        said = claims(*staff) if staff else claims(str(customer), ())
        around["authorizer"] = {"jwt": {"claims": said, "scopes": None}}
    payload: dict[str, Any] = {
        "version": "2.0",
        "routeKey": around["routeKey"],
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"host": "crm.example.com", "content-length": str(len(raw)), **sent},
        "requestContext": around,
        "isBase64Encoded": False,
    }
    if query:
        payload["queryStringParameters"] = dict(query)
    if raw:
        payload |= _encoded(raw, sent.get("content-type", ""))
    return payload


def claims(staff_id: str, groups: Sequence[str]) -> dict[str, str]:
    """The claims of an access token, flattened to text as the gateway flattens them."""
    return {
        "sub": f"sub-{staff_id}",
        "username": staff_id,
        "cognito:groups": f"[{' '.join(groups)}]",
        "token_use": "access",
        "client_id": "client",
        "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{REGION}_staff",
        "auth_time": "1748837600",
        "iat": "1748837600",
        "exp": "1748839500",
    }


def http(function: str, method: str, path: str, **how: Any) -> Answer:
    """Send a request (see `request`) to a function and read its answer; `staff` work here."""
    if how.get("staff"):
        employed(*how["staff"])
    raw = invoke(function, request(method, path, **how))
    text = raw.get("body") or ""
    if raw.get("isBase64Encoded"):
        text = base64.b64decode(text).decode(errors="replace")
    many = {name: ",".join(values) for name, values in (raw.get("multiValueHeaders") or {}).items()}
    headers = {
        name.lower(): value for name, value in {**many, **(raw.get("headers") or {})}.items()
    }
    return Answer(raw["statusCode"], headers, text, tuple(raw.get("cookies") or ()))


def bus_event(fact: Any, *, at: datetime | None = None) -> dict[str, Any]:
    """A domain event as EventBridge delivers it."""
    return {
        "version": "0",
        "id": f"event-{next(_numbers)}",
        "source": fact.source,
        "account": ACCOUNT,
        "time": (at or fact.occurred_at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [],
        "detail-type": fact.detail_type,
        "detail": json.loads(fact.model_dump_json()),
    }


def queue_event(bodies: Sequence[Any], *, group: str | None = None) -> dict[str, Any]:
    """A batch of SQS records; each body is JSON (or text as it is)."""
    return {"Records": [queue_record(body, group=group) for body in bodies]}


def queue_record(body: Any, *, group: str | None = None, received: int = 1) -> dict[str, Any]:
    """One SQS record; of a FIFO queue if it has a `group`."""
    number = next(_numbers)
    attributes = {
        "ApproximateReceiveCount": str(received),
        "SentTimestamp": "1748837700000",
        "SenderId": "sender",
        "ApproximateFirstReceiveTimestamp": "1748837700001",
    }
    if group:
        attributes |= {"MessageGroupId": group, "SequenceNumber": f"{number:020d}"}
    return {
        "messageId": f"00000000-0000-4000-9000-{number:012d}",
        "receiptHandle": f"receipt-{number}",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue{'.fifo' if group else ''}",
        "awsRegion": REGION,
    }


def stream_event(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A batch of DynamoDB stream records, as read from the stream."""
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/crm-test/stream/2025"
    return {
        "Records": [
            {**record, "eventSourceARN": arn, "eventVersion": "1.1", "awsRegion": REGION}
            for record in records
        ]
    }


def _in_base_64(raw: bytes) -> str:
    # How Lambda hands over the binary values of a stream's images.
    return base64.b64encode(raw).decode()


def _encoded(raw: bytes, content_type: str) -> dict[str, Any]:
    # The gateway hands text types over as text and everything else, forms included, in base 64.
    if content_type.startswith(("text/", "application/json", "application/problem+json")):
        return {"body": raw.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
