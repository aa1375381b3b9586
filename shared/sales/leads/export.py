"""A list of leads as a file for spreadsheets (RFC 4180, UTF-8 with a byte order mark)."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.customers.exports.cells import neutral

from .listing import every_lead
from .model import LeadSummary
from .query import LeadQuery

MAX_ROWS: Final = 5_000
MAX_CHARACTERS: Final = 2_000_000
"""Lambda answers with at most 6 MB, and a character takes up to three bytes (or six, escaped)."""

QUERIES: Final = 20
"""A list is looked through for so many queries of 1 MB, about 20,000 leads."""

_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""

_FACTS: Final = ("first_name", "last_name", "company", "job_title", "email", "country")
COLUMNS: Final = (
    "lead_id",
    "state",
    *_FACTS,
    "source",
    "owner_id",
    "score",
    "fit",
    "engagement",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class File:
    """The file's text. `truncated`: the list has more leads; the last line says so too."""

    text: str
    truncated: bool


def as_csv(query: LeadQuery) -> File:
    """The leads of a list in its order, at most `MAX_ROWS`.

    Where there are more, the order asked for is that of the newest ones.
    """
    rows, truncated = _rows(query)
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(COLUMNS)
    count = 0
    for lead in rows:
        if out.tell() > MAX_CHARACTERS:
            truncated = True
            break
        write(_row(lead))
        count += 1
    if truncated:
        write([f"Cut off after {count} rows: narrow the list to see the others"])
    return File(_MARK + out.getvalue(), truncated)


def _rows(query: LeadQuery) -> tuple[list[LeadSummary], bool]:
    found: list[LeadSummary] = []
    for lead in every_lead(query, QUERIES):
        if lead is None or len(found) == MAX_ROWS:
            return _ordered(query, found), True
        found.append(lead)
    return _ordered(query, found), False


def _ordered(query: LeadQuery, found: list[LeadSummary]) -> list[LeadSummary]:
    return found if query.by_key else query.ordered(found)


def _row(lead: LeadSummary) -> Iterator[str]:
    facts = {name: neutral(lead.facts.get(name, "")) for name in _FACTS}
    given = lead.model_dump(mode="json", exclude={"facts"}) | facts
    for name in COLUMNS:
        value = given[name]
        # Points may be below zero: they are ours, and numbers.
        yield neutral(value or "") if name in ("source", "owner_id") else value or ""
