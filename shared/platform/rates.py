"""How much of something open to everybody one address may send in a minute: counted in the same
write, in the table of whoever takes it.

| entity | pk | sk |
|---|---|---|
| counter, gone an hour later | `RATE#<what>#<keyed hash of the address>` | `<minute>` |
"""

from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Update

_KEPT_SECONDS: Final = 3_600


def within_limit(what: str, limit: int, client_address: str, at: datetime) -> Update:
    """Count one more of that sender, unless `limit` were counted in this minute."""
    condition = Condition(
        "rate_within_limit",
        "attribute_not_exists(#hits) OR #hits < :limit",
        "one sender must not flood what people look through",
        {"limit": limit},
    )
    return Update(
        {"pk": f"RATE#{what}#{keyed_hash('ip', _sender(client_address))}", "sk": iso(at)[:16]},
        set={"expires_at": int(at.timestamp()) + _KEPT_SECONDS},
        add={"hits": 1},
        condition=condition,
    )


def _sender(client_address: str) -> str:
    """The address, or for IPv6 its network: one line at home has 2^64 addresses (RFC 6177)."""
    if ":" not in client_address:
        return client_address
    from ipaddress import ip_network  # most visitors still come by IPv4

    try:
        return str(ip_network(f"{client_address}/64", strict=False))
    except ValueError:
        return client_address  # no address at all: whoever bypasses the front door
