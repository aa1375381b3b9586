"""Putting other assignment rules in force."""

from datetime import datetime

from shared.directory.repository import teams
from shared.kernel.errors import FieldError, Rejected
from shared.platform.configuration import Version

from .rules import NAME, AssignmentRules
from .store import stored_rules


def rules_in_force() -> Version[AssignmentRules] | None:
    """The rules in force as just read, `None` where nobody has set any.

    They are the newest, for new ones are put in force as they are stored.
    """
    newest = stored_rules.newest(NAME)
    return stored_rules.version(NAME, newest) if newest else None


def put_rules(
    rules: AssignmentRules, *, after: int, by: str, now: datetime, restored: int | None = None
) -> int:
    """Store and activate `rules` as the version after `after`; its number. `restored` is the
    older version they come from, if they do.

    Raises `Stale`, and `Rejected` pointing at each rule whose team does not exist.
    """
    known = {team.team_id for team in teams()}
    problems = [
        FieldError(f"rules.rules.{i}.team", "team_not_found", "There is no such team")
        for i, rule in enumerate(rules.rules)
        if rule.team not in known
    ]
    if problems:
        raise Rejected("validation_failed", fields=problems)
    return stored_rules.save(
        NAME, rules, by=by, at=now, after=after, activate=True, restored=restored
    )


def roll_back_rules(to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version or names a team that
    is no more.
    """
    rules = stored_rules.older(NAME, to, than=after)
    return put_rules(rules, after=after, by=by, now=now, restored=to)
