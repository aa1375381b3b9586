"""The ledger of a lead's points: append-only, and the one source every score follows from.

An entry belongs to a qualification cycle. Engagement is what the awards of the present cycle
add up to; fit is what all profile changes add up to; `1 + resets` is the cycle. None of that
depends on the order of the entries, so events may arrive in any order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from shared.kernel.clock import iso
from shared.platform.requests import Item

Kind = Literal["award", "profile", "reset", "hand_off"]

WITH_SALES: Final = "with_sales"
"""The trigger of a hand-off that did not happen, because sales had the lead already."""

NO_CYCLE: Final = 0
"""The cycle of an award for something done before the last reset: kept, and counts nowhere."""


@dataclass(frozen=True, slots=True)
class Award:
    """Points one behaviour rule gave for one event.

    `half_life_days` is the rule's when the award was made; `counters` names what the award used
    up of the rule's limits (see `limits`).
    """

    rule: str
    points: Decimal
    half_life_days: int | None = None
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. Instants are ISO text; `event_id` is unique within the lead.

    `profile` holds differences by profile rule. A hand-off has its `trigger` and the
    `explanation` given for it; with the trigger `with_sales` sales had the lead already.
    `recorded_at` is when we learned of it, which is what a look into the past goes by.
    """

    kind: Kind
    event_id: str
    occurred_at: str
    recorded_at: str
    cycle: int
    rules_version: int = 0
    awards: tuple[Award, ...] = ()
    profile: Mapping[str, Decimal] = field(default_factory=dict)
    trigger: str | None = None
    explanation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sort_key(self) -> str:
        """The entry's place in the ledger; a second one for the same event cannot be stored."""
        return f"LEDGER#{self.occurred_at}#{self.event_id}"


def reset_entry(event_id: str, at: datetime, cycle: int) -> Entry:
    """The entry that begins `cycle`: engagement starts from nothing."""
    return Entry("reset", event_id, iso(at), iso(at), cycle)


def to_item(lead_id: str, entry: Entry) -> Item:
    """The entry as stored."""
    item: Item = {
        "pk": f"LEAD#{lead_id}",
        "sk": entry.sort_key,
        "kind": entry.kind,
        "event_id": entry.event_id,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "cycle": entry.cycle,
    }
    if entry.rules_version:
        item["rules_version"] = entry.rules_version
    if entry.awards:
        item["awards"] = [_award_item(award) for award in entry.awards]
    if entry.profile:
        item["profile"] = dict(entry.profile)
    if entry.trigger:
        item["trigger"] = entry.trigger
    if entry.explanation:
        item["explanation"] = dict(entry.explanation)
    return item


def from_item(item: Mapping[str, Any]) -> Entry:
    """The entry an item stands for."""
    return Entry(
        kind=item["kind"],
        event_id=item["event_id"],
        occurred_at=item["occurred_at"],
        recorded_at=item["recorded_at"],
        cycle=item["cycle"],
        rules_version=item.get("rules_version", 0),
        awards=tuple(_award(award) for award in item.get("awards", ())),
        profile={rule: Decimal(points) for rule, points in item.get("profile", {}).items()},
        trigger=item.get("trigger"),
        explanation=item.get("explanation", {}),
    )


def _award_item(award: Award) -> Item:
    item: Item = {"rule": award.rule, "points": award.points}
    if award.half_life_days:
        item["half_life_days"] = award.half_life_days
    if award.counters:
        item["counters"] = list(award.counters)
    return item


def _award(item: Mapping[str, Any]) -> Award:
    return Award(
        rule=item["rule"],
        points=Decimal(item["points"]),
        half_life_days=item.get("half_life_days"),
        counters=tuple(item.get("counters", ())),
    )
