"""People, teams and assignment rules to start a test from."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from shared.directory.model import StaffMember, Team
from shared.directory.repository import (
    add_person,
    directory,
    save_team,
    staff_attributes,
    staff_member,
)
from shared.kernel.calendars import BusinessCalendar
from shared.platform.requests import Put
from shared.sales.assignment.rules import NAME, AssignmentRules
from shared.sales.assignment.store import stored_rules
from shared.sales.events import LeadBecameSalesReady
from tests.builders import lead_id

HIRED: Final = datetime(2025, 1, 1, tzinfo=UTC)
WORKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri")
KATHMANDU: Final = BusinessCalendar(
    zone="Asia/Kathmandu", hours={day: ["10:00-17:00"] for day in WORKDAYS}
)
FRIDAY_AFTERNOON: Final = datetime(2025, 6, 6, 9, 15, tzinfo=UTC)
"""Friday 15:00 in Kathmandu: two business hours are left of the week."""

MANAGER: Final = ("maya", ["sales_manager"])


def person(name: str, **more: Any) -> StaffMember:
    """A salesperson of team `sales` who takes leads. Their id is their name."""
    given: dict[str, Any] = {
        "staff_id": name,
        "name": name.title(),
        "email": f"{name}@example.com",
        "roles": ("rep",),
        "team_id": "sales",
        "accepts_leads": True,
        "working_hours": KATHMANDU,
        "version": 1,
    }
    return StaffMember.model_validate(given | more)


def hire(*people: StaffMember) -> None:
    """Store people, long known to everybody."""
    for one in people:
        add_person(one, [], HIRED, by="seed")


def employed(staff_id: str, roles: Sequence[str]) -> None:
    """See that there is such a person, with these roles: who asks is looked up. Tells nobody."""
    found = staff_member(staff_id)
    if found is None or set(found.roles) != set(roles):
        known = found or person(staff_id, team_id=None, accepts_leads=False)
        one = known.model_copy(update={"roles": tuple(roles)})
        directory.write(Put(staff_attributes(one)))


def a_team(team_id: str = "sales", *, manager: str | None = "maya") -> None:
    """Store a team."""
    save_team(
        Team(
            team_id=team_id,
            name=team_id.title(),
            manager_id=manager,
            calendar=KATHMANDU,
            version=1,
        ),
        by="seed",
        at=HIRED,
    )


def rules(*listed: dict[str, Any], **more: Any) -> AssignmentRules:
    """Assignment rules; a rule's missing parts are those of one for everybody in `sales`."""
    given = listed or ({},)
    return AssignmentRules.model_validate(
        {"rules": [{"id": "everyone", "team": "sales", **one} for one in given], **more}
    )


def rules_in_force(*listed: dict[str, Any], **more: Any) -> None:
    """Put assignment rules in force."""
    stored_rules.save(NAME, rules(*listed, **more), by="maya", at=HIRED, after=0, activate=True)


def sales_team(**weights: int) -> None:
    """Team `sales` with its manager maya, these people by weight, and the rule for everybody."""
    hire(person("maya", roles=("sales_manager",), accepts_leads=False))
    hire(*(person(name, weight=weight) for name, weight in weights.items()))
    a_team()
    rules_in_force()


def ready(number: int = 1, *, cycle: int = 1, at: datetime = HIRED) -> LeadBecameSalesReady:
    """The event that says the n-th lead became ready for sales."""
    return LeadBecameSalesReady(
        event_id=f"ready-{number}-{cycle}",
        occurred_at=at,
        lead_id=lead_id(number),
        cycle=cycle,
        score="100.00",
        threshold="100",
        trigger="score",
        rules_version=1,
    )


def ready_many(numbers: Sequence[int]) -> list[LeadBecameSalesReady]:
    """`ready` for each number."""
    return [ready(number) for number in numbers]
