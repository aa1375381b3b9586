"""What another rule set would change, rule by rule. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.kernel.differences import Difference, differences

from .rules import BehaviourRule, Group, ProfileRule, RuleSet

Kind = Literal["added", "removed", "changed"]
Part = Literal["threshold", "group", "behaviour", "profile"]

_PARTS: Final[Mapping[Part, str]] = {
    "group": "groups",
    "behaviour": "behaviour",
    "profile": "profile",
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule or group that is added, removed or changed, or the threshold.

    `title` names it for people. `fields` are the places that differ, for a changed one.
    """

    part: Part
    kind: Kind
    title: str
    fields: tuple[Difference, ...] = ()


def rule_changes(before: RuleSet | None, after: RuleSet) -> list[RuleChange]:
    """What putting `after` in force in place of `before` changes; the order of rules is nothing."""
    if before is None:
        before = RuleSet(threshold=after.threshold, groups=[])
    changes: list[RuleChange] = []
    if before.threshold != after.threshold:
        moved = Difference("threshold", before.threshold, after.threshold)
        changes.append(RuleChange("threshold", "changed", "Points a lead needs", (moved,)))
    for part, attribute in _PARTS.items():
        changes += _changes(part, getattr(before, attribute), getattr(after, attribute))
    return changes


def _changes(
    part: Part,
    before: Sequence[Group | BehaviourRule | ProfileRule],
    after: Sequence[Group | BehaviourRule | ProfileRule],
) -> list[RuleChange]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    changes: list[RuleChange] = []
    for name, one in new.items():
        if name not in old:
            changes.append(RuleChange(part, "added", one.label or name))
        elif found := differences(_data(old[name]), _data(one)):
            changes.append(RuleChange(part, "changed", one.label or name, tuple(found)))
    gone = [one for name, one in old.items() if name not in new]
    return changes + [RuleChange(part, "removed", one.label or one.id) for one in gone]


def _data(one: Group | BehaviourRule | ProfileRule) -> dict[str, Any]:
    # 10 and 10.00 are the same points.
    data = one.model_dump()
    return {name: value for name, value in data.items() if name != "id"}
