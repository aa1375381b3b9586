"""Which campaigns are on their way, by priority: before a message takes what is left of a person's
cap, its sender looks whether one of a more important campaign waits for them (row M11).

| entity (table `marketing`) | pk | sk |
|---|---|---|
| campaigns of a priority that are on their way or start by themselves, an attribute each | `ON_THE_WAY` | `<priority>` |

It is changed with the campaign, in one write, and only by its moves. One item holds some 1,500.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant
from shared.platform.requests import Item, Op, Update

from .model import HIGHEST, Audience, Campaign, State

SOON: Final = timedelta(hours=1)
"""Who starts by itself within that time is due already."""

_UNDER_WAY: Final = (State.ACTIVE, State.PAUSED)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A campaign that is on its way; `starts_at` where it has not started."""

    campaign_id: str
    audience: Audience
    channels: frozenset[str]
    paused: bool
    starts_at: datetime | None


def keys_above(priority: int) -> list[dict[str, str]]:
    """Where the campaigns are that go before one of this priority, the most important first."""
    return [_key(one) for one in range(HIGHEST, priority, -1)]


def due_in(items: Sequence[Item | None], now: datetime) -> list[OnTheWay]:
    """The campaigns in what was read there that are due, in that order. Pure."""
    stored = [
        _from_stored(name, value)
        for item in items
        if item
        for name, value in sorted(item.items())
        if name.startswith("campaign_")
    ]
    return [one for one in stored if one.starts_at is None or one.starts_at <= now + SOON]


def noted_ops(before: Campaign | None, after: Campaign) -> list[Op]:
    """What keeps it with a campaign; nothing where that changes nothing."""
    was, is_now = _stored(before) if before else None, _stored(after)
    moved = before is not None and before.priority != after.priority
    # Unconditional: they travel with a write of the campaign, which is not.
    ops: list[Op] = []
    if before and was and (moved or not is_now):
        ops.append(Update(_key(before.priority), remove=[before.campaign_id]))
    if is_now and (moved or was != is_now):
        ops.append(Update(_key(after.priority), set={after.campaign_id: is_now}))
    return ops


def _stored(one: Campaign) -> dict[str, Any] | None:
    starts_at = one.starts_at if one.state is State.PLANNED else None
    if starts_at is None and one.state not in _UNDER_WAY:
        return None
    found: dict[str, Any] = {
        **one.audience.model_dump(exclude_none=True),
        "channels": sorted({way.channel for way in one.ways}),
        "paused": one.state is State.PAUSED,
    }
    return found | ({"starts_at": iso(starts_at)} if starts_at else {})


def _from_stored(campaign_id: str, stored: Item) -> OnTheWay:
    whom = {name: stored[name] for name in ("segment_id", "list_id") if name in stored}
    starts_at = stored.get("starts_at")
    return OnTheWay(
        campaign_id,
        Audience.model_validate(whom),
        frozenset(stored["channels"]),
        stored["paused"],
        parse_instant(starts_at) if starts_at else None,
    )


def _key(priority: int) -> dict[str, str]:
    return {"pk": "ON_THE_WAY", "sk": str(priority)}
