"""How many people a rule that is not stored would let in, while somebody waits for it.

Everybody is looked at where few enough are known. Of more people some are, drawn by lot, and the
answer is a guess that says so: with how many were looked at, and between which numbers the truth
lies nineteen times in twenty (Wilson, 1927, "Probable inference", JASA 22, 209-212).

Whom to draw from is the list of all by name. What is longer than a few pages of it is entered at
places drawn by lot, and how many there are is what the latest back-fill met: so a rule that has to
do with how people are called is guessed poorly there, and nobody is told an exact number.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from string import ascii_lowercase
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import LIST, customers
from shared.platform.auth import Staff

from .backfill import progress_of
from .changes import check_draft
from .definition import Definitions
from .evaluation import evaluate
from .facts import Facts, Needs, needs_of
from .gathering import AT_ONCE, facts_of, keys_each
from .listing import Because, because
from .rule import Rule

MOST: Final = 500
"""So many people are looked at."""

HISTORIES: Final = 100
"""So many, where a rule asks for what they did: each costs a query of its own."""

READS: Final = 10
"""Of a hundred items each, at most."""

SHOWN: Final = 5

PAGES: Final = 5
PAGE: Final = 1_000
"""People of the list that are read at once, to draw from."""

_NINETEEN_IN_TWENTY: Final = 1.96


@dataclass(frozen=True, slots=True)
class Matched:
    """Somebody a rule lets in, and why."""

    contact: Contact
    because: Sequence[Because]


@dataclass(frozen=True, slots=True)
class Count:
    """`found` of `looked_at` people are let in, `sample` are some of them. There are `people` in
    all (`None`: nobody knows). `exact`: they all were looked at."""

    looked_at: int
    found: int
    people: int | None
    exact: bool
    sample: Sequence[Matched]

    @property
    def members(self) -> int | None:
        """How many it lets in: exactly, or about."""
        return self._of_all(self.found / self.looked_at) if self.looked_at else 0

    @property
    def between(self) -> tuple[int, int] | None:
        """The least and the most that are likely."""
        if not self.looked_at:
            return (0, 0)
        n, z = self.looked_at, _NINETEEN_IN_TWENTY
        share = self.found / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        away = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        low, high = self._of_all(max(0.0, middle - away)), self._of_all(min(1.0, middle + away))
        if low is None or high is None:
            return None
        return max(low, self.found), max(high, self.found)

    def _of_all(self, share: float) -> int | None:
        if self.exact:
            return self.found
        return None if self.people is None else round(share * self.people)


def count(rule: Rule, by: Staff, now: datetime) -> Count:
    """Look at up to `MOST` people: some twenty reads at most, and a hundred queries of histories.
    Raises what making such a segment would (`changes.check_draft`)."""
    known = check_draft(rule, by, now)
    needs = needs_of(rule)
    # The same people all day: so one sees what a change of the rule does, and not of the lot.
    lot = Random(now.date().toordinal())
    ids, whole = _listed(lot)
    some = _drawn(ids, _most(needs), lot)
    facts = facts_of(some, needs, now)
    found = [one for one in facts.values() if evaluate(rule, one, now).member]
    people = len(ids) if whole else _people(known)
    exact = whole and len(some) == len(ids)
    sample = [_matched(rule, one, now) for one in found[:SHOWN]]
    return Count(len(some), len(found), people, exact, sample)


def _most(needs: Needs) -> int:
    by_reads = READS * AT_ONCE // keys_each(needs)
    return min(MOST, by_reads, HISTORIES if needs.days else MOST)


def _drawn(ids: Sequence[str], most: int, lot: Random) -> Sequence[str]:
    return ids if len(ids) <= most else sorted(lot.sample(ids, most))


def _listed(lot: Random) -> tuple[list[str], bool]:
    """People to draw from, and whether they are all there are."""
    found: list[str] = []
    after = None
    for _ in range(PAGES):
        page = customers.query(LIST, index="by_list", limit=PAGE, after=after)
        found += [one["pk"].removeprefix("CONTACT#") for one in page.items]
        after = page.after
        if after is None:
            return found, True
    some: dict[str, None] = {}
    for _ in range(PAGES):
        start = "".join(lot.choices(ascii_lowercase, k=2))
        page = customers.query(LIST, index="by_list", beyond=start, limit=PAGE)
        some |= dict.fromkeys(one["pk"].removeprefix("CONTACT#") for one in page.items)
    return list(some) or found, False


def _people(known: Definitions) -> int | None:
    """How many people the latest back-fill met. One query for each segment until one has."""
    for one in sorted(known.in_order, key=lambda one: one.segment_id, reverse=True)[:3]:
        progress = progress_of(one.segment_id)
        if progress and progress.done:
            return progress.looked_at
    return None


def _matched(rule: Rule, facts: Facts, now: datetime) -> Matched:
    assert facts.contact is not None, "nobody else is let in"
    return Matched(facts.contact, because(rule, evaluate(rule, facts, now).because))
