"""What is due to which campaign when a person does what campaigns are meant to lead to. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import MODELS, shares
from .rules import AttributionRules, Goal, Named, TouchKind

MOST_TOUCHES = 100
"""So many of the newest touches are looked at."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A person had to do with a campaign: by which channel and variant, under which contact.
    `of_deed`: for that deed they named the campaign's code."""

    campaign_id: str
    contact_id: str
    kind: TouchKind | Named
    channel: str
    variant: str
    at: datetime
    of_deed: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: `event` and `what` as in `Goal`; `amount` in minor units of `currency`, 0
    where no money is in it. `returned`: they brought it back."""

    deed_id: str
    contact_id: str
    event: str
    what: frozenset[str]
    at: datetime
    amount: int = 0
    currency: str = ""
    returned: bool = False


Place = tuple[str, str, str]
"""A campaign, a channel and a variant: where figures are kept."""

Credit = Mapping[Place, Mapping[str, int]]
"""What each place gets, by model."""


def path_of(
    deed: Deed, touches: Iterable[Touch], goals: Mapping[str, Goal], rules: AttributionRules
) -> list[Touch]:
    """The touches that led to a deed, the earliest first: those whose code was named for it; and of
    campaigns meant for it, of the kinds that count, those not after it and not longer before than
    the campaign says."""
    found = [
        one
        for one in touches
        if one.of_deed == deed.deed_id
        or (
            one.kind in rules.touches
            and (goal := goals.get(one.campaign_id)) is not None
            and goal.met_by(deed.event, deed.what)
            and deed.at - timedelta(days=goal.within_days) <= one.at <= deed.at
        )
    ]
    return sorted(found, key=lambda one: (one.at, one.campaign_id, one.kind))[-MOST_TOUCHES:]


def credit_of(amount: int, at: datetime, path: Sequence[Touch], half_life: timedelta) -> Credit:
    """What is due to each place of a path, by every model; the sum is the amount by each."""
    found: dict[Place, Counter[str]] = {}
    times = [one.at for one in path]
    for model in MODELS:
        for touch, share in zip(path, shares(model, amount, times, at, half_life), strict=True):
            place = (touch.campaign_id, touch.channel, touch.variant)
            found.setdefault(place, Counter())[model] += share
    return found


def changed(before: Credit, after: Credit) -> dict[Place, dict[str, int]]:
    """What figures change by where a credit is worked out anew."""
    found: dict[Place, dict[str, int]] = {}
    for place in {*before, *after}:
        was, is_now = before.get(place, {}), after.get(place, {})
        more = {model: is_now.get(model, 0) - was.get(model, 0) for model in {*was, *is_now}}
        if moved := {model: number for model, number in more.items() if number}:
            found[place] = moved
    return found
