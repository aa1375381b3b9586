"""How well misspelt names are found, and with how many reads: `python -m tests.measure.search`.

Names are drawn from FEBRL's, with made-up companies. A typing error is a letter left out, put in,
replaced by any other, or two exchanged, each as likely, anywhere in the word.
"""

import random
import string
from collections.abc import Callable
from typing import Final

from shared.customers.search.entries import contact_entries
from shared.customers.search.lookup import who
from tests.measure.febrl import febrl
from tests.measure.index import Index

SIZES: Final = (100, 20_000, 100_000)
ASKED: Final = 1_000
FOUND: Final = 10

_COMPANY: Final = (
    *("northern", "southern", "global", "himalaya", "alpine", "digital", "pacific", "royal"),
    *("trading", "systems", "foods", "motors", "textile", "energy", "print", "media"),
)
Person = tuple[str, str, str]


def typo(word: str, chance: random.Random) -> str:
    """The word with one typing error."""
    at = chance.randrange(len(word))
    letter = chance.choice(string.ascii_lowercase)
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + letter + word[at:]
        case 2:
            return word[:at] + letter + word[at + 1 :]
    at = chance.randrange(max(1, len(word) - 1))
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def main() -> None:
    """Measure and print."""
    with febrl() as sets:
        records = [one for rows in sets.values() for one in rows if one["rec_id"].endswith("org")]
    firsts = [one["given_name"] for one in records if one["given_name"]]
    lasts = [one["surname"] for one in records if one["surname"]]
    for size in SIZES:
        chance = random.Random(size)
        people = [
            (chance.choice(firsts), chance.choice(lasts), " ".join(chance.sample(_COMPANY, 2)))
            for _ in range(size)
        ]
        entries = {str(n): contact_entries(one[:2], [one[2]]) for n, one in enumerate(people)}
        with Index(entries).asked() as index:
            print(
                f"\n{size:,} contacts: {index.entries / size:.1f} entries each, {index.words:,} words"
                f" under {index.variants:,} variants, at most {index.largest} under one"
            )
            for name, question in _questions(chance).items():
                print(f"  {name:44} {_measured(question, people, index, chance)}")


def _questions(chance: random.Random) -> dict[str, Callable[[Person], str | None]]:
    def wrong(word: str) -> str:
        return typo(word, chance)

    def long(word: str) -> bool:
        return len(word) > 5

    return {
        "first and last name": lambda p: f"{p[0]} {p[1]}",
        "last name first": lambda p: f"{p[1]} {p[0]}",
        "first name, beginning of the last": lambda p: f"{p[0]} {p[1][:3]}",
        "one error in the last name": lambda p: f"{p[0]} {wrong(p[1])}",
        "one error in the first name": lambda p: f"{wrong(p[0])} {p[1]}",
        "one error in each": lambda p: f"{wrong(p[0])} {wrong(p[1])}",
        "two errors in a last name of 6 letters or more": lambda p: (
            f"{p[0]} {wrong(wrong(p[1]))}" if long(p[1]) else None
        ),
        "two errors in the last name, of any length": lambda p: f"{p[0]} {wrong(wrong(p[1]))}",
        "one error, and the company": lambda p: f"{p[0]} {wrong(p[1])} {p[2].split()[0]}",
    }


def _measured(
    question: Callable[[Person], str | None],
    people: list[Person],
    index: Index,
    chance: random.Random,
) -> str:
    found = asked = most = 0
    before, spellings = index.queries, index.spelling_reads
    while asked < ASKED:
        person = chance.choice(people)
        text = question(person)
        if text is None:
            continue
        asked += 1
        so_far = index.queries
        hits = {people[int(one)][:2] for one, _ in who(text, limit=FOUND)}
        most = max(most, index.queries - so_far)
        found += person[:2] in hits
    return (
        f"recall@{FOUND} {found / asked:.3f}   queries {(index.queries - before) / asked:.1f},"
        f" at most {most}; reads of spellings {(index.spelling_reads - spellings) / asked:.2f}"
    )


if __name__ == "__main__":
    main()
