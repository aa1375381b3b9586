"""The people of the company as pages name them, remembered for a minute per process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from shared.directory.model import Team
from shared.directory.repository import NO_TEAM, people_of, teams

REMEMBERED_SECONDS: Final = 60
"""So long a page may show a name that was changed, or miss somebody who is new."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the company, in short."""

    staff_id: str
    name: str
    team_id: str | None
    roles: tuple[str, ...]
    accepts_leads: bool
    disabled: bool


def colleagues(now: datetime) -> tuple[Colleague, ...]:
    """Everybody, by name. One query per team, at most once a minute."""
    return _everybody(int(now.timestamp()) // REMEMBERED_SECONDS)


def names(now: datetime) -> dict[str, str]:
    """Everybody's name by their id."""
    return {one.staff_id: one.name for one in colleagues(now)}


def sellers(now: datetime) -> tuple[Colleague, ...]:
    """Those who can be given leads by hand: reps, sales managers and whoever takes leads."""
    selling = {"rep", "sales_manager"}
    return tuple(
        one
        for one in colleagues(now)
        if not one.disabled and (one.accepts_leads or selling.intersection(one.roles))
    )


def company_teams(now: datetime) -> tuple[Team, ...]:
    """Every team, by name. One query, at most once a minute."""
    return _teams(int(now.timestamp()) // REMEMBERED_SECONDS)


def forget() -> None:
    """Read all anew: this process has just changed somebody or a team."""
    _everybody.cache_clear()
    _teams.cache_clear()


@lru_cache(maxsize=1)
def _teams(minute: int) -> tuple[Team, ...]:
    return tuple(sorted(teams(), key=lambda one: (one.name.casefold(), one.team_id)))


@lru_cache(maxsize=1)
def _everybody(minute: int) -> tuple[Colleague, ...]:
    ids = [*(team.team_id for team in teams()), NO_TEAM]
    found = [
        Colleague(
            staff_id=one.staff_id,
            name=one.name,
            team_id=one.team_id,
            roles=one.roles,
            accepts_leads=one.accepts_leads,
            disabled=one.disabled,
        )
        for team_id in ids
        for one in people_of(team_id)
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.staff_id)))
