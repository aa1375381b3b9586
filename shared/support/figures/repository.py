"""Where the figures of support are kept (table `support`).

| entity | pk | sk |
|---|---|---|
| figures of a day | `FIGURES#<by>` | `<yyyy-mm-dd>#<value>` |
| what is so at present | `FIGURES#<by>` | `now#<value>` |
| receipt: as what a ticket counted, at which version | `COUNTED#<ticket_id>` | `COUNTED` |

| question | key | asked by |
|---|---|---|
| figures by agent, queue, topic or of all together, of the days from one to another | table | support_report |
| what is so at present | table, `now#` | support_report |
| as what tickets counted | table, many at once | ticket_count |

`by` is `all` (its one value is `-`), `agent`, `queue` or `topic` (a tag without regard to case).
The receipt of a ticket that was erased stays, empty: what is heard of it late counts nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.tables import Table
from shared.support.tables import SUPPORT

from .counting import NOW, By, Counts, Place

FIGURES: Final = "FIGURES#"
COUNTED: Final = "COUNTED"
_GONE: Final = 1_000_000_000
"""A version no ticket ever has."""

support = Table(SUPPORT)


def receipt_key(ticket_id: str) -> dict[str, str]:
    """The key of what a ticket counted as."""
    return {"pk": f"COUNTED#{ticket_id}", "sk": COUNTED}


def receipt(ticket_id: str, version: int, counts: Counts, seen: int) -> Put:
    """That a ticket's `version` counted so, if the receipt still is of the version `seen` (0: there
    is none)."""
    kept = [[*place, dict(held)] for place, held in sorted(counts.items())]
    as_seen = Condition(
        "counted_as_seen",
        "#version = :seen" if seen else "attribute_not_exists(#pk)",
        "what a ticket counted as is taken out once, whoever counts it at the same time",
        {"seen": seen} if seen else {},
    )
    return Put({**receipt_key(ticket_id), "version": version, "counts": kept}, as_seen)


def gone(ticket_id: str, seen: int) -> Update:
    """That a ticket is no more and counts no more, if its receipt is of the version `seen`."""
    as_seen = Condition(
        "counted_as_seen",
        "#version = :seen" if seen else "attribute_not_exists(#version)",
        "what a ticket counts as at present is taken out once",
        {"seen": seen} if seen else {},
    )
    return Update(receipt_key(ticket_id), set={"version": _GONE, "counts": []}, condition=as_seen)


def version_of(item: Item | None) -> int:
    """The version a receipt is of; 0: there is none."""
    return int(item["version"]) if item else 0


def counts_in(item: Item | None) -> dict[Place, dict[str, int]]:
    """What a receipt says the ticket counted as."""
    kept: Iterable[Any] = item["counts"] if item else ()
    return {
        Place(by, day, value): {name: int(number) for name, number in held.items()}
        for by, day, value, held in kept
    }


def adding(changes: Counts) -> list[Update]:
    """What adds these changes to the figures."""
    return [
        Update({"pk": f"{FIGURES}{place.by}", "sk": f"{place.day}#{place.value}"}, add=dict(held))
        for place, held in sorted(changes.items())
    ]


Row = tuple[str, str, Mapping[str, int]]
"""A day, a value, and its figures."""


def days_of(by: By, first: date, last: date) -> list[Row]:
    """Figures of each day from `first` to `last`, by value. A query per megabyte."""
    return _rows(support.query_all(f"{FIGURES}{by}", between=(f"{first}#", f"{last}#\U0010ffff")))


def present(by: By) -> dict[str, Mapping[str, int]]:
    """What is so at present, by value. One query."""
    found = _rows(support.query_all(f"{FIGURES}{by}", begins=f"{NOW}#"))
    return {value: held for _, value, held in found}


def days_and_present(by: By, first: date) -> tuple[list[Row], dict[str, Mapping[str, int]]]:
    """Figures of each day since `first`, and what is so at present, by value: they lie one after the
    other. A query per megabyte."""
    between = (f"{first}#", f"{NOW}#\U0010ffff")
    rows = _rows(support.query_all(f"{FIGURES}{by}", between=between))
    days = [row for row in rows if row[0] != NOW]
    return days, {value: held for day, value, held in rows if day == NOW}


def _rows(items: Iterable[Item]) -> list[Row]:
    rows: list[Row] = []
    for item in items:
        day, _, value = str(item["sk"]).partition("#")
        held = {name: int(one) for name, one in item.items() if name not in ("pk", "sk") and one}
        rows.append((day, value, held))
    return rows
