"""Telling a program, at most once unless it says that it could not listen.

Signed as the Standard Webhooks specification says (standardwebhooks.com, "Signature scheme"): the
header `webhook-signature` is `v1,` and the Base64 of HMAC-SHA256 over `<webhook-id>.<webhook-
timestamp>.<body>`, with the secret that follows `whsec_`, which derives from the one key we have
and the queue's address: a new address has another one.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.platform.keys import key
from shared.platform.observability import count, logger
from shared.platform.outside import AnswerLost, NotAllowed, NotReached, post
from shared.platform.requests import Condition, Key, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

SECONDS: Final = 5.0
KEPT: Final = timedelta(days=90)
_LATER: Final = frozenset({429, 502, 503, 504})
"""Answers of a program that could not listen just now."""


def secret_of(url: str) -> bytes:
    """The secret that calls of an address are signed with."""
    return hmac.digest(key("ticket-webhook"), url.encode(), hashlib.sha256)


def shown_secret(url: str) -> str:
    """The same as programs take it."""
    return f"whsec_{base64.b64encode(secret_of(url)).decode()}"


def call_once(
    table: Table, claim: Key, url: str, call_id: str, body: Mapping[str, Any], now: datetime
) -> None:
    """Post `body` unless `claim` says that it was dealt with. Raises `Busy` when the program
    cannot be reached for now: the same call may reach it later."""
    free = Condition(
        "call_unclaimed",
        "attribute_not_exists(#pk) OR #state = :released",
        "a program is told of a thing at most once, however often its cause is delivered",
        {"released": "released"},
    )
    expires = int((now + KEPT).timestamp())
    try:
        table.write(Put({**claim, "state": "claimed", "at": iso(now), "expires_at": expires}, free))
    except ConditionFailed:
        return
    state = _called(url, call_id, body, now)
    still = Condition(
        "call_result_open",
        "#state = :claimed",
        "what came of a call stands",
        {"claimed": "claimed"},
    )
    table.write(Update(claim, set={"state": state, "settled_at": iso(now)}, condition=still))
    count("TicketWebhook", outcome=state)
    if state == "released":
        raise Busy("webhook_not_reached", "The program cannot be reached for now")


def _called(url: str, call_id: str, body: Mapping[str, Any], now: datetime) -> str:
    text = json.dumps(body, separators=(",", ":")).encode()
    stamp = str(int(now.timestamp()))
    signed = hmac.digest(secret_of(url), f"{call_id}.{stamp}.".encode() + text, hashlib.sha256)
    headers = {
        "content-type": "application/json",
        "webhook-id": call_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
    try:
        status = post(url, headers, text, SECONDS)
    except NotAllowed as refused:
        logger().warning("webhook not allowed", extra={"error": refused.code})
        return "failed"
    except NotReached:
        return "released"
    except AnswerLost:
        return "unknown"
    if status in _LATER:
        return "released"
    return "sent" if status < 300 else "failed"
