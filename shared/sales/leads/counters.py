"""How many leads came on which day from which source, each lead counted once.

Counted by a consumer of `LeadCaptured`, so that storing a form costs no more for it. The receipt
is the lead's, not the event's: however many forms a lead sends and however often each is heard
of, it is counted once, on the day (UTC) it was made, under the source of its first touch.

| entity (table `sales`) | pk | sk |
|---|---|---|
| leads of one day from one source | `REPORT#LEADS` | `<yyyy-mm-dd>#<digest of the source>` |
| receipt: this lead is counted | `LEAD#<lead_id>` | `COUNTED` |

| question | key | asked by |
|---|---|---|
| all sources of the days from one to another | table | console_reports |
| which sources a day has already | table | lead_count |
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from shared.platform.requests import Condition, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.tables import SALES

from .repository import lead_key

PARTITION: Final = "REPORT#LEADS"
OTHER: Final = "other"
"""What a day's leads count under once it has `SOURCES_PER_DAY`: visitors choose their sources."""

SOURCES_PER_DAY: Final = 40
_SOURCE_LENGTH: Final = 60
_DIGEST: Final = 12

sales: Final = Table(SALES)

_NOT_COUNTED: Final = Condition(
    "lead_not_counted", "attribute_not_exists(#pk)", "a lead is heard of more than once"
)


def count_leads(lead_ids: Collection[str]) -> None:
    """Count those of up to fifty leads that are not counted yet; leads there are none of are
    passed over. One read for all leads, one per day they came on, one write."""
    found = sales.get_many(lead_key(one) for one in dict.fromkeys(lead_ids))
    waiting = [lead for lead in found if "state" in lead]
    while waiting:
        receipts: list[Op] = [_receipt(lead["lead_id"]) for lead in waiting]
        try:
            sales.write(*receipts, *_adding(waiting))
        except ConditionFailed as refused:
            waiting = [one for at, one in enumerate(waiting) if refused.found(at) is None]
        else:
            return


def leads_by_day(first: date, last: date) -> dict[str, dict[str, int]]:
    """Leads by source of each day from `first` to `last` that has any. One query: a year of
    forty sources a day is 2 MB, a month 150 KB."""
    days: dict[str, dict[str, int]] = {}
    for item in sales.query_all(PARTITION, between=(f"{first}#", f"{last}#~")):
        days.setdefault(item["sk"][:10], {})[item["source"]] = item["leads"]
    return days


def _receipt(lead_id: str) -> Put:
    return Put({**lead_key(lead_id), "sk": "COUNTED"}, _NOT_COUNTED)


def _adding(leads: Iterable[dict[str, Any]]) -> list[Op]:
    days: dict[str, Counter[str]] = {}
    for lead in leads:
        days.setdefault(lead["created_at"][:10], Counter())[_source(lead)] += 1
    ops: list[Op] = []
    for day, sources in days.items():
        listed = sales.query_all(PARTITION, between=(f"{day}#", f"{day}#~"))
        known = {item["source"] for item in listed}
        bounded: Counter[str] = Counter()
        for source, number in sources.items():
            fits = source in known or len(known) < SOURCES_PER_DAY
            bounded[source if fits else OTHER] += number
            known.add(source if fits else OTHER)
        ops += [_add(day, source, number) for source, number in bounded.items()]
    return ops


def _add(day: str, source: str, number: int) -> Update:
    digest = hashlib.sha256(source.encode()).hexdigest()[:_DIGEST]
    key = {"pk": PARTITION, "sk": f"{day}#{digest}"}
    return Update(key, set_once={"source": source}, add={"leads": number})


def _source(lead: dict[str, Any]) -> str:
    return str(lead.get("source") or OTHER).strip().casefold()[:_SOURCE_LENGTH] or OTHER
