"""Where the list of channels is kept: configuration of kind `channels`, name `all`, in the
customers table (platform/configuration). Until one is saved, the delivered list is in force.

| question | asked by |
|---|---|
| the channels in force (up to 30 s old) | interaction_capture, contact_history |
| the list and its version, to change it | channel_admin |
"""

from datetime import datetime
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.directory.audit import recorded
from shared.platform.configuration import Configuration
from shared.platform.tables import Table

from .delivered import delivered
from .model import Channels

NAME: Final = "all"

configuration: Final = Configuration(Table(CUSTOMERS), "channels", Channels, audit=recorded)


def channels_in_force(now: datetime) -> Channels:
    """The list in force, up to 30 s old. No read while it is cached."""
    stored = configuration.settled(NAME, now)
    return stored.value if stored else delivered()


def channels_now() -> tuple[int, Channels]:
    """The list as just read and its version (0: the delivered one). One read."""
    stored = configuration.in_force(NAME)
    return (stored.number, stored.value) if stored else (0, delivered())


def save_channels(channels: Channels, *, by: str, at: datetime, after: int) -> int:
    """Put a list into force as the version after `after`, everywhere within 30 seconds; its
    number. Raises `Stale`."""
    return configuration.save(NAME, channels, by=by, at=at, after=after, activate=True)


def roll_back_channels(to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version.
    """
    channels = configuration.older(NAME, to, than=after)
    return configuration.save(
        NAME, channels, by=by, at=now, after=after, activate=True, restored=to
    )
