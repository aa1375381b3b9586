"""What a customer lets us do, as they see and decide it: for each purpose, channel by channel.

A purpose is shown once something about it was decided, or when the company offers it to everybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.customers.consents.changes import decide
from shared.customers.consents.model import (
    Channel,
    Consent,
    ConsentState,
    Decision,
    Evidence,
    Source,
)
from shared.customers.consents.standing import allows, by_key
from shared.kernel.clock import iso
from shared.platform.idempotency import record_id, request_hash
from shared.platform.keys import keyed_hash

OFFERED: Final = ("marketing",)
"""Purposes that every customer is asked about."""

CHANNELS: Final[tuple[Channel, ...]] = ("email", "phone", "sms", "whatsapp", "post")
"""What is decided one by one; `any` stands for all of them."""

WORDING: Final = "portal-2025-01"
"""Which wording of the portal's pages somebody agreed to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What holds for one purpose: by channel whether it is allowed, and since when anything was
    decided about it (ISO text, "" for never)."""

    purpose: str
    channels: dict[Channel, bool]
    since: str

    @property
    def on(self) -> list[Channel]:
        """The channels that are allowed."""
        return [channel for channel, allowed in self.channels.items() if allowed]


def choices(standing: Iterable[Consent]) -> list[Choice]:
    """What holds for each purpose, of what stands for the customer."""
    known = by_key(standing)
    decided = {purpose for purpose, _ in known}
    return [
        Choice(
            purpose,
            {channel: allows(known, purpose, channel) for channel in CHANNELS},
            max((one.at for (of, _), one in known.items() if of == purpose), default=""),
        )
        for purpose in (*OFFERED, *sorted(decided - set(OFFERED)))
    ]


def choose(
    contact_id: str,
    purpose: str,
    channel: Channel,
    *,
    granted: bool,
    network: str,
    key: str | None,
    now: datetime,
    source: Source = "portal",
) -> Decision:
    """Write down what a customer decided, and let it stand at once. With a `key` the same again
    changes nothing; the same key for something else is refused (`Rejected`). `source` is where."""
    consent = Consent(
        purpose=purpose,
        channel=channel,
        state=ConsentState.GRANTED if granted else ConsentState.WITHDRAWN,
        at=iso(now),
        evidence=Evidence(
            source=source, text_version=WORDING, address_hash=keyed_hash("ip", network)
        ),
    )
    entry_id = record_id("consent", f"customer:{contact_id}", key, now)
    said = request_hash(f"{purpose}|{channel}|{granted}".encode()) if key else None
    return decide(contact_id, consent, entry_id, now, request_hash=said)
