"""`/console/scoring`: the rules in force, drafts, trying them out, activating, rolling back."""

import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.json_places import line_of, lines_of
from shared.console.names import names
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read, read_json
from shared.platform.configuration import Version
from shared.sales.leads.listing import in_short
from shared.sales.leads.query import full_name
from shared.sales.scoring.comparison import rule_changes
from shared.sales.scoring.dry_runs import DryRun, dry_run, start_dry_run
from shared.sales.scoring.rule_sets import (
    activate_rule_set,
    beside_those_in_force,
    roll_back_rule_set,
    rule_set,
    rule_sets,
    save_rule_set,
    standing,
)
from shared.sales.scoring.rules import RuleSet

from .schemas import AT, EVENTS, FACTS, Draft, placed

console = Console(Path(__file__).parent / "templates", "/console/scoring")

WRITERS: Final = ("sales_manager", "marketer")
READERS: Final = (*WRITERS, "analyst", "rep")
_HOME: Final = "/console/scoring"
_SHOWN: Final = 20
_FORM_ROWS: Final = 60
"""A form of more rules than this would not fit into a post: they are edited as JSON."""


@console.get("/console/scoring", *READERS)
def in_force(request: PageRequest) -> Answer:
    """The rules in force."""
    return request.page("in_force.html", state=standing(), **_frame(request))


@console.get("/console/scoring/versions", *READERS)
def listed(request: PageRequest) -> Answer:
    """Every version, with what it changed in the one before."""
    found, rest = rule_sets(_SHOWN, request.query.get("cursor"))
    changes = {
        later.number: rule_changes(earlier.value, later.value) for later, earlier in pairwise(found)
    }
    return request.page("versions.html", found=found, next=rest, changes=changes, **_frame(request))


@console.get("/console/scoring/versions/{version}", *READERS)
def shown(request: PageRequest, version: str) -> Answer:
    """One version, beside the one in force."""
    return request.page("version.html", **_version(request, version))


@console.post("/console/scoring/versions/{version}/activate", *WRITERS)
def activated(request: PageRequest, version: str) -> Answer:
    """Put a version in force in place of the one whose difference was shown."""
    view = _version(request, version)
    active = view["state"].active
    if request.form.get("instead_of", "0") != str(active.number if active else 0):
        return _overtaken(request, view, "Other rules were put in force meanwhile")
    activate_rule_set(view["one"].number, by=request.by.staff_id, at=request.now)
    return request.redirect(_HOME, done=f"Version {version} is in force")


@console.post("/console/scoring/versions/{version}/rollback", *WRITERS)
def rolled_back(request: PageRequest, version: str) -> Answer:
    """What an older version said is in force again, as a new version."""
    try:
        number = roll_back_rule_set(
            _number(version),
            after=_number(request.form.get("after", "")),
            by=request.by.staff_id,
            at=request.now,
        )
    except Stale:
        view = _version(request, version)
        return _overtaken(request, view, "Somebody saved another version meanwhile")
    done = f"Version {version} is in force again, as version {number}"
    return request.redirect(_HOME, done=done)


@console.post("/console/scoring/versions/{version}/dry-run", *WRITERS)
def tried_out(request: PageRequest, version: str) -> Answer:
    """Count what a version would have handed over; a double click counts once."""
    run = start_dry_run(
        by=request.by.staff_id,
        now=request.now,
        body=f"version {_number(version)}".encode(),
        idempotency_key=request.form.get("key") or None,
        version=_number(version),
    )
    return request.redirect(f"{_HOME}/dry-runs/{run.dry_run_id}")


@console.get("/console/scoring/dry-runs/{dry_run_id}", *READERS)
def dry_run_shown(request: PageRequest, dry_run_id: str) -> Answer:
    """How far a dry run has come, and its effect."""
    return request.page("dry_run.html", **_dry_run(request, dry_run_id))


@console.get("/console/scoring/dry-runs/{dry_run_id}/progress", *READERS)
def dry_run_progress(request: PageRequest, dry_run_id: str) -> Answer:
    """The part of that page that renews itself until the dry run is done."""
    return request.page("progress.html", **_dry_run(request, dry_run_id))


@console.get("/console/scoring/edit", *WRITERS)
def edited(request: PageRequest) -> Answer:
    """The editor, beginning with the rules in force or with the version of `?from=`."""
    start = request.query.get("from", "")
    found, state = beside_those_in_force(_number(start)) if start else (None, standing())
    found = found or state.active
    if found is None and state.newest:
        return request.redirect(f"{_HOME}/edit?from={state.newest}")
    rules = found.value if found else RuleSet(threshold=Decimal(100), groups=[])
    view = {"after": state.newest, "start": found.number if found else 0}
    rows = len(rules.behaviour) + len(rules.profile)
    if request.query.get("as") == "json" or rows > _FORM_ROWS:
        return _json_editor(request, _as_json(rules), **view, too_many=rows > _FORM_ROWS)
    return _form_editor(request, Draft.of(rules), **view)


@console.post("/console/scoring/edit", *WRITERS)
def saved(request: PageRequest) -> Answer:
    """Save the draft, or change the form: `do` says which button was pressed."""
    form = request.form
    draft = Draft.posted(form)
    text = form.get("json")
    view: dict[str, Any] = {name: _posted_number(form.get(name)) for name in ("after", "start")}
    do, _, what = form.get("do", "save").partition(":")
    if do in ("add", "remove"):
        section, _, number = what.partition(":")
        draft.changed(section, number)
        return _form_editor(request, draft, **view)
    if do == "json":
        return _json_editor(request, json.dumps(draft.data(), indent=2, ensure_ascii=False), **view)
    try:
        rules = read(RuleSet, draft.data(), AT) if text is None else read_json(RuleSet, text, AT)
        if do == "form":
            return _form_editor(request, Draft.of(rules), **view)
        by = request.by.staff_id
        saved_as = save_rule_set(rules, by=by, at=request.now, after=view["after"])
    except Stale as stale:
        view["after"] = int(str(stale.extra["version"]))
        theirs = rule_set(view["after"])
        view |= {"theirs": theirs, "differ": rule_changes(theirs.value, rules)}
        return _editor(request, draft, text, stale, **view)
    except CrmError as error:
        return _editor(request, draft, text, error, **view)
    done = f"Saved as version {saved_as}. It is not in force yet"
    return request.redirect(f"{_HOME}/versions/{saved_as}", done=done)


def _editor(
    request: PageRequest, draft: Draft, text: str | None, error: CrmError, **view: Any
) -> Answer:
    """The editor again, with what was typed and what is wrong with it."""
    if text is None:
        errors = placed(error.fields, draft)
        return _form_editor(request, draft, error=error, errors=errors, **view)
    return _json_editor(request, text, error=error, **view)


def _form_editor(request: PageRequest, draft: Draft, **view: Any) -> Answer:
    lists = {"events": EVENTS, "facts": FACTS}
    return _answer(request, "edit_form.html", draft=draft, **lists, **view)


def _json_editor(request: PageRequest, text: str, **view: Any) -> Answer:
    error = view.get("error")
    places = []
    if error and error.fields:
        at = lines_of(text)
        for one in error.fields:
            path = one.field.removeprefix(f"{AT}.")
            places.append((line_of(at, path), path, one.message))
    return _answer(request, "edit_json.html", text=text, places=sorted(places), **view)


def _answer(request: PageRequest, template: str, **view: Any) -> Answer:
    error = view.get("error")
    defaults: dict[str, Any] = {"error": None, "theirs": None, "differ": [], "too_many": False}
    page = request.page(
        template, error.status if error else 200, **{**defaults, **view, **_frame(request)}
    )
    # Pressing a button of the form leads nowhere one could come back to.
    page.headers["hx-push-url"] = "false"
    return page


def _overtaken(request: PageRequest, view: dict[str, Any], message: str) -> Answer:
    stale = Stale("version_stale", f"{message}. Look at the difference again")
    return request.page("version.html", stale.status, **view | {"problem": stale.message})


def _version(request: PageRequest, version: str) -> dict[str, Any]:
    one, state = beside_those_in_force(_number(version))
    active: Version[RuleSet] | None = state.active
    return {
        "one": one,
        "state": state,
        "older": active is not None and one.number < active.number,
        "changes": rule_changes(active.value if active else None, one.value),
        "key": request.id,
        "problem": "",
        **_frame(request),
    }


def _dry_run(request: PageRequest, dry_run_id: str) -> dict[str, Any]:
    run: DryRun = dry_run(dry_run_id)
    shown = [*run.extra_leads, *run.fewer_leads] if run.state == "done" else []
    called = {
        lead_id: full_name(lead.facts) or lead.facts.get("email", lead_id)
        for lead_id, lead in in_short(shown).items()
    }
    return {"run": run, "called": called, **_frame(request)}


def _frame(request: PageRequest) -> dict[str, Any]:
    return {"people": names(request.now), "may_edit": request.by.has(*WRITERS)}


def _as_json(rules: RuleSet) -> str:
    data = rules.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, indent=2, ensure_ascii=False)


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("scoring_rules_not_found", "There is no such version")
    return int(text)


def _posted_number(text: str | None) -> int:
    return _number(text) if text else 0


handle = console
