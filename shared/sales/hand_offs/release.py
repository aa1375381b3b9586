"""Passing on the open leads of somebody who does not work here any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.directory.repository import staff_member
from shared.kernel.errors import Busy
from shared.platform.queues import send_all
from shared.platform.requests import Op
from shared.platform.settings import settings
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.assignment.repository import load_op
from shared.sales.leads.repository import owner_partition, owner_prefix
from shared.sales.leads.states import OPEN, LeadState
from shared.sales.tables import SALES

from .counters import count_ops
from .model import HandOffState
from .offers import Round
from .passing import pass_on
from .repository import Case, close_op, load_case

LEADS_PER_MESSAGE: Final = 20
_ATTEMPTS: Final = 8

RELEASED: Final = (LeadState.ASSIGNED, LeadState.WORKING, LeadState.QUALIFIED)
"""States in which somebody has to do something. What is over stays whose it was."""

WHY: Final = "owner disabled"

sales = Table(SALES)


def plan_release(staff_id: str) -> int:
    """Queue a message per page of the person's open leads; returns how many leads. No write.

    A lead they get in this very moment is not among them: nobody answers it, so its deadline
    passes it on.
    """
    found = [
        item["pk"].removeprefix("LEAD#")
        for state in RELEASED
        for item in sales.query_all(
            owner_partition(staff_id), index="by_owner", begins=owner_prefix(state)
        )
    ]
    pages = [
        {"staff_id": staff_id, "lead_ids": found[start : start + LEADS_PER_MESSAGE]}
        for start in range(0, len(found), LEADS_PER_MESSAGE)
    ]
    send_all(settings().need("lead_release_queue_url"), pages)
    return len(found)


def release_leads(staff_id: str, lead_ids: Sequence[str], now: datetime) -> None:
    """Pass each of these leads on, each in a transaction of its own that holds only while it is
    theirs. Nothing happens when the person works here again."""
    person = staff_member(staff_id)
    if person is None or not person.disabled:
        return
    for lead_id in lead_ids:
        _release(staff_id, lead_id, now)


def _release(staff_id: str, lead_id: str, now: datetime) -> None:
    for _ in range(_ATTEMPTS):
        case = load_case(lead_id)
        if case is None or case.lead.owner_id != staff_id or case.lead.state not in RELEASED:
            return
        try:
            sales.write(*_ops(case, staff_id, now))
        except ConditionFailed:
            continue
        return
    raise Busy("contended", "This record is being changed by others, try again")


def _ops(case: Case, staff_id: str, now: datetime) -> list[Op]:
    # Who let it pass before may be asked again: it is another story since.
    last = Round.after(case.lead, case.hand_off)
    ops, given = pass_on(case.lead, Round(last.cycle, last.attempt, tried=(staff_id,)), WHY, now)
    if case.waiting:
        ops.append(close_op(case.waiting, HandOffState.WITHDRAWN, now, answer=WHY))
    if case.lead.state in OPEN:
        ops.append(load_op(staff_id, -1))
    if given:
        ops += count_ops(case.lead.lead_id, (given.offered_at, "offered", 1))
    return ops
