"""One page of a dry run: the leads created in one week of a month."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import of_subject
from shared.customers.visitors.repository import leads_for, visitors_of
from shared.platform.requests import Item
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import from_item, sales
from shared.sales.leads.states import LeadState

from .dry_runs import COUNTS, LISTS, SAMPLES, WEEKS, planned, save_page
from .ledger import Entry
from .outcome import facts_of
from .readiness import WITH_SALES
from .replay import History, compare
from .repository import ledger_of
from .rules import RuleSet

_TURNED_DOWN: Final = frozenset({LeadState.RECYCLED, LeadState.DISQUALIFIED})
_TOGETHER: Final = 100


def run_page(message: dict[str, Any]) -> None:
    """Replay every lead of a page and store what it comes to. Four reads per lead that did
    anything in the time looked at, two per other lead."""
    run = planned(message["dry_run_id"])
    active = RuleSet.model_validate_json(run["active"])
    candidate = RuleSet.model_validate_json(run["candidate"])
    since, until = run["since"], run["until"]
    result: Item = {**dict.fromkeys(COUNTS, 0), **{name: [] for name in LISTS}}
    for lead in _leads(message["month"], message["week"]):
        result["leads"] += 1
        behaviours = _behaviours(lead.lead_id)
        if lead.created_at < since and not any(one.recorded_at >= since for one in behaviours):
            continue  # nothing happened that could have crossed a threshold
        entries = ledger_of(lead.lead_id)
        if _taken_by_hand(lead, entries):
            continue
        found = compare(_history(lead, behaviours, entries), active, candidate, since, until)
        result["active_hand_offs"] += found.active
        result["candidate_hand_offs"] += found.candidate
        result["extra"] += found.extra
        result["fewer"] += found.fewer
        _note(result, "fewer_leads", lead, found.fewer)
        _note(result, "extra_leads", lead, found.extra)
        if found.extra and _turned_down(lead, entries):
            result["extra_rejected"] += found.extra
            _note(result, "extra_rejected_leads", lead, found.extra)
    save_page(run, message["month"], message["week"], result)


def _leads(month: str, week: int) -> Iterator[Lead]:
    """Each lead once, though it may move between states while we look."""
    keys: dict[str, dict[str, str]] = {}
    first, last = WEEKS[week]
    days = (f"{month}-{first}", f"{month}-{last}~")
    for state in LeadState:
        pages = sales.query_all(state, index="by_state", between=days)
        keys |= {item["pk"]: {"pk": item["pk"], "sk": item["sk"]} for item in pages}
    rest = iter(keys.values())
    # The index holds a summary; rules may ask for any fact.
    while together := list(islice(rest, _TOGETHER)):
        items = sales.get_many(together, consistent=False)
        yield from (from_item(item) for item in items if "state" in item)


def _behaviours(lead_id: str) -> list[Behaviour]:
    """What counts for a lead: its own, and its visitors' as far as they were this lead."""
    behaviours = list(of_subject(lead_id))
    visited = [one for visitor in visitors_of(lead_id) for one in of_subject(visitor)]
    owners = leads_for(visited) if visited else {}
    return behaviours + [
        one for one in visited if owners.get((one.subject_id, one.behaviour_id)) == lead_id
    ]


def _history(lead: Lead, behaviours: list[Behaviour], entries: list[Entry]) -> History:
    return History(
        created_at=lead.created_at,
        facts=facts_of(lead),
        behaviours=tuple(behaviours),
        resets=tuple(entry.occurred_at for entry in entries if entry.kind == "reset"),
        demands=tuple(entry.occurred_at for entry in entries if entry.trigger == "form"),
    )


def _taken_by_hand(lead: Lead, entries: list[Entry]) -> bool:
    """Whether sales has the lead without our doing: no rules would have handed it over."""
    handed_over = any(entry.kind == "hand_off" and entry.explanation for entry in entries)
    return lead.state in WITH_SALES and not handed_over


def _turned_down(lead: Lead, entries: list[Entry]) -> bool:
    return lead.state in _TURNED_DOWN or any(entry.kind == "reset" for entry in entries)


def _note(result: Item, name: str, lead: Lead, times: int) -> None:
    if times and len(result[name]) < SAMPLES:
        result[name].append(lead.lead_id)
