"""Where the company's people are kept (table `directory`).

| entity | pk | sk |
|---|---|---|
| person, carrying `StaffChanged` | `STAFF#<staff_id>` | `STAFF` |
| team | `TEAMS` | `<team_id>` |
| what changed, and each version of both | see `audit` | |
| addresses, the number of administrators | see `claims` | |
| what the sign-in pool agreed to | see `pool.repository` | |

| question | key | asked by |
|---|---|---|
| one person | table | staff_directory, lead_update, hand_off_notice, hand_off_timeout |
| people of a team, or of none | `by_team`: `TEAM#<team_id>`, `<staff_id>` | staff_directory, console_people, lead_assign, hand_off_timeout |
| one team, all teams | table, `TEAMS` | staff_directory, hand_off_notice, hand_off_timeout |

All teams share a partition: they are few, small, and change a few times a year. All people are
listed team by team, so that no index key is shared by everybody.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from shared.kernel.errors import Conflict, Stale
from shared.kernel.events import DomainEvent
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Page, Table
from shared.platform.writes import ConditionFailed

from .audit import STAFF, TEAM, kept, made
from .claims import EMAIL_FREE, claim_ops
from .model import StaffMember, Team
from .tables import DIRECTORY

NO_TEAM: Final = "-"
"""Stands for "no team" in the index; a team's id never looks like this."""

directory = Table(DIRECTORY)

_MOST_MET: Final = 100


def staff_key(staff_id: str) -> dict[str, str]:
    """The key of a person's item."""
    return {"pk": f"STAFF#{staff_id}", "sk": "STAFF"}


def staff_member(staff_id: str) -> StaffMember | None:
    """One person. One strong read."""
    item = directory.get(staff_key(staff_id))
    return person_in(item) if item else None


def person_in(item: Item) -> StaffMember:
    """The person a stored item stands for. Whoever asks for one page asks for the next, and what
    they are has rarely changed: the same item is not read into a model again."""
    met = _met()
    known = met.get(item["pk"])
    if known and known[0] == item:
        return known[1]
    if len(met) >= _MOST_MET:
        met.clear()
    person = StaffMember.model_validate(item)
    met[item["pk"]] = (item, person)
    return person


@lru_cache(maxsize=1)
def _met() -> dict[str, tuple[Item, StaffMember]]:
    return {}


def people_of(team_id: str) -> list[StaffMember]:
    """Everybody in a team, by id; about a second behind. One query per megabyte."""
    items = directory.query_all(f"TEAM#{team_id}", index="by_team")
    return [StaffMember.model_validate(item) for item in items]


def page_of(team_id: str, *, limit: int, after: dict[str, Any] | None) -> Page:
    """Some of the people of a team, by id."""
    return directory.query(f"TEAM#{team_id}", index="by_team", limit=limit, after=after)


def add_person(
    person: StaffMember,
    events: Sequence[DomainEvent],
    at: datetime,
    *,
    by: str,
    request_hash: str | None = None,
) -> None:
    """Store a new person, added by `by`. Raises `ConditionFailed` when there is one of that id,
    and `Conflict` when their address is somebody else's."""
    absent = Condition(
        "staff_new", "attribute_not_exists(#pk)", "adding a person must not replace another"
    )
    extra = {"request_hash": request_hash} if request_hash else {}
    put = Put(staff_attributes(person) | extra, absent, events=events)
    change = made(STAFF, person.staff_id, person.version, by=by, at=at)
    claims = claim_ops(None, person, last_admin=False)
    try:
        directory.write(put, *kept(change, person.model_dump_json()), *claims)
    except ConditionFailed as refused:
        if absent.name in refused.conditions:
            raise
        raise _conflict(refused) from refused


def replace_person(
    before: StaffMember,
    person: StaffMember,
    events: Sequence[DomainEvent],
    at: datetime,
    *,
    by: str,
    restored: int | None = None,
    last_admin: bool = False,
) -> None:
    """Store a person whom `by` changed from `before` (back to what version `restored` said).

    Raises `Stale` with the person as they are, and `Conflict` when their address is somebody
    else's or, unless `last_admin` may go, nobody were left to administer.
    """
    unchanged = Condition(
        "staff_unchanged",
        "#version = :after",
        "two people changing one at once must not overwrite each other",
        {"after": before.version},
    )
    change = made(STAFF, person.staff_id, person.version, by=by, at=at, restored=restored)
    put = Put(staff_attributes(person), unchanged, events=events)
    claims = claim_ops(before, person, last_admin=last_admin)
    try:
        directory.write(put, *kept(change, person.model_dump_json()), *claims)
    except ConditionFailed as refused:
        if unchanged.name in refused.conditions:
            raise stale(StaffMember.model_validate(refused.found(0))) from refused
        raise _conflict(refused) from refused


def stale(now: StaffMember) -> Stale:
    """Somebody changed the person meanwhile; `current` is how they are `now`."""
    return Stale("version_stale", version=now.version, current=now.model_dump(mode="json"))


def _conflict(refused: ConditionFailed) -> Conflict:
    if EMAIL_FREE in refused.conditions:
        return Conflict("email_taken", "Somebody else signs in by this address")
    return Conflict("last_admin", "Nobody else is left to administer")


def team(team_id: str) -> Team | None:
    """One team. One strong read."""
    item = directory.get({"pk": "TEAMS", "sk": team_id})
    return Team.model_validate(item) if item else None


def teams() -> list[Team]:
    """Every team, by id."""
    return [Team.model_validate(item) for item in directory.query_all("TEAMS", consistent=True)]


def save_team(changed: Team, *, by: str, at: datetime, restored: int | None = None) -> None:
    """Store a team that `by` changed (back to what version `restored` said), whose version is one more than the stored one's (none: 0). Raises `Stale`,
    or `Conflict` where a new team's id is taken."""
    after = changed.version - 1
    unchanged = Condition(
        "team_unchanged",
        "#version = :after" if after else "attribute_not_exists(#pk)",
        "two people changing one at once must not overwrite each other",
        {"after": after} if after else {},
    )
    item = {"pk": "TEAMS", "sk": changed.team_id, **changed.model_dump(mode="json")}
    change = made(TEAM, changed.team_id, changed.version, by=by, at=at, restored=restored)
    try:
        directory.write(Put(item, unchanged), *kept(change, changed.model_dump_json()))
    except ConditionFailed as refused:
        version = int((refused.found(0) or {}).get("version", 0))
        if not after:
            raise Conflict(
                "team_exists", "There is a team of that id", version=version
            ) from refused
        raise Stale("version_stale", version=version) from refused


def staff_attributes(person: StaffMember) -> dict[str, Any]:
    """A person as stored, with their keys."""
    return {
        **staff_key(person.staff_id),
        "team_pk": f"TEAM#{person.team_id or NO_TEAM}",
        "team_sk": person.staff_id,
        **person.model_dump(mode="json"),
    }
