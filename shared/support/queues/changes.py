"""Putting other queues in force."""

from datetime import datetime

from shared.directory.repository import staff_member, teams
from shared.kernel.errors import FieldError, Rejected
from shared.platform.configuration import Version
from shared.platform.outside import NotAllowed, check_address

from .model import NAME, QueueRules
from .stored import stored_queues


def in_force() -> Version[QueueRules] | None:
    """The queues in force as just read; `None` where nobody has set any."""
    return stored_queues.in_force(NAME)


def put(
    rules: QueueRules, *, after: int, by: str, now: datetime, restored: int | None = None
) -> Version[QueueRules]:
    """Store and activate queues as the version after `after`. Raises `Stale`, and `Rejected`
    pointing at each team or person that does not exist."""
    known = {team.team_id for team in teams()}
    wrong: list[FieldError] = []
    for number, queue in enumerate(rules.queues):
        place = f"rules.queues.{number}"
        if queue.team_id is not None and queue.team_id not in known:
            wrong.append(FieldError(f"{place}.team_id", "team_not_found", "There is no such team"))
        elif queue.team_id is None and queue.strategy != "by_hand":
            missing = "Who is to get its tickets?"
            wrong.append(FieldError(f"{place}.team_id", "missing", missing))
        if queue.webhook is not None:
            try:
                check_address(queue.webhook)
            except NotAllowed as refused:
                wrong.append(FieldError(f"{place}.webhook", refused.code, refused.message))
        for field, people in (("supervisors", queue.supervisors), ("managers", queue.managers)):
            wrong += [
                FieldError(f"{place}.{field}.{n}", "staff_not_found", "There is no such person")
                for n, one in enumerate(people)
                if staff_member(one) is None
            ]
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    number = stored_queues.save(
        NAME, rules, by=by, at=now, after=after, activate=True, restored=restored
    )
    return stored_queues.version(NAME, number)


def roll_back(to: int, *, after: int, by: str, now: datetime) -> Version[QueueRules]:
    """Put what version `to` said in force again, as the version after `after`. Raises as `put`,
    and `NotFound`."""
    rules = stored_queues.older(NAME, to, than=after)
    return put(rules, after=after, by=by, now=now, restored=to)
