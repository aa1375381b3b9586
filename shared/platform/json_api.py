"""Calls of the AWS services that speak JSON, without an SDK's client.

`DYNAMODB.call("GetItem", TableName=…, Key=…)` sends what botocore's client would send and answers
or raises what that would, for a twentieth of the CPU: 0.04 ms instead of 0.8 (see decisions).
There is no model of the service: names are as AWS documents them, values are JSON's.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
)
from botocore.exceptions import ConnectionError as Unreachable

from .aws import credentials, endpoint, region
from .connections import Answer, connections
from .retries import Tries, store
from .signing import signed

FAILURES: Final = (ClientError, BotoCoreError)
"""What calls raise, for whoever can do without an answer."""

_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode
_REFUSED: Final = 300
_AGENT: Final = "crm"


@dataclass(frozen=True)
class JsonApi:
    """One service: its name in the SDKs, for variables and for code, and the first part of its
    address. Its operations are told by a header, `target` and name, in this `version` of the
    protocol, or each by a path of its own. `repeatable` calls are tried again where they failed."""

    service_id: str
    name: str
    prefix: str
    target: str = ""
    version: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    signed_as: str = ""
    repeatable: bool = True

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """Do `operation`; what it answers.

        Raises what botocore's clients raise: `ClientError` for a refusal, with all that AWS says
        of it in `response`, and the subclasses of `BotoCoreError` when no answer comes. Up to
        `aws.ATTEMPTS` tries, where another one makes sense.
        """
        body = _ENCODE(request).encode()
        tries = Tries(self.name, store(self.name))
        while True:
            failure: Exception
            try:
                answer = self.exchange(operation, body)
                said = self._read(answer)
            except (Unreachable, HTTPClientError) as error:
                failure, wait = error, tries.again() if self.repeatable else None
            else:
                if answer.status < _REFUSED:
                    tries.succeeded()
                    return said
                refusal = _refusal(answer, said, tries.number)
                failure = ClientError(refusal, operation)  # type: ignore[arg-type]
                after = answer.headers.get("x-amz-retry-after", "")
                code = refusal["Error"]["Code"]
                wait = tries.again(answer.status, code, after) if self.repeatable else None
            if wait is None:
                raise failure
            time.sleep(wait)

    @property
    def url(self) -> str:
        """Its address."""
        return endpoint(self.prefix, self.service_id)

    def path(self, operation: str) -> str:
        """Where an operation is asked for."""
        return self.paths.get(operation, "/")

    def exchange(self, operation: str, body: bytes) -> Answer:
        """Send one request, signed now, and read its answer. Raises as `Connections.post`."""
        there, path = connections(self.url), self.path(operation)
        told = {"content-type": "application/json", "host": there.host}
        if self.target:
            told["content-type"] = f"application/x-amz-json-{self.version}"
            told["x-amz-target"] = f"{self.target}.{operation}"
        headers = signed(
            told,
            body,
            path=path,
            by=credentials(),
            region=region(),
            service=self.signed_as or self.prefix,
            at=time.time(),
        )
        headers["user-agent"] = _AGENT
        if trace := os.environ.get("_X_AMZN_TRACE_ID"):
            headers["x-amzn-trace-id"] = quote(trace, safe="-=;:+&[]{}\"',")
        return there.post(headers, body, path)

    def _read(self, answer: Answer) -> dict[str, Any]:
        try:
            said = json.loads(answer.body.decode()) if answer.body else {}
            if isinstance(said, dict):
                return said
        except ValueError:
            pass
        if answer.status < _REFUSED:
            raise ConnectionClosedError(endpoint_url=f"{self.url}/")
        # Not from the service but from something before it.
        return {"message": answer.body.decode("utf-8", "replace")}


def _refusal(answer: Answer, said: dict[str, Any], attempt: int) -> dict[str, Any]:
    """A refusal as botocore gives it: all that was said, the error and what came with it."""
    told = answer.headers.get("x-amzn-errortype") or said.get("__type") or answer.status
    code = str(told).partition(":")[0].rpartition("#")[2]
    if old := answer.headers.get("x-amzn-query-error"):
        # SQS was another protocol once, and its errors still go by those names.
        code = old.partition(";")[0]
    return {
        **said,
        "Error": {"Code": code, "Message": said.get("message") or said.get("Message") or ""},
        "ResponseMetadata": {
            "RequestId": answer.headers.get("x-amzn-requestid", ""),
            "HTTPStatusCode": answer.status,
            "HTTPHeaders": answer.headers,
            "RetryAttempts": attempt - 1,
        },
    }


DYNAMODB: Final = JsonApi("DynamoDB", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
SECRETS: Final = JsonApi(
    "Secrets Manager", "secretsmanager", "secretsmanager", "secretsmanager", "1.1"
)
SQS: Final = JsonApi("SQS", "sqs", "sqs", "AmazonSQS", "1.0")
COGNITO: Final = JsonApi(
    "Cognito Identity Provider",
    "cognito-idp",
    "cognito-idp",
    "AWSCognitoIdentityProviderService",
    "1.1",
)
SES: Final = JsonApi(
    "SESv2",
    "sesv2",
    "email",
    paths={"SendEmail": "/v2/email/outbound-emails"},
    signed_as="ses",
    # A mail whose answer was lost may be on its way.
    repeatable=False,
)
