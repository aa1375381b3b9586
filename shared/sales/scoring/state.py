"""The ledger folded into one item of bounded size, so that a score costs one read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from shared.platform.requests import Item

from .decay import bucket_of
from .ledger import Award, Entry


class Bucket(NamedTuple):
    """Points of one rule that decay alike: their sum before decay, and how many awards."""

    points: Decimal
    times: int


@dataclass(slots=True)
class ScoreState:
    """What the ledger adds up to.

    `buckets`: engagement of the present cycle, by rule and by `<half-life>:<instant>` (or
    `-`); see `decay`. `limits`: how often each counter of a limited rule was used, over all cycles.
    `profile`: points by profile rule that is true now. `armed`: the score was seen below the
    threshold since the cycle began. `handed_off`: this cycle's hand-off has happened.
    `reset_at`: when the cycle began (`""`: with the lead). `version` counts the writes.
    """

    cycle: int = 1
    handed_off: bool = False
    armed: bool = True
    reset_at: str = ""
    buckets: dict[str, dict[str, Bucket]] = field(default_factory=dict)
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    profile: dict[str, Decimal] = field(default_factory=dict)
    version: int = 0

    def copy(self) -> "ScoreState":
        """An independent copy."""
        return ScoreState(
            self.cycle,
            self.handed_off,
            self.armed,
            self.reset_at,
            {rule: dict(buckets) for rule, buckets in self.buckets.items()},
            {rule: dict(counters) for rule, counters in self.limits.items()},
            dict(self.profile),
            self.version,
        )

    def apply(self, entry: Entry) -> None:
        """Add one entry."""
        if entry.kind == "reset":
            self.begin_cycle(entry.cycle, entry.occurred_at)
        if entry.kind == "hand_off" and entry.cycle == self.cycle:
            self.handed_off = True
        for award in entry.awards:
            self._count(award)
            if entry.cycle == self.cycle:
                self._add(award, entry.occurred_at)
        for rule, change in entry.profile.items():
            points = self.profile.pop(rule, Decimal(0)) + change
            if points:
                self.profile[rule] = points

    def begin_cycle(self, cycle: int, at: str) -> None:
        """Forget the engagement so far. Limits and profile points stay."""
        self.cycle = cycle
        self.handed_off = False
        self.reset_at = at
        self.buckets = {}

    def _add(self, award: Award, awarded_at: str) -> None:
        name = bucket_of(award.half_life_days, awarded_at)
        buckets = self.buckets.setdefault(award.rule, {})
        points, times = buckets.get(name, Bucket(Decimal(0), 0))
        buckets[name] = Bucket(points + award.points, times + 1)

    def _count(self, award: Award) -> None:
        for counter in award.counters:
            counters = self.limits.setdefault(award.rule, {})
            counters[counter] = counters.get(counter, 0) + 1


def fold(entries: Iterable[Entry]) -> ScoreState:
    """The state a whole ledger adds up to, whatever the order of its entries.

    The stored state is the same with what can no longer matter left out (`limits.compact`).
    `armed` and `version` are not in the ledger: they say what was seen, not what happened.
    """
    state = ScoreState()
    # Cycles are numbered, so putting them in order is all the order there is.
    known = list(entries)
    for entry in sorted((one for one in known if one.kind == "reset"), key=lambda one: one.cycle):
        state.apply(entry)
    for entry in known:
        if entry.kind != "reset":
            state.apply(entry)
    return state


def to_attributes(state: ScoreState) -> Item:
    """The state's attributes of the score item."""
    return {
        "cycle": state.cycle,
        "handed_off": state.handed_off,
        "armed": state.armed,
        "reset_at": state.reset_at,
        "buckets": {
            rule: {name: list(bucket) for name, bucket in buckets.items()}
            for rule, buckets in state.buckets.items()
        },
        "limits": state.limits,
        "profile": state.profile,
        "version": state.version,
    }


def from_item(item: Mapping[str, Any] | None) -> ScoreState:
    """The state a score item stands for; that of a fresh lead where there is none."""
    if item is None:
        return ScoreState()
    return ScoreState(
        cycle=item["cycle"],
        handed_off=item["handed_off"],
        armed=item["armed"],
        reset_at=item["reset_at"],
        buckets={
            rule: {
                name: Bucket(Decimal(points), times) for name, (points, times) in buckets.items()
            }
            for rule, buckets in item["buckets"].items()
        },
        limits={rule: dict(counters) for rule, counters in item["limits"].items()},
        profile={rule: Decimal(points) for rule, points in item["profile"].items()},
        version=item["version"],
    )
