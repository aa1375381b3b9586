"""Choosing the owner of a lead: rules and people in, one person and the reason out. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.directory.model import StaffMember, why_not
from shared.kernel.calendars import is_open
from shared.sales.leads.model import Lead

from .rotation import Credits, next_turn
from .rules import AssignmentRules, Rule

NO_RULE: Final = "no assignment rule applies"


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the lead, by which rule of which team, and why in words."""

    person: StaffMember
    rule_id: str
    reason: str


@dataclass(slots=True)
class Desk:
    """What choosing depends on besides the lead, kept up to date from lead to lead of a batch.

    `people` by team, `loads` open leads by person, `credits` of each rule's rotation. `moved`
    names the rules whose rotation has turned since.
    """

    people: Mapping[str, list[StaffMember]]
    loads: dict[str, int] = field(default_factory=dict)
    credits: dict[str, Credits] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

    def choose(
        self, lead: Lead, rules: AssignmentRules, now: datetime, tried: Collection[str] = ()
    ) -> Choice | str:
        """The owner of `lead`, or why there is nobody. The desk counts the lead as given."""
        values = values_of(lead)
        applying = [rule for rule in rules.rules if rule.applies(values)]
        for rule in applying:
            candidates = self._candidates(rule, values, now, tried)
            if candidates:
                return self._give(rule, candidates)
        if not applying:
            return NO_RULE
        return f"nobody to take it under {', '.join(f'rule {rule.id}' for rule in applying)}"

    def _candidates(
        self, rule: Rule, values: Mapping[str, str], now: datetime, tried: Collection[str]
    ) -> list[StaffMember]:
        return [
            person
            for person in self.people.get(rule.team, ())
            if person.staff_id not in tried
            and suits(rule, person, values, now)
            and has_room(person, self.loads.get(person.staff_id, 0))
        ]

    def _give(self, rule: Rule, candidates: list[StaffMember]) -> Choice:
        by_id = {person.staff_id: person for person in candidates}
        credits = self.credits.get(rule.id, {})
        if rule.strategy == "least_busy":
            fewest = min(self.loads.get(one, 0) for one in by_id)
            weights = {one: 1 for one in by_id if self.loads.get(one, 0) == fewest}
            how = f"least busy, {fewest} open"
        elif rule.strategy == "round_robin":
            weights = dict.fromkeys(by_id, 1)
            how = f"round robin of {len(weights)}"
        else:
            weights = {one: person.weight for one, person in by_id.items()}
            how = f"weighted {':'.join(map(str, _descending(weights.values())))}"
        chosen, self.credits[rule.id] = next_turn(weights, credits)
        self.moved.add(rule.id)
        self.loads[chosen] = self.loads.get(chosen, 0) + 1
        return Choice(by_id[chosen], rule.id, f"rule {rule.id}, {how}")


def values_of(lead: Lead) -> dict[str, str]:
    """What rules can test: the lead's facts, where it came from and its points."""
    points = {"score": lead.score, "fit": lead.fit, "engagement": lead.engagement}
    return {**lead.facts, "source": lead.source or "", **points}


def suits(rule: Rule, person: StaffMember, values: Mapping[str, str], now: datetime) -> bool:
    """Whether this rule may give a lead with these values to this person at `now`."""
    if why_not(person, now) or (rule.strategy == "weighted" and not person.weight):
        return False
    if rule.territory and values.get(rule.territory, "").strip().lower() not in person.territories:
        return False
    if not set(rule.skills) <= set(person.skills):
        return False
    return not rule.only_in_working_hours or is_open(person.working_hours, now)


def has_room(person: StaffMember, load: int) -> bool:
    """Whether they may have one more open lead."""
    return person.capacity is None or load < person.capacity


def _descending(weights: Iterable[int]) -> list[int]:
    return sorted(weights, reverse=True)
