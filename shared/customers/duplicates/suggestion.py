"""Looking for whoever may be the same person as a contact that is new or was changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.customers.contacts.repository import contact_key
from shared.customers.search.lookup import who
from shared.customers.search.repository import entity_of, with_word
from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.platform.requests import Item
from shared.platform.writes import ConditionFailed

from .facts import facts_of, fingerprint
from .model import Pair, PairState, in_order
from .repository import MOST, customers, others_of, pairs_of, remove, store
from .similarity import SUGGESTED_FROM, Facts, likeness

MOST_LOOKED_AT: Final = 40
"""Of people with a very common name only so many are compared, those found likeliest."""

_SAME_COMPANY: Final = 20
_ATTEMPTS: Final = 4


def suggest(contact_id: str, now: datetime) -> None:
    """Bring the pairs of a contact up to date: those it is in, and whoever its name and company
    lead to in the index, which it must be in by now. At most some twenty reads, and a write for
    each pair that changes. Raises `Busy`.

    Of two contacts that are made at the same time the one that comes later finds the other: the
    index is read strongly.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _bring_up_to_date(contact_id, now)
        except ConditionFailed:
            continue
    raise Busy("pair_contended")


def forget(contact_id: str) -> None:
    """Forget all pairs of a contact. Raises `Busy`."""
    for _ in range(_ATTEMPTS):
        try:
            others = others_of(contact_id)
            for pair in pairs_of(contact_id, others).values():
                remove(pair)
        except ConditionFailed:
            continue
        if len(others) < MOST:
            return
    raise Busy("pair_contended")


def _bring_up_to_date(contact_id: str, now: datetime) -> None:
    # Pairs before people: who writes a pair last must have read both people last.
    known = pairs_of(contact_id, others_of(contact_id))
    item = customers.get(contact_key(contact_id))
    if not _is_live(item):
        for pair in known.values():
            if item is None or "merged_into" in item or pair.state is PairState.OPEN:
                remove(pair)
        return
    assert item is not None
    facts = facts_of([item])[item["pk"]]
    others = [
        one
        for one in {**dict.fromkeys(known), **dict.fromkeys(candidates(facts))}
        if one != contact_id
    ]
    known |= pairs_of(contact_id, [one for one in others if one not in known])
    found = _live(others)
    compared = facts_of(found.values())
    namesakes = sum(one == facts or _same_name(one, facts) for one in compared.values())
    for other in others:
        theirs = compared.get(contact_key(other)["pk"])
        _settle((contact_id, facts), (other, theirs), known.get(other), namesakes, now)


def _settle(
    one: tuple[str, Facts],
    other: tuple[str, Facts | None],
    pair: Pair | None,
    namesakes: int,
    now: datetime,
) -> None:
    (one_id, facts), (other_id, theirs) = one, other
    alike = likeness(facts, theirs, namesakes) if theirs else None
    if alike is None or theirs is None:
        # Put away: a dismissal is remembered for when it is brought back.
        if pair and pair.state is PairState.OPEN:
            remove(pair)
        return
    if alike.score < SUGGESTED_FROM:
        if pair and pair.facts != fingerprint(facts, theirs):
            remove(pair)
        return
    compared = fingerprint(facts, theirs)
    if pair and pair.facts == compared:
        return  # as it was when somebody last looked, dismissed or not
    smaller, greater = in_order(one_id, other_id)
    after = Pair(
        one_id=smaller,
        other_id=greater,
        score=alike.score,
        reasons=list(alike.reasons),
        facts=compared,
        found_at=iso(now),
        revision=pair.revision + 1 if pair else 1,
    )
    store(pair, after)


def candidates(facts: Facts) -> list[str]:
    """The contacts to compare with one of such facts: those its name leads to, misspelt or not,
    and those of its company who share a name."""
    names = " ".join(facts.first_name + facts.last_name)
    found = [one for one, _ in who(names, limit=MOST_LOOKED_AT, thorough=True)] if names else []
    # Where a name is written quite otherwise, the company and the other name may be the same.
    for company in (one[0] for one in facts.companies[:1]):
        for name in dict.fromkeys([*facts.last_name[:1], *facts.first_name[:1]]):
            both = f"{name} {company}"
            found += map(
                entity_of, with_word(both, whole=True, limit=_SAME_COMPANY, consistent=True)
            )
    people = [one for one in dict.fromkeys(found) if one.startswith("contact_")]
    return people[: 2 * MOST_LOOKED_AT]


def _live(contact_ids: Iterable[str]) -> dict[str, Item]:
    keys = [contact_key(one) for one in contact_ids]
    found = customers.get_many(keys) if keys else []
    return {item["pk"]: item for item in found if _is_live(item)}


def _is_live(item: Item | None) -> bool:
    return item is not None and "merged_into" not in item and "deleted_at" not in item


def _same_name(one: Facts, other: Facts) -> bool:
    return (one.first_name, one.last_name) == (other.first_name, other.last_name)
