"""Everybody, page by page."""

from typing import Any

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key

from . import repository
from .model import StaffMember


def list_staff(
    *, team_id: str | None, limit: int, cursor: str | None
) -> tuple[list[StaffMember], str | None]:
    """Up to `limit` people of a team, or of all, with the next page's cursor.

    Without a team it goes team by team, those without one last.
    """
    scope = f"staff:{team_id or ''}"
    at = unseal(cursor, key("cursor"), scope) if cursor else {}
    order = [team_id] if team_id else _teams_in_order()
    if at:
        order = [one for one in order if _rank(one) >= _rank(at["team"])]
    found: list[StaffMember] = []
    after = _position(at)
    for team in order:
        if len(found) == limit:
            return found, seal({"team": team}, key("cursor"), scope)
        page = repository.page_of(team, limit=limit - len(found), after=after)
        found += [StaffMember.model_validate(item) for item in page.items]
        after = None
        if page.after:
            rest = {"team": team, "staff_id": str(page.after["team_sk"])}
            return found, seal(rest, key("cursor"), scope)
    return found, None


def _teams_in_order() -> list[str]:
    return sorted((*(team.team_id for team in repository.teams()), repository.NO_TEAM), key=_rank)


def _rank(team_id: str) -> tuple[bool, str]:
    return team_id == repository.NO_TEAM, team_id


def _position(at: dict[str, str]) -> dict[str, Any] | None:
    if "staff_id" not in at:
        return None
    staff_id = at["staff_id"]
    index = {"team_pk": f"TEAM#{at['team']}", "team_sk": staff_id}
    return repository.staff_key(staff_id) | index
