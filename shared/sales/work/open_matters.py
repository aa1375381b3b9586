"""What is open in sales about a person: leads somebody works on or is to answer, and tasks."""

from collections.abc import Collection, Iterator
from datetime import datetime

from shared.customers.history.open_matters import OpenMatter
from shared.sales.hand_offs.repository import Case, load_case
from shared.sales.leads.states import LeadState
from shared.sales.tasks.model import TaskState
from shared.sales.tasks.repository import of_lead

_CLOSED = frozenset({LeadState.CONVERTED, LeadState.DISQUALIFIED})


def open_matters(_: str, lead_ids: Collection[str], now: datetime) -> list[OpenMatter]:
    """Of each of these leads that is there: itself, unless it is closed, and its open tasks. Two
    reads per lead."""
    seen: set[str] = set()
    found: list[OpenMatter] = []
    for lead_id in lead_ids:
        case = load_case(lead_id)
        if case is None or case.lead.lead_id in seen:
            continue
        seen.add(case.lead.lead_id)
        found += [*_lead(case), *_tasks(case.lead.lead_id, now)]
    return found


def _lead(case: Case) -> Iterator[OpenMatter]:
    lead, waiting = case.lead, case.waiting
    if lead.state not in _CLOSED:
        yield OpenMatter(
            kind="hand_off" if waiting else "lead",
            id=lead.lead_id,
            title="A lead that waits for an answer" if waiting else f"A lead that is {lead.state}",
            state=lead.state,
            owner_id=lead.owner_id,
            since=waiting.offered_at if waiting else lead.created_at,
            due_at=waiting.due_at if waiting else None,
        )


def _tasks(lead_id: str, now: datetime) -> Iterator[OpenMatter]:
    for task in of_lead(lead_id):
        if task.state is TaskState.OPEN:
            yield OpenMatter(
                kind="task",
                id=task.task_id,
                title=task.title,
                state=task.state,
                owner_id=task.owner_id,
                since=task.created_at,
                due_at=task.due_at,
                overdue=task.overdue(now),
            )
