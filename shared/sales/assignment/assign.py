"""Giving leads that are ready for sales their owners, many at once and each exactly once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.kernel.errors import Busy
from shared.platform.entry.batch import survives
from shared.platform.observability import count, logger
from shared.platform.requests import Op
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadBecameSalesReady
from shared.sales.hand_offs.counters import count_ops
from shared.sales.hand_offs.offers import Round, leave_unassigned, offer
from shared.sales.hand_offs.repository import hand_off_key
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import from_item, lead_key
from shared.sales.leads.states import LeadState
from shared.sales.tables import SALES

from .rules import AssignmentRules
from .store import Reading, active_rules, read_desk

LEADS_AT_ONCE: Final = 20
"""Two operations each, at most one load and one turn each and a counter: within 100."""

_ATTEMPTS: Final = 8
"""How often to decide again after others changed what the decision was based on."""

_WAITING_STATES: Final = frozenset({LeadState.NEW, LeadState.RECYCLED})

sales = Table(SALES)


def assign(ready: Sequence[LeadBecameSalesReady], now: datetime) -> set[str]:
    """Give each lead its owner; the ids of those to be tried again later.

    A lead that already has an owner, or whose cycle was dealt with, counts as done: the cycle's
    first hand-off is the receipt. Turns are taken in the order of `ready`.
    """
    # A transaction touches an item once, and of two cycles of a lead only the later is open.
    latest: dict[str, LeadBecameSalesReady] = {}
    for one in ready:
        if one.lead_id not in latest or latest[one.lead_id].cycle < one.cycle:
            latest[one.lead_id] = one
    unique = list(latest.values())
    undone: set[str] = set()
    for start in range(0, len(unique), LEADS_AT_ONCE):
        undone |= _assign_chunk(unique[start : start + LEADS_AT_ONCE], now)
    return undone


def _assign_chunk(ready: Sequence[LeadBecameSalesReady], now: datetime) -> set[str]:
    """Assign together or, where one of them breaks it, one by one: it must not hold up the rest.
    The ids of those that are to be tried again."""
    done: list[bool] = []
    if survives(lambda: done.append(_assign_together(ready, now))) and all(done):
        return set()
    if done or len(ready) == 1:
        return {one.lead_id for one in ready}
    return {lead_id for one in ready for lead_id in _assign_chunk([one], now)}


def _assign_together(ready: Sequence[LeadBecameSalesReady], now: datetime) -> bool:
    rules = active_rules(now)
    keys = [
        key
        for one in ready
        for key in (lead_key(one.lead_id), hand_off_key(one.lead_id, one.cycle, 1))
    ]
    for _ in range(_ATTEMPTS):
        reading = read_desk(rules, keys)
        ops = _decide(ready, reading, rules, now)
        try:
            if ops:
                sales.write(*ops)
            return True
        except ConditionFailed as lost:
            # Read again and decide again: what was decided may hold no longer.
            logger().info("assignment overtaken", extra={"conditions": sorted(lost.conditions)})
        except Busy:
            break
    count("AssignmentPostponed", len(ready))
    return False


def _decide(
    ready: Sequence[LeadBecameSalesReady],
    reading: Reading,
    rules: AssignmentRules,
    now: datetime,
) -> list[Op]:
    ops: list[Op] = []
    offers: list[str] = []
    for one in ready:
        lead = _to_assign(one, reading)
        if lead is None:
            continue
        turn = Round(one.cycle)
        choice = reading.desk.choose(lead, rules, now)
        if isinstance(choice, str):
            ops += leave_unassigned(lead, turn, now, choice)
            continue
        hand_off, offering = offer(
            lead,
            choice.person,
            turn,
            now,
            accept_within=rules.accept_within,
            reason=choice.reason,
            rule_id=choice.rule_id,
        )
        ops += offering
        offers.append(hand_off.offered_at)
    if offers:
        offered = count_ops(ready[0].lead_id, (offers[0], "offered", len(offers)))
        ops += [*reading.changes(), *offered]
    return ops


def _to_assign(ready: LeadBecameSalesReady, reading: Reading) -> Lead | None:
    receipt = hand_off_key(ready.lead_id, ready.cycle, 1)
    key = lead_key(ready.lead_id)
    item = reading.items.get((key["pk"], key["sk"]))
    if item is None or "redirect_to" in item or (receipt["pk"], receipt["sk"]) in reading.items:
        return None
    lead = from_item(item)
    overtaken = ready.cycle < lead.cycle
    return None if overtaken or lead.state not in _WAITING_STATES else lead
