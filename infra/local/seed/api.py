"""The product's HTTP API, as a signed-in person calls it."""

import json
import urllib.error
import urllib.request
from typing import Any

from infra.local.trouble import Trouble


class Api:
    """Calls `url` with `token`. An answer from 500 up is `Trouble`; others are returned."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send `body` as JSON; returns the status and the parsed answer."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as refusal:
            if refusal.code >= 500:
                raise Trouble(
                    f"{method} {path} failed: {refusal.code} {refusal.read().decode()[:300]}",
                    "See: crm logs",
                ) from refusal
            return refusal.code, _parsed(refusal.read())

    def read(self, path: str) -> Any:
        """The answer of a GET, or `None` when there is nothing there."""
        status, answer = self.call("GET", path)
        if status not in (200, 404):
            raise Trouble(f"GET {path} was refused: {status} {answer}", "See: crm logs")
        return answer if status == 200 else None

    def write(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of a write that must succeed. Raises `Trouble`."""
        status, answer = self.call(method, path, body)
        if status >= 300:
            raise Trouble(f"{method} {path} was refused: {status} {answer}", "See: crm logs")
        return answer


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")
