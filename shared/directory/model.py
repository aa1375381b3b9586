"""People who work here, and their teams."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.kernel.calendars import BusinessCalendar, Zone, zone_of
from shared.platform.auth import ROLES

Word = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=60)
]
"""A territory or skill: compared without regard to case."""

Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""A name that stands in keys and addresses."""

LowerSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""The same without capitals, because the sign-in pool takes no notice of them."""

Words = Annotated[tuple[Word, ...], Field(max_length=50)]

MAX_WEIGHT: Final = 100

RESERVED: Final = frozenset({"me", "unassigned", "seed", "sign_in_pool", "new", "teams"})
"""Stand for an owner in lists, for who made a change or for a page beside people's, so nobody can
be called that."""


def _not_reserved(staff_id: str) -> str:
    if staff_id.lower() in RESERVED:
        raise ValueError("this name stands for something else")
    return staff_id


StaffSlug = Annotated[LowerSlug, AfterValidator(_not_reserved)]


class Leave(BaseModel):
    """Days off, both included: `{"from": "2025-06-02", "to": "2025-06-06"}`.

    They are dates on a wall clock in `zone`, or where the person works when that is not given.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    zone: Zone | None = None


def _orderly(leave: tuple[Leave, ...]) -> tuple[Leave, ...]:
    if any(one.last < one.first for one in leave):
        raise ValueError("leave ends no earlier than it begins")
    return leave


def _known_roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"there is no role {', '.join(sorted(unknown))}")
    return tuple(sorted(set(roles)))


def _one_readable_line(text: str) -> str:
    if any(category(one) in _UNPRINTABLE or one in _TURNING for one in text):
        raise ValueError("a name is one line without control characters")
    return text


_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_TURNING: Final = frozenset(chr(one) for one in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""They reorder what stands around a name. Scripts written from the right need none of them."""

Roles = Annotated[tuple[str, ...], AfterValidator(_known_roles)]
LeaveDays = Annotated[tuple[Leave, ...], Field(max_length=60), AfterValidator(_orderly)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_readable_line),
]
"""What somebody or something is called, in any script."""


def local_date(at: datetime, zone: str) -> date:
    """The date a calendar on the wall in `zone` shows at `at`."""
    return at.astimezone(zone_of(zone)).date()


class StaffMember(BaseModel):
    """One person. `staff_id` is their username in the sign-in pool.

    `weight` is their share of what is given out by weight, `capacity` how many open leads they
    take at most (`None`: any number). `disabled` people get nothing, are told nothing and are
    refused whatever they show; of others, sessions begun no later than `signed_out_at` are.
    """

    model_config = ConfigDict(frozen=True)

    staff_id: str
    name: str
    email: str
    roles: Roles = ()
    team_id: str | None = None
    territories: Words = ()
    skills: Words = ()
    weight: int = Field(default=1, ge=0, le=MAX_WEIGHT)
    capacity: int | None = Field(default=None, ge=0)
    accepts_leads: bool = False
    working_hours: BusinessCalendar
    leave: LeaveDays = ()
    disabled: bool = False
    signed_out_at: datetime | None = None
    version: int

    def on_leave(self, at: datetime) -> bool:
        """Whether `at` falls on a day off, by the calendar on the wall where it was taken."""
        return any(
            one.first <= local_date(at, one.zone or self.working_hours.zone) <= one.last
            for one in self.leave
        )


class Team(BaseModel):
    """People who share work. What nobody takes up goes to the manager."""

    model_config = ConfigDict(frozen=True)

    team_id: Slug
    name: str
    manager_id: str | None = None
    calendar: BusinessCalendar
    version: int


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewStaff(_Input):
    """What is needed to add a person (`POST /v1/staff`)."""

    staff_id: StaffSlug
    name: Name
    email: str = Field(max_length=254)
    roles: Roles = ()
    team_id: Slug | None = None
    territories: Words = ()
    skills: Words = ()
    weight: int = Field(default=1, ge=0, le=MAX_WEIGHT)
    capacity: int | None = Field(default=None, ge=0)
    accepts_leads: bool = False
    working_hours: BusinessCalendar
    leave: LeaveDays = ()


class StaffChange(_Input):
    """What to change of a person (`PATCH /v1/staff/{id}`): only the fields given.

    `team_id` and `capacity` may be set to `null`.
    """

    version: int
    name: Name = ""
    email: str = Field(default="", max_length=254)
    roles: Roles = ()
    team_id: Slug | None = None
    territories: Words = ()
    skills: Words = ()
    weight: int = Field(default=1, ge=0, le=MAX_WEIGHT)
    capacity: int | None = Field(default=None, ge=0)
    accepts_leads: bool = False
    working_hours: BusinessCalendar | None = None
    leave: LeaveDays = ()
    disabled: bool = False

    @property
    def about_sign_in(self) -> bool:
        """Whether it changes how somebody signs in: only administrators may."""
        return not self.model_fields_set.isdisjoint({"email", "roles", "disabled"})

    def given(self) -> dict[str, Any]:
        """The fields the caller named, without the version."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"version"}}


class TeamInput(_Input):
    """A team as a whole (`PUT /v1/teams/{id}`). `version` 0 makes a new one."""

    name: Name
    manager_id: Slug | None = None
    calendar: BusinessCalendar
    version: int = Field(ge=0)


Assignable = Literal["disabled", "not_taking_leads", "on_leave"]


def why_not(person: StaffMember, at: datetime) -> Assignable | None:
    """The first reason why nothing can be given to this person at `at`, if there is one."""
    if person.disabled:
        return "disabled"
    if not person.accepts_leads:
        return "not_taking_leads"
    return "on_leave" if person.on_leave(at) else None
