"""`/console/assignment…`: who gets which leads, changing it, and what it was before."""

from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.names import company_teams, names
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.platform.configuration import Standing
from shared.sales.assignment.changes import put_rules, roll_back_rules
from shared.sales.assignment.rules import NAME, AssignmentRules
from shared.sales.assignment.store import stored_rules
from shared.sales.leads.model import STANDARD_FACTS

from .schemas import Draft, VersionForm, placed

console = Console(Path(__file__).parent / "templates", "/console/assignment")

HOME: Final = "/console/assignment"
WRITERS: Final = ("sales_manager",)
READERS: Final = (*WRITERS, "rep", "analyst")
_SHOWN: Final = 30
_TESTED: Final = (*STANDARD_FACTS, "source", "score", "fit", "engagement")


@console.get(HOME, *READERS)
def in_force(request: PageRequest) -> Answer:
    """The rules in force, in the order in which they are tried."""
    return request.page("in_force.html", state=stored_rules.standing(NAME), **_frame(request))


@console.get(f"{HOME}/edit", *WRITERS)
def form(request: PageRequest) -> Answer:
    """The form to change them."""
    state = stored_rules.standing(NAME)
    return _form(request, Draft.of(_rules(state)), state.newest)


@console.post(f"{HOME}/edit", *WRITERS)
def edited(request: PageRequest) -> Answer:
    """A step of editing, or putting all of it in force."""
    version = read(VersionForm, request.form).version
    draft = Draft.typed(request.form)
    step = request.form.get("do", "save")
    if step != "save":
        teams = company_teams(request.now)
        draft.do(step, teams[0].team_id if teams else "")
        return _form(request, draft, version)
    try:
        rules = draft.rules()
        put_rules(rules, after=version, by=request.by.staff_id, now=request.now)
    except Stale as error:
        state = stored_rules.standing(NAME)
        both = _changes(_rules(state), rules)
        return _form(request, draft, state.newest, error, both)
    except CrmError as error:
        return _form(request, draft, version, placed(error))
    return request.redirect(HOME, done="These rules are in force within half a minute")


@console.get(f"{HOME}/versions", *READERS)
def versions(request: PageRequest) -> Answer:
    """Every version, newest first."""
    before = request.query.get("cursor", "")
    try:
        found, rest = stored_rules.history_page(
            NAME, limit=_SHOWN, before=int(before) if before.isdecimal() else None
        )
    except NotFound:
        found, rest = [], None
    people = names(request.now)
    return request.page("versions.html", found=found, next=rest, people=people, **_frame(request))


@console.get(f"{HOME}/versions/{{number}}", *READERS)
def version(request: PageRequest, number: str) -> Answer:
    """One version, and what rolling back to it would change."""
    return request.page("version.html", **_version(request, number))


@console.post(f"{HOME}/versions/{{number}}/rollback", *WRITERS)
def rolled_back(request: PageRequest, number: str) -> Answer:
    """Put an older version in force again, as a new one."""
    try:
        after = read(VersionForm, request.form).version
        made = roll_back_rules(
            _number(number), after=after, by=request.by.staff_id, now=request.now
        )
    except CrmError as error:
        return request.refused("version.html", placed(error), **_version(request, number))
    return request.redirect(HOME, done=f"Version {number} is in force again, as version {made}")


def _form(
    request: PageRequest,
    draft: Draft,
    version: int,
    error: CrmError | None = None,
    both: list[Difference] | None = None,
) -> Answer:
    return request.page(
        "edit.html",
        status=error.status if error else 200,
        draft=draft,
        version=version,
        error=error,
        both=both,
        errors={one.field: one.message for one in error.fields} if error else {},
        tested=_TESTED,
        **_frame(request),
    )


def _version(request: PageRequest, number: str) -> dict[str, Any]:
    one, state = stored_rules.beside(NAME, _number(number))
    return {
        "one": one,
        "state": state,
        "changes": _changes(_rules(state), one.value),
        "people": names(request.now),
        **_frame(request),
    }


def _changes(now: AssignmentRules, then: AssignmentRules) -> list[Difference]:
    return differences(now.model_dump(mode="json"), then.model_dump(mode="json"))


def _rules(state: Standing[AssignmentRules]) -> AssignmentRules:
    return state.active.value if state.active else AssignmentRules(rules=[])


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) < 7):
        raise NotFound("assignment_rules_not_found", "There is no such version")
    return int(text)


def _frame(request: PageRequest) -> dict[str, Any]:
    return {
        "may_edit": request.by.has(*WRITERS),
        "teams": {team.team_id: team.name for team in company_teams(request.now)},
    }


handle = console
