"""Bringing back what an older version of a person or a team said, as a new version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.platform.versions import OUTDATED, content

from .audit import STAFF, TEAM, directory
from .changes import change_staff, put_team
from .model import StaffChange, StaffMember, Team, TeamInput

Model = TypeVar("Model", bound=BaseModel)

_STAYS: Final = frozenset({"version", "email", "roles", "disabled"})
"""Who may sign in, and with which roles, is decided by itself, never brought back with the rest."""

BROUGHT_BACK: Final = StaffChange.model_fields.keys() - _STAYS
"""What a roll-back brings back of a person."""


def roll_back_staff(staff_id: str, to: int, *, after: int, by: str, now: datetime) -> StaffMember:
    """Change a person back to what version `to` said, but for how they sign in.

    Raises `NotFound`, `Stale` when `after` is not the newest version, and `Rejected` when `to` is
    no older one or what it said is no longer possible.
    """
    old = _older(STAFF, staff_id, to, after)
    given = {name: old[name] for name in BROUGHT_BACK if name in old}
    change = _as(StaffChange, given | {"version": after})
    return change_staff(staff_id, change, now, by=by, restored=to)


def roll_back_team(team_id: str, to: int, *, after: int, by: str, now: datetime) -> Team:
    """Change a team back to what version `to` said. Raises as `roll_back_staff` does."""
    old = _older(TEAM, team_id, to, after)
    given = {name: old[name] for name in TeamInput.model_fields if name in old}
    team = _as(TeamInput, given | {"version": after})
    return put_team(team_id, team, now, by=by, restored=to)


def _as(model: type[Model], said: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise Rejected("version_outdated", OUTDATED) from error


def _older(noun: str, id: str, to: int, after: int) -> Mapping[str, Any]:
    if to >= after:
        wrong = FieldError("to_version", "not_older", "Only an older version can come back")
        raise Rejected("validation_failed", fields=[wrong])
    old = content(directory, noun, id, to)
    if old is None:
        raise NotFound(f"{noun}_not_found", f"There is no such version of this {noun}")
    return old
