"""A rule set: which behaviour and which facts give a lead how many points, and how many it needs.

Versioned data, changed without a deploy. Points are decimals of at most two places, so adding
them up is exact.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.errors import FieldError

MAX_RULES: Final = 100
MAX_HALF_LIFE_DAYS: Final = 3_650

Side = Literal["fit", "engagement"]
Operator = Literal["equals", "in", "contains_word", "exists", "missing"]

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Label = Annotated[str, Field(max_length=120)]
Pattern = Annotated[str, Field(min_length=1, max_length=200)]
Points = Annotated[
    Decimal, Field(ge=-10_000, le=10_000, max_digits=7, decimal_places=2, allow_inf_nan=False)
]
Positive = Annotated[
    Decimal, Field(gt=0, le=1_000_000, max_digits=9, decimal_places=2, allow_inf_nan=False)
]
Times = Annotated[int, Field(ge=1, le=100_000)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Data):
    """Rules whose points are looked at together. `cap`: they count for at most this many."""

    id: RuleId
    label: Label = ""
    side: Side
    cap: Positive | None = None


class Limits(_Data):
    """How often a rule gives points to one lead: per object (or page), per UTC day, ever.

    Limits outlast qualification cycles. What is heard of more than 180 days late gives nothing by
    a rule with `per_day`.
    """

    per_object: Times | None = None
    per_day: Times | None = None
    lifetime: Times | None = None


class Match(_Data):
    """What else must hold of an event. Everything given must; a list is satisfied by one of it.

    Patterns take `*` and `?`; pages are compared without query string and in any case.
    """

    path: Annotated[list[Pattern], Field(max_length=20)] | None = None
    object_id: Pattern | None = None
    properties: Annotated[dict[str, Pattern], Field(max_length=10)] = Field(default_factory=dict)


class BehaviourRule(_Data):
    """Points for doing something (engagement). `event` is the name of the behaviour.

    With `half_life_days` the points halve in that many days. They decay by whole elapsed days: a
    step every 24 hours from the second they were given.
    """

    id: RuleId
    label: Label = ""
    event: Annotated[str, Field(min_length=1, max_length=64)]
    match: Match = Match()
    points: Points
    group: RuleId
    limits: Limits = Limits()
    half_life_days: Annotated[int, Field(ge=1, le=MAX_HALF_LIFE_DAYS)] | None = None


class ProfileRule(_Data):
    """Points for being somebody (fit), for as long as it is true.

    `field` is a fact of the lead (`job_title`, `country` …) or its `source`. Text is compared in
    any case. `contains_word` wants the whole word: "Manager" is in "Sales manager", not in
    "Management". `equals` and `contains_word` take `value`, `in` takes `values`, the others
    nothing.
    """

    id: RuleId
    label: Label = ""
    field: Annotated[str, Field(min_length=1, max_length=64)]
    op: Operator
    value: Pattern | None = None
    values: Annotated[list[Pattern], Field(max_length=250)] = Field(default_factory=list)
    points: Points
    group: RuleId


class RuleSet(_Data):
    """Everything scoring goes by. A lead whose points reach `threshold` is ready for sales."""

    threshold: Positive
    groups: Annotated[list[Group], Field(max_length=20)]
    behaviour: Annotated[list[BehaviourRule], Field(max_length=MAX_RULES)] = Field(
        default_factory=list
    )
    profile: Annotated[list[ProfileRule], Field(max_length=MAX_RULES)] = Field(default_factory=list)


def problems(rules: RuleSet, place: str = "rules") -> list[FieldError]:
    """What is wrong between the parts of a rule set found at `place`. Empty if nothing is."""
    found = [
        *_repeated("groups", [group.id for group in rules.groups]),
        *_repeated_rules(rules),
        *_groups_missing(rules, "behaviour", rules.behaviour, "engagement"),
        *_groups_missing(rules, "profile", rules.profile, "fit"),
        *_operands(rules.profile),
    ]
    return [FieldError(f"{place}.{one.field}", one.code, one.message) for one in found]


def _repeated(place: str, ids: list[str]) -> Iterable[FieldError]:
    for i, one in enumerate(ids):
        if one in ids[:i]:
            yield FieldError(f"{place}.{i}.id", "repeated", "Another one has this id")


def _repeated_rules(rules: RuleSet) -> Iterable[FieldError]:
    # One name space: the ledger and the explanation name a rule by its id alone.
    yield from _repeated("behaviour", [rule.id for rule in rules.behaviour])
    yield from _repeated("profile", [rule.id for rule in rules.profile])
    behaviour = {rule.id for rule in rules.behaviour}
    for i, rule in enumerate(rules.profile):
        if rule.id in behaviour:
            yield FieldError(f"profile.{i}.id", "repeated", "A behaviour rule has this id")


def _groups_missing(
    rules: RuleSet, place: str, members: Iterable[BehaviourRule | ProfileRule], side: Side
) -> Iterable[FieldError]:
    sides = {group.id: group.side for group in rules.groups}
    for i, rule in enumerate(members):
        if rule.group not in sides:
            yield FieldError(f"{place}.{i}.group", "unknown_group", "There is no such group")
        elif sides[rule.group] != side:
            yield FieldError(f"{place}.{i}.group", "wrong_side", f"These rules belong to {side}")


def _operands(members: Iterable[ProfileRule]) -> Iterable[FieldError]:
    for i, rule in enumerate(members):
        takes_value = rule.op in ("equals", "contains_word")
        if takes_value and rule.value is None:
            yield FieldError(f"profile.{i}.value", "missing", f"{rule.op} needs a value")
        if not takes_value and rule.value is not None:
            yield FieldError(f"profile.{i}.value", "not_taken", f"{rule.op} takes no value")
        if (rule.op == "in") != bool(rule.values):
            code = "missing" if rule.op == "in" else "not_taken"
            yield FieldError(f"profile.{i}.values", code, f"{rule.op} and values do not fit")
