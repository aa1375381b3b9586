"""From the stored items of a lead to the entries of its timeline. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from shared.platform.requests import Item
from shared.sales.hand_offs.model import WAITING, HandOff, HandOffState
from shared.sales.hand_offs.repository import HAND_OFF
from shared.sales.hand_offs.repository import from_item as hand_off_from
from shared.sales.leads.repository import SUBMISSION
from shared.sales.leads.submissions import submission_id_in
from shared.sales.leads.trail import CHANGE
from shared.sales.scoring.ledger import NO_CYCLE, WITH_SALES
from shared.sales.scoring.ledger import from_item as ledger_from
from shared.sales.scoring.score import text
from shared.sales.tasks.model import Task
from shared.sales.tasks.repository import TASK
from shared.sales.tasks.repository import from_item as task_from

from .model import (
    CycleEntry,
    FactChange,
    FactsEntry,
    HandOffEntry,
    PointsEntry,
    ReadyEntry,
    RulePoints,
    StateEntry,
    SubmissionEntry,
    TaskEntry,
    TimelineEntry,
)

LEDGER: Final = "LEDGER#"
Labels = Mapping[str, str]


def entries_of(items: Iterable[Item], labels: Labels) -> list[TimelineEntry]:
    """The entries, newest first. `labels` are those of the scoring rules, by id."""
    found: list[TimelineEntry] = []
    for item in items:
        kind = item["sk"].partition("#")[0] + "#"
        if kind == LEDGER:
            found += _points(item, labels)
        elif kind in _READERS:
            found += _READERS[kind](item)
    return sorted(found, key=position, reverse=True)


def position(entry: TimelineEntry) -> tuple[str, str]:
    """Where an entry stands in the order of time."""
    return entry.at, entry.entry_id


def _submission(item: Item) -> Iterator[TimelineEntry]:
    yield SubmissionEntry(
        entry_id=item["sk"],
        at=item["received_at"],
        by=item.get("staff_id"),
        submission_id=submission_id_in(item),
        form_id=item.get("form_id"),
        answers=item["answers"],
        touch=item.get("touch", {}),
        consent=item.get("consent"),
    )


def _points(item: Item, labels: Labels) -> Iterator[TimelineEntry]:
    entry = ledger_from(item)
    if entry.kind == "reset":
        yield CycleEntry(entry_id=item["sk"], at=entry.occurred_at, cycle=entry.cycle)
    elif entry.kind == "hand_off":
        if entry.trigger != WITH_SALES and entry.explanation:
            yield ReadyEntry(
                entry_id=item["sk"],
                at=entry.occurred_at,
                trigger=entry.trigger or "score",
                score=entry.explanation["score"],
                threshold=entry.explanation["threshold"],
            )
    else:
        given = [(award.rule, award.points) for award in entry.awards] or [*entry.profile.items()]
        yield PointsEntry(
            entry_id=item["sk"],
            at=entry.occurred_at,
            side="engagement" if entry.awards else "fit",
            rules=[
                RulePoints(rule=rule, label=labels.get(rule) or rule, points=text(points))
                for rule, points in given
            ],
            points=text(sum((points for _, points in given), start=Decimal(0))),
            counted=not entry.awards or entry.cycle != NO_CYCLE,
        )


def _hand_off(item: Item) -> Iterator[TimelineEntry]:
    one = hand_off_from(item)
    never_offered = one.owner_id is None
    yield HandOffEntry(
        entry_id=f"{item['sk']}#1",
        at=one.offered_at,
        by=one.offered_by,
        step="unassigned" if never_offered else "offered",
        owner_id=one.owner_id,
        cycle=one.cycle,
        attempt=one.attempt,
        reason=one.reason or None,
        due_at=one.due_at,
    )
    if one.state not in WAITING and one.closed_at:
        yield HandOffEntry(
            entry_id=f"{item['sk']}#2",
            at=one.closed_at,
            by=one.closed_by,
            step=_end(one),
            owner_id=one.owner_id,
            cycle=one.cycle,
            attempt=one.attempt,
            reason=one.answer,
        )


def _end(one: HandOff) -> str:
    return HandOffState(one.state).value


def _change(item: Item) -> Iterator[TimelineEntry]:
    if "state_to" in item:
        yield StateEntry(
            entry_id=item["sk"],
            at=item["at"],
            by=item["by"],
            from_state=item["state_from"],
            to_state=item["state_to"],
            reason=item.get("reason"),
        )
    else:
        facts = {
            name: FactChange(before=known.get("from"), after=known.get("to"))
            for name, known in item["facts"].items()
        }
        yield FactsEntry(entry_id=item["sk"], at=item["at"], by=item["by"], facts=facts)


def _task(item: Item) -> Iterator[TimelineEntry]:
    task: Task = task_from(item)
    yield TaskEntry(
        entry_id=f"{item['sk']}#1",
        at=task.created_at,
        by=task.created_by,
        step="created",
        task=task,
    )
    if task.completed_at:
        yield TaskEntry(
            entry_id=f"{item['sk']}#2",
            at=task.completed_at,
            by=task.completed_by,
            step="completed",
            task=task,
        )


_READERS: Final[Mapping[str, Callable[[Item], Iterator[TimelineEntry]]]] = {
    SUBMISSION: _submission,
    HAND_OFF: _hand_off,
    CHANGE: _change,
    TASK: _task,
}
