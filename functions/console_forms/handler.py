"""`/console/forms`: web forms, their editor with a preview, their snippet, their versions."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.names import names
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, FieldError, NotFound, Rejected, Stale
from shared.pages.reading import read
from shared.platform.entry.http import reply
from shared.sales.forms import pages
from shared.sales.forms.model import Form
from shared.sales.forms.places import page_url
from shared.sales.forms.repository import (
    all_forms,
    form_version,
    form_versions,
    roll_back_form,
    save_form,
    standing,
)
from shared.sales.forms.snippet import snippet

from .schemas import Draft, placed

console = Console(Path(__file__).parent / "templates", "/console/forms")

_MAY: Final = ("marketer", "sales_manager")
_HOME: Final = "/console/forms"
_NEW: Final = "new"
_SHOWN: Final = 20


@console.get("/console/forms", *_MAY)
def listed(request: PageRequest) -> Answer:
    """Every form with its public address."""
    found = sorted(all_forms(), key=lambda one: one.value.title.casefold())
    addresses = {one.name: page_url(one.name) for one in found}
    return request.page("forms.html", found=found, addresses=addresses, people=names(request.now))


@console.get("/console/forms/new", *_MAY)
def begun(request: PageRequest) -> Answer:
    """The editor of a form there is not yet."""
    draft = Draft.posted({"submit_label": "Send", "language": "en"})
    draft.rows = [{"name": "email", "label": "E-mail", "kind": "email", "required": "yes"}]
    return _editor(request, _NEW, draft, 0)


@console.get("/console/forms/{form_id}", *_MAY)
def edited(request: PageRequest, form_id: str) -> Answer:
    """The editor of a form, with its preview."""
    found = standing(form_id)
    return _editor(request, form_id, Draft.of(found.value), found.number)


@console.post("/console/forms/{form_id}", *_MAY)
def saved(request: PageRequest, form_id: str) -> Answer:
    """Put the form into force as typed, or change its editor: `do` says which button."""
    form = request.form
    draft, after = Draft.posted(form), _number(form.get("after") or "0")
    do, _, number = form.get("do", "save").partition(":")
    if do in ("add", "remove", "up"):
        draft.changed(do, number)
        return _editor(request, form_id, draft, after, typed_at=True)
    name = form.get("form_id", "").strip() if form_id == _NEW else form_id
    try:
        wanted = read(Form, draft.data())
        if name == _NEW:
            raise Rejected("validation_failed", fields=[FieldError("form_id", "taken", "Not this")])
        save_form(name, wanted, by=request.by, at=request.now, after=after)
    except Stale as stale:
        theirs = standing(name)
        differ = differences(_data(theirs.value), _data(wanted))
        view = {"theirs": theirs, "differ": differ, "error": stale}
        return _editor(request, form_id, draft, theirs.number, typed_at=True, **view)
    except CrmError as error:
        return _editor(request, form_id, draft, after, typed_at=True, error=error)
    done = "Saved. It is in force everywhere within half a minute"
    return request.redirect(f"{_HOME}/{name}", done=done)


@console.get("/console/forms/{form_id}/preview", *_MAY)
def previewed(request: PageRequest, form_id: str) -> Answer:
    """A form as visitors see it, for a frame of these pages: the one in force or a version."""
    version = request.query.get("version")
    found = form_version(form_id, _number(version))[0] if version else standing(form_id)
    return _preview(found.value, form_id)


@console.post("/console/forms/{form_id}/preview", *_MAY)
def tried(request: PageRequest, form_id: str) -> Answer:
    """The same of what is being typed. Stores nothing."""
    draft = Draft.posted(request.form)
    try:
        return _preview(read(Form, draft.data()), form_id)
    except CrmError as error:
        answer = request.page("no_preview.html", error.status, error=error)
        answer.headers.update(pages.preview_headers())
        return answer


@console.get("/console/forms/{form_id}/snippet", *_MAY)
def shown_snippet(request: PageRequest, form_id: str) -> Answer:
    """What to copy into a page."""
    found = standing(form_id)
    text = snippet(found.value, form_id, request.now)
    return request.page("snippet.html", one=found, text=text, address=page_url(form_id))


@console.get("/console/forms/{form_id}/versions", *_MAY)
def versions(request: PageRequest, form_id: str) -> Answer:
    """Every version, with what it changed in the one before."""
    before = request.query.get("cursor")
    found, rest = form_versions(form_id, _SHOWN, _number(before) if before else None)
    changes = {
        later.number: differences(_data(earlier.value), _data(later.value))
        for later, earlier in pairwise(found)
    }
    view: dict[str, Any] = {"form_id": form_id, "found": found, "next": rest, "changes": changes}
    return request.page("versions.html", people=names(request.now), **view)


@console.get("/console/forms/{form_id}/versions/{version}", *_MAY)
def version_shown(request: PageRequest, form_id: str, version: str) -> Answer:
    """One version, beside the one in force."""
    return request.page("version.html", **_version(request, form_id, version))


@console.post("/console/forms/{form_id}/versions/{version}/rollback", *_MAY)
def rolled_back(request: PageRequest, form_id: str, version: str) -> Answer:
    """What an older version said is in force again, as a new version."""
    after, to = _number(request.form.get("after", "")), _number(version)
    try:
        number = roll_back_form(form_id, to, by=request.by, at=request.now, after=after)
    except Stale as stale:
        view = _version(request, form_id, version)
        view["problem"] = "Somebody saved the form meanwhile. Look at the difference again"
        return request.page("version.html", stale.status, **view)
    done = f"Version {version} is in force again, as version {number}"
    return request.redirect(f"{_HOME}/{form_id}", done=done)


def _editor(request: PageRequest, form_id: str, draft: Draft, after: int, **view: Any) -> Answer:
    error: CrmError | None = view.pop("error", None)
    errors = placed(error.fields, draft) if error else {}
    answer = request.page(
        "edit.html",
        error.status if error else 200,
        form_id=form_id,
        draft=draft,
        after=after,
        error=error,
        errors=errors,
        new_id=request.form.get("form_id", "") if request.method == "POST" else "",
        address=page_url(form_id),
        people=names(request.now),
        **{"typed_at": False, "theirs": None, "differ": [], **view},
    )
    # Pressing a button of the editor leads nowhere one could come back to.
    if request.method == "POST":
        answer.headers["hx-push-url"] = "false"
    return answer


def _preview(form: Form, form_id: str) -> Answer:
    html = pages.render(form, form_id)
    return reply(200, html, headers=pages.preview_headers(), media_type=pages.MEDIA_TYPE)


def _version(request: PageRequest, form_id: str, version: str) -> dict[str, Any]:
    one, now = form_version(form_id, _number(version))
    return {
        "one": one,
        "active": now,
        "differ": differences(_data(now.value), _data(one.value)),
        "people": names(request.now),
        "problem": "",
    }


def _data(form: Form) -> Mapping[str, Any]:
    return form.model_dump(mode="json")


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("form_not_found", "There is no such version")
    return int(text)


handle = console
