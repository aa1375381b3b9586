"""Finding a lead another owner by the rules, when the one it had is out of the question."""

from datetime import datetime

from shared.platform.requests import Op
from shared.sales.assignment.store import active_rules, read_desk
from shared.sales.leads.model import Lead

from .model import HandOff
from .offers import Round, leave_unassigned, offer


def pass_on(lead: Lead, turn: Round, why: str, now: datetime) -> tuple[list[Op], HandOff | None]:
    """The operations that offer `lead` to somebody else, and the hand-off made; without one they
    leave it where leads wait that nobody can take.

    The hand-off before is the caller's to close, the load of its owner to count down.
    """
    found = by_rules(lead, turn, why, now)
    if found is None:
        return leave_unassigned(lead, turn, now, f"{why}, nobody else to take it"), None
    return found


def by_rules(lead: Lead, turn: Round, why: str, now: datetime) -> tuple[list[Op], HandOff] | None:
    """The operations that offer `lead` to whom the rules choose of those not tried yet."""
    rules = active_rules(now)
    reading = read_desk(rules)
    choice = reading.desk.choose(lead, rules, now, turn.tried)
    if isinstance(choice, str):
        return None
    given, ops = offer(
        lead,
        choice.person,
        turn,
        now,
        accept_within=rules.accept_within,
        reason=f"{why}, {choice.reason}",
        rule_id=choice.rule_id,
    )
    return [*ops, *reading.changes()], given
