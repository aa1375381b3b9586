"""Other programs that messages are given to, such as one that posts into a chat: where they are,
and how they know that it is us (versioned configuration of the kind `webhook` under its id).

Signed as the Standard Webhooks specification says (standardwebhooks.com, "Signature scheme"): the
header `webhook-signature` is `v1,` and the Base64 of HMAC-SHA256 over `<webhook-id>.<webhook-
timestamp>.<body>`, with the secret that follows `whsec_`. The secret derives from the one key we
have, so it is stored nowhere; `generation` makes another one.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.directory.audit import recorded
from shared.kernel.errors import FieldError, NotFound, Rejected, Stale
from shared.kernel.ids import is_id
from shared.marketing.tables import MARKETING
from shared.platform.configuration import Configuration, Version
from shared.platform.idempotency import record_id
from shared.platform.keys import key
from shared.platform.outside import NotAllowed, check_address
from shared.platform.tables import Table

_PURPOSE: Final = "webhook"


class Webhook(BaseModel):
    """A program that takes messages. `archived`: not any more."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    generation: Annotated[int, Field(ge=1, le=1_000)] = 1
    archived: bool = False


stored_webhooks: Final = Configuration(Table(MARKETING), "webhook", Webhook, audit=recorded)


def create_webhook(
    webhook: Webhook, by: str, idempotency_key: str | None, now: datetime
) -> Version[Webhook]:
    """Register a program. Sent again with its key it is the same one. Raises `Rejected`."""
    _check(webhook)
    webhook_id = record_id("webhook", by, idempotency_key, now)
    try:
        stored_webhooks.save(webhook_id, webhook, by=by, at=now, after=0, activate=True)
    except Stale:
        first = stored_webhooks.version(webhook_id, 1)
        if first.value != webhook:
            message = "This key was used for another request"
            raise Rejected("idempotency_key_reused", message) from None
        return first
    return need_webhook(webhook_id)


def change_webhook(
    webhook_id: str, webhook: Webhook, version: int, by: str, now: datetime
) -> Version[Webhook]:
    """Put a program in the place of `version`. Raises `NotFound`, `Stale` and `Rejected`."""
    present = need_webhook(webhook_id)
    if present.number != version:
        raise Stale("version_stale", version=present.number)
    _check(webhook)
    stored_webhooks.save(webhook_id, webhook, by=by, at=now, after=version, activate=True)
    return need_webhook(webhook_id)


def need_webhook(webhook_id: str) -> Version[Webhook]:
    """The program as just read. Raises `NotFound`."""
    found = stored_webhooks.in_force(webhook_id) if is_id("webhook", webhook_id) else None
    if found is None:
        raise NotFound("webhook_not_found", "There is no such webhook")
    return found


def secret_of(webhook_id: str, generation: int) -> str:
    """What a program checks our signatures with."""
    return f"whsec_{base64.b64encode(_secret(webhook_id, generation)).decode()}"


def signed(
    webhook_id: str, generation: int, message_id: str, at: datetime, body: bytes
) -> Mapping[str, str]:
    """The headers that prove who sends `body`, and when."""
    seconds = int(at.timestamp())
    said = f"{message_id}.{seconds}.".encode() + body
    proof = hmac.digest(_secret(webhook_id, generation), said, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(proof).decode()}",
    }


def _secret(webhook_id: str, generation: int) -> bytes:
    return hmac.digest(key(_PURPOSE), f"{webhook_id}.{generation}".encode(), hashlib.sha256)


def _check(webhook: Webhook) -> None:
    try:
        check_address(webhook.url)
    except NotAllowed as refused:
        wrong = FieldError("url", refused.code, refused.message)
        raise Rejected("validation_failed", fields=[wrong]) from None
