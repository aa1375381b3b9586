"""From a batch of messages to what there is to do per lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from pydantic import ValidationError

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import BehaviourKey, load_many, of_subject
from shared.customers.events import BehaviourRecorded, VisitorIdentified
from shared.customers.visitors.repository import leads_for
from shared.platform.entry.batch import Message
from shared.platform.entry.event import read
from shared.sales.events import LeadCaptured, LeadChanged

from .matching import rules_met
from .rules import RuleSet

HEARD: Final = (LeadCaptured, LeadChanged, BehaviourRecorded, VisitorIdentified)

_LONGEST_PAST: Final = 2_000
"""Behaviours read of a visitor who gets a name. Anybody may report any number of them: a longer
past would outlast the function's time and take its whole batch along, again and again."""

_SLICE: Final = 500
"""Behaviours of one visitor looked at together: bounds memory, whatever the visitor did."""


@dataclass(slots=True)
class Work:
    """What a batch has for one lead.

    `behaviours` that meet a rule, by key; `captured`: a form came in; `asked_at`: when one did
    that does not wait for points; `messages`: the ids of those this comes from.
    """

    behaviours: dict[BehaviourKey, Behaviour] = field(default_factory=dict)
    captured: bool = False
    asked_at: datetime | None = None
    messages: set[str] = field(default_factory=set)

    def join(self, other: "Work") -> None:
        """Take over what `other` has."""
        self.behaviours |= other.behaviours
        self.captured |= other.captured
        self.ask(other.asked_at)
        self.messages |= other.messages

    def ask(self, at: datetime | None) -> None:
        """Note a form that does not wait for points; the latest one counts."""
        self.asked_at = max(filter(None, (self.asked_at, at)), default=None)


def gather(messages: Sequence[Message], rules: RuleSet) -> tuple[dict[str, Work], set[str]]:
    """The work by lead id, and the ids of the messages that cannot be read."""
    works: dict[str, Work] = {}
    recorded: dict[BehaviourKey, set[str]] = {}
    unreadable: set[str] = set()
    for message in messages:
        try:
            fact = read(message.body, *HEARD)
        except ValidationError:
            unreadable.add(message.id)
            continue
        match fact:
            case BehaviourRecorded():
                key = (fact.subject_id, fact.behaviour_id)
                recorded.setdefault(key, set()).add(message.id)
            case VisitorIdentified():
                earlier = of_subject(fact.visitor_id, fact.events_after, most=_LONGEST_PAST)
                _add(works, ((one, {message.id}) for one in earlier), rules)
            case LeadChanged() | LeadCaptured():
                _add_lead(works.setdefault(fact.lead_id, Work()), fact, message.id)
    if recorded:
        found = load_many(recorded)
        _add(works, ((one, recorded[key]) for key, one in found.items()), rules)
    return works, unreadable


def earlier(lead_id: str, rules: RuleSet) -> dict[BehaviourKey, Behaviour]:
    """What was reported of a person by a partner before there was a lead, as far as it counts."""
    return {
        (one.subject_id, one.behaviour_id): one
        for one in of_subject(lead_id)
        if rules_met(rules, one)
    }


def _add_lead(work: Work, fact: LeadCaptured | LeadChanged, message_id: str) -> None:
    work.messages.add(message_id)
    if isinstance(fact, LeadCaptured):
        work.captured = True
        work.ask(fact.occurred_at if fact.hand_off == "now" else None)


def _add(
    works: dict[str, Work], reported: Iterable[tuple[Behaviour, set[str]]], rules: RuleSet
) -> None:
    """Sort behaviours, each with the messages it came in, to the leads they count for. Those of
    visitors without a lead wait for `VisitorIdentified`."""
    counting = ((one, ids) for one, ids in reported if rules_met(rules, one))
    while part := list(islice(counting, _SLICE)):
        owners = leads_for(one for one, _ in part)
        for one, ids in part:
            key = (one.subject_id, one.behaviour_id)
            if owner := owners.get(key):
                work = works.setdefault(owner, Work())
                work.behaviours[key] = one
                work.messages |= ids
