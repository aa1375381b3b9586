"""How many duplicates are suggested, and how many suggestions are duplicates, on FEBRL's labelled
sets: `python -m tests.measure.duplicates`.

FEBRL's records have no company, e-mail or phone: street and suburb stand for the company (several
people share them, and they are misspelt), the seven-digit personal number for the phone. `names`
leaves the number out.
"""

from collections import Counter, defaultdict
from itertools import combinations
from typing import Final

from shared.customers.duplicates.similarity import SUGGESTED_FROM, Facts, likeness
from shared.customers.duplicates.suggestion import candidates
from shared.customers.search.entries import contact_entries
from shared.customers.search.words import words_of
from tests.measure.febrl import Record, febrl, person_of
from tests.measure.index import Index

THRESHOLDS: Final = (0.2, 0.3, 0.5, 0.7, 0.9, 0.99)


def main() -> None:
    """Measure and print."""
    with febrl() as sets:
        for name, records in sets.items():
            for numbers in (True, False):
                _measure(f"FEBRL {name}, {'all' if numbers else 'names'}", records, numbers)


def _measure(name: str, records: list[Record], numbers: bool) -> None:
    ids = [f"contact_{at:026d}" for at in range(len(records))]
    facts = dict(zip(ids, (_facts(one, numbers) for one in records), strict=True))
    people = defaultdict(list)
    for one, record in zip(ids, records, strict=True):
        people[person_of(record)].append(one)
    true = {pair for listed in people.values() for pair in combinations(sorted(listed), 2)}
    entries = {
        one: contact_entries(
            [record["given_name"], record["surname"]],
            [_company(record)] if _company(record) else [],
        )
        for one, record in zip(ids, records, strict=True)
    }
    namesakes = Counter((one.first_name, one.last_name) for one in facts.values())
    with Index(entries).asked() as index:
        found = {
            (min(one, other), max(one, other))
            for one in ids
            for other in candidates(facts[one])
            if other != one
        }
    scores = {
        (one, other): likeness(
            facts[one], facts[other], namesakes[facts[one].first_name, facts[one].last_name] - 1
        ).score
        for one, other in found
    }
    print(
        f"\n{name}: {len(records):,} records, {len(true):,} pairs; compared {len(found):,}, among"
        f" them {len(true & found) / len(true):.3f} of the pairs; queries a record"
        f" {index.queries / len(records):.1f}"
    )
    for threshold in THRESHOLDS:
        suggested = {pair for pair, score in scores.items() if score >= threshold}
        right = len(suggested & true)
        print(
            f"  from {threshold:<5} precision {right / max(1, len(suggested)):.4f}"
            f"   recall {right / len(true):.4f}{'   <-' * (threshold == SUGGESTED_FROM)}"
        )


def _facts(record: Record, numbers: bool) -> Facts:
    company = tuple(words_of(_company(record)))
    number = record["soc_sec_id"] if numbers else ""
    return Facts(
        first_name=tuple(words_of(record["given_name"])),
        last_name=tuple(words_of(record["surname"])),
        companies=(company,) if company else (),
        phones=(number,) if number else (),
    )


def _company(record: Record) -> str:
    return f"{record['address_1']} {record['suburb']}".strip()


if __name__ == "__main__":
    main()
