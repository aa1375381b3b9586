"""The certificate of an erasure: where was looked, what went, what stays and why, signed.

HMAC-SHA256 (RFC 2104) over the document in one form: JSON with its names sorted and no space
between. Anybody may have one verified; only we can make one.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import Rejected
from shared.platform.keys import key
from shared.platform.observability import count

from .model import Hold, PrivacyRequest, StoreProgress

FORMAT: Final = "crm.erasure/1"
BACK_UPS: Final = timedelta(days=35)
"""How far back tables can be restored: a back-up older than that does not exist."""
STREAMS: Final = timedelta(days=1)
"""How long the streams of tables remember what was in them (DynamoDB Streams, 24 hours)."""
MESSAGES: Final = timedelta(days=14)
"""How long queues and archives keep what functions told one another. It holds ids only."""

Document = dict[str, Any]


def made(
    request: PrivacyRequest,
    stores: Sequence[StoreProgress],
    holds: Sequence[Hold],
    addresses: int,
    now: datetime,
) -> Document:
    """The certificate of `request`, done at `now`. `addresses` is how many are suppressed."""
    return {
        "format": FORMAT,
        "request_id": request.request_id,
        "contact_id": request.contact_id,
        "requested_by": request.cause,
        "requested_at": request.requested_at,
        "completed_at": iso(now),
        "rounds": request.round,
        "stores": [
            {
                "store": one.store,
                "erased": one.found,
                "kept_by_holds": one.kept,
                "kept_without_identity": one.stays,
            }
            for one in sorted(stores, key=lambda one: one.store)
        ],
        "holds": [one.model_dump(include={"name", "reason", "keeps", "until"}) for one in holds],
        "suppressed_addresses": addresses,
        "last_back_up_expires_at": iso(now + BACK_UPS),
        "table_streams_forget_at": iso(now + STREAMS),
        "messages_with_ids_expire_at": iso(now + MESSAGES),
    }


def canonical(document: Mapping[str, Any]) -> str:
    """The one form of a document that is signed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signature_of(document: Mapping[str, Any]) -> str:
    """The signature of a document: 64 hex characters."""
    return hmac.digest(key("certificate"), canonical(document).encode(), hashlib.sha256).hex()


def verify(document: Mapping[str, Any], signature: str) -> None:
    """Raise `Rejected` (`certificate_invalid`), and count it, unless we signed exactly this."""
    if not hmac.compare_digest(signature_of(document).encode(), signature.encode()):
        count("CertificateRefused")
        raise Rejected(
            "certificate_invalid", "This certificate was not signed here, or was changed"
        )
