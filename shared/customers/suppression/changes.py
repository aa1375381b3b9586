"""Suppressing addresses, and letting them be written to again."""

from collections.abc import Iterable
from datetime import datetime

from shared.platform.observability import count, logger

from .model import Reason
from .repository import Address, address_hash, customers, lift_op, suppress_op


def suppress(
    addresses: Iterable[Address], purpose: str | None, reason: Reason, now: datetime
) -> None:
    """Suppress normalised addresses (at most a hundred) for one purpose or, without one, for
    everything. It holds at once; again, it changes nothing. One write call."""
    hashes = dict.fromkeys(address_hash(*one) for one in addresses)
    if hashes:
        customers.write(*(suppress_op(one, purpose, reason, now) for one in hashes))
        count("AddressSuppressed", len(hashes), reason=reason)


def lift(address: Address, purpose: str | None, by: str) -> None:
    """Let a normalised address be written to again, as far as the entry for `purpose` goes
    (`None`: that for everything). Because the person asked for it: nobody else may. The log says
    who did it."""
    hashed = address_hash(*address)
    customers.write(lift_op(hashed, purpose))
    logger().info("suppression lifted", extra={"by": by, "address_hash": hashed})
