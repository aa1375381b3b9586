"""A mail provider that makes trouble."""

import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from shared.platform.connections import Answer
from shared.platform.json_api import SES
from tests.aws_calls import Send, network


class Provider:
    """The requests it got, and what it does about the next one: raises `trouble` before it takes a
    mail or, `after`, once it has; or answers with a status and code. Either may be a function of
    the provider that tells."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.trouble: Any = None
        self.after: Any = None
        network.append(self._asked)

    def _asked(self, request: AWSPreparedRequest, send: Send) -> Answer:
        if not request.url.endswith(SES.path("SendEmail")):
            return send()
        self.requests.append(json.loads(request.body))
        if refused := self._told(self.trouble):
            return refused
        answer = send()
        return self._told(self.after) or answer

    def _told(self, trouble: Any) -> Answer | None:
        told = trouble(self) if callable(trouble) else trouble
        if isinstance(told, BaseException):
            raise told
        if told:
            status, code = told
            return Answer(status, {"x-amzn-errortype": code}, b"{}")
        return None
