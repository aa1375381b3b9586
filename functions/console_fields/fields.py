"""Custom fields of contacts or accounts: a table, and one field at a time to be changed. Each
change is another version of the whole list."""

from collections.abc import Iterable
from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.customers.custom_fields.changes import noun_of, put_fields
from shared.customers.custom_fields.model import NOUNS, CustomField, CustomFields, Noun
from shared.customers.custom_fields.repository import NONE, stored_fields
from shared.directory.audit_log import READERS
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.platform.auth import ADMIN, ROLES
from shared.platform.configuration import Standing
from shared.platform.requests import Key
from shared.platform.tables import Table

from .schemas import FIELD_WRITERS, TYPES, VersionForm, custom_field, whole, wrong

State = Standing[CustomFields]


def where(noun: str = "contact") -> tuple[Table, Key] | None:
    """Where those of a noun are."""
    return stored_fields.head_of(noun) if noun in NOUNS else None


def first(request: PageRequest) -> Answer:
    """Those of contacts."""
    return listed(request, "contact")


def listed(request: PageRequest, noun: str) -> Answer:
    """All of one noun, in the order they are shown."""
    of = noun_of(noun)
    return request.page(
        "fields.html", **_view(request, of, stored_fields.standing_in(request.found))
    )


def new(request: PageRequest, noun: str) -> Answer:
    """The form for another one."""
    of = noun_of(noun)
    return _form(request, of, stored_fields.standing(of), None)


def added(request: PageRequest, noun: str) -> Answer:
    """Add it behind the others."""
    of, state = noun_of(noun), stored_fields.standing(noun_of(noun))
    try:
        mine = whole(CustomField, custom_field(request.form, request.form_lists, {}))
        if mine.name in _fields(state).named():
            raise wrong("name", "name_taken", "Another field has this name")
        _put(request, of, [*_fields(state).fields, mine])
    except CrmError as error:
        return _form(request, of, stored_fields.standing(of), None, error)
    done = f"{mine.label} is asked for and shown within half a minute"
    return request.redirect(f"/console/fields/{of}", done=done)


def form(request: PageRequest, noun: str, name: str) -> Answer:
    """The form to change one."""
    of = noun_of(noun)
    state = stored_fields.standing(of)
    return _form(request, of, state, _named(state, name))


def changed(request: PageRequest, noun: str, name: str) -> Answer:
    """Change one. Changed meanwhile: both versions, to choose."""
    of = noun_of(noun)
    state = stored_fields.standing(of)
    known = _named(state, name)
    mine: CustomField | None = None
    try:
        given = custom_field(request.form, request.form_lists, known.model_dump())
        mine = whole(CustomField, given)
        _put(request, of, [mine if one.name == name else one for one in _fields(state).fields])
    except Stale as error:
        state = stored_fields.standing(of)
        stored = _named(state, name)
        both = (
            differences(stored.model_dump(mode="json"), mine.model_dump(mode="json"))
            if mine
            else []
        )
        return _form(request, of, state, stored, error, both)
    except CrmError as error:
        return _form(request, of, state, known, error)
    return request.redirect(f"/console/fields/{of}", done="In force within half a minute")


def moved(request: PageRequest, noun: str, name: str) -> Answer:
    """Show one before or behind its neighbour."""
    of = noun_of(noun)
    state = stored_fields.standing(of)
    listed = [one for one in _fields(state).fields if one.name != name]
    at = [one.name for one in _fields(state).fields].index(_named(state, name).name)
    to = at + (1 if request.form.get("to") == "down" else -1)
    listed.insert(max(0, to), _named(state, name))
    return _saved(request, of, listed, "Moved")


def retired(request: PageRequest, noun: str, name: str) -> Answer:
    """Ask for one no more and show it nowhere; what records say in it stays with them."""
    of = noun_of(noun)
    state = stored_fields.standing(of)
    gone = _named(state, name)
    rest = [one for one in _fields(state).fields if one.name != name]
    return _saved(request, of, rest, f"{gone.label} is retired; going back brings it back")


def _saved(request: PageRequest, of: Noun, fields: Iterable[CustomField], done: str) -> Answer:
    try:
        _put(request, of, fields)
    except CrmError as error:
        view = _view(request, of, stored_fields.standing(of))
        return request.refused("fields.html", error, **view)
    return request.redirect(f"/console/fields/{of}", done=done)


def _put(request: PageRequest, of: Noun, fields: Iterable[CustomField]) -> None:
    after = read(VersionForm, request.form).version
    listed = whole(CustomFields, {"fields": tuple(fields)})
    put_fields(of, listed, after=after, by=request.by.staff_id, now=request.now)


def _form(
    request: PageRequest,
    of: Noun,
    state: State,
    one: CustomField | None,
    error: CrmError | None = None,
    both: list[Difference] | None = None,
) -> Answer:
    lists = request.form_lists if error else {}
    visible = lists.get("visible_to", []) if error else one.visible_to if one else ()
    view: dict[str, Any] = {
        "of": of,
        "one": one,
        "version": state.newest,
        "types": TYPES.items(),
        "roles": [role for role in ROLES if role != ADMIN],
        "visible": visible,
        "both": both,
    }
    if error:
        return request.refused("field.html", error, **view)
    return request.page("field.html", **view)


def _view(request: PageRequest, of: Noun, state: State) -> dict[str, Any]:
    return {
        "of": of,
        "fields": _fields(state).fields,
        "version": state.newest,
        "active": state.active,
        "types": TYPES,
        "may_edit": request.by.has(*FIELD_WRITERS),
        "may_go_back": request.by.has(*READERS),
    }


def _fields(state: State) -> CustomFields:
    return state.active.value if state.active else NONE


def _named(state: State, name: str) -> CustomField:
    found = _fields(state).named().get(name)
    if found is None:
        raise NotFound("custom_field_not_found", "There is no such field, or no more")
    return found
