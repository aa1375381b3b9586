"""What the local stack keeps of what would have left it: text messages, which the emulator only
writes into its log, and webhooks to the one address of this machine. In memory, while it runs."""

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from .emulator import module
from .front_door import Scope

MOST: Final = 10_000
MAX_BODY: Final = 1_000_000

texts: Final[list[dict[str, str]]] = []
_webhooks: Final[list[dict[str, Any]]] = []


def keep_texts() -> None:
    """Keep what SNS is asked to bring to a phone."""
    sns = module("services.sns")
    publish = sns._publish

    @functools.wraps(publish)
    def _publish(params: Any) -> Any:
        number, text = sns._p(params, "PhoneNumber"), sns._p(params, "Message")
        if number:
            texts.append({"at": _now(), "to": number, "text": text})
            del texts[:-MOST]
        return publish(params)

    sns._publish = _publish


async def webhook(scope: Scope, receive: Any, asked: Mapping[str, str]) -> tuple[int, Any]:
    """Take a webhook, or tell which came: the status and what to answer."""
    if scope["method"] != "POST":
        return 200, {"webhooks": _webhooks}
    body = b""
    while len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    came = {"at": _now(), "path": scope["path"], "headers": headers, "body": body.decode()}
    status = int(asked.get("status", "204"))
    _webhooks.append({**came, "answered": status})
    del _webhooks[:-MOST]
    return status, {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
