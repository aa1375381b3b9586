"""What the pages of people and teams take, as browsers send it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from shared.console import working_hours
from shared.directory.model import Leave, LeaveDays, NewStaff, Slug, StaffChange, TeamInput
from shared.kernel.errors import CrmError, FieldError
from shared.pages.reading import read

_ABOUT: Final = {
    "email_taken": "email",
    "staff_exists": "staff_id",
    "team_exists": "team_id",
    "last_admin": "roles",
}

HOURS = "working_hours"
CALENDAR = "calendar"


class VersionForm(BaseModel):
    """A form about something as it was read in `version`."""

    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=0)


class _NewTeam(BaseModel):
    team_id: Slug


class _OneLeave(BaseModel):
    leave: LeaveDays


def new_person(form: Mapping[str, str], roles: Sequence[str]) -> NewStaff:
    """Somebody to invite. Raises `Rejected`."""
    values = {
        **_facts(form),
        "staff_id": form.get("staff_id", "").strip() or _id_from(form.get("email", "")),
        "email": form.get("email", "").strip(),
        "roles": roles,
    }
    return read(NewStaff, values)


def changed_person(form: Mapping[str, str], roles: Sequence[str], *, sign_in: bool) -> StaffChange:
    """What somebody made of a person; of how they sign in only with `sign_in`."""
    values: dict[str, Any] = {**_facts(form), "version": form.get("version", "")}
    if sign_in:
        values |= {"email": form.get("email", "").strip(), "roles": roles}
    return read(StaffChange, values)


def leave_typed(form: Mapping[str, str]) -> Leave:
    """Days off; a single day needs no end. Raises `Rejected`."""
    first = form.get("from", "")
    one: dict[str, Any] = {"from": first, "to": form.get("to", "") or first}
    if form.get("zone"):
        one["zone"] = form["zone"]
    return read(Leave, one) if not first else read(_OneLeave, {"leave": [one]}).leave[0]


def team_id_typed(form: Mapping[str, str]) -> str:
    """What a new team shall be known by. Raises `Rejected`."""
    typed = form.get("team_id", "").strip() or form.get("name", "").strip().replace(" ", "-")
    return read(_NewTeam, {"team_id": typed.lower()}).team_id


def team_typed(form: Mapping[str, str]) -> TeamInput:
    """A team as a whole. Raises `Rejected`."""
    values = {
        "name": form.get("name", ""),
        "manager_id": form.get("manager_id") or None,
        "calendar": working_hours.typed(form, CALENDAR),
        "version": form.get("version", ""),
    }
    return read(TeamInput, values)


def pointed(error: CrmError) -> CrmError:
    """The same, pointing at the field of the form it is about, where it is about one."""
    field = _ABOUT.get(error.code)
    if field is None or error.fields:
        return error
    return type(error)(error.code, error.message, [FieldError(field, error.code, error.message)])


def words_in(text: str) -> list[str]:
    """What was typed with commas between."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _id_from(email: str) -> str:
    """What stands before the @, as far as an id may hold it."""
    name = email.partition("@")[0].strip().lower()
    return "".join(one for one in name if one.isascii() and (one.isalnum() or one in "._-"))


def _facts(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": form.get("name", ""),
        "team_id": form.get("team_id") or None,
        "territories": words_in(form.get("territories", "")),
        "skills": words_in(form.get("skills", "")),
        "weight": form.get("weight") or 1,
        "capacity": form.get("capacity") or None,
        "accepts_leads": "accepts_leads" in form,
        "working_hours": working_hours.typed(form, HOURS),
    }
