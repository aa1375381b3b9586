"""Which fields of contacts are sensitive, and who sees them in full."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.customers.access.model import NONE, AccessRules
from shared.customers.access.repository import NAME, stored_rules
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, Stale
from shared.pages.reading import read
from shared.platform.auth import ADMIN, ROLES
from shared.platform.configuration import Standing

from .schemas import FIELD_NAMES, STANDARD_FIELDS, VersionForm


def form(request: PageRequest) -> Answer:
    """The rules in force, to be changed."""
    state = stored_rules.standing(NAME)
    return request.page("access.html", both=None, **_view(state, _rules(state)))


def saved(request: PageRequest) -> Answer:
    """Put them in force. A field that is not ticked is no secret."""
    lists = request.form_lists
    fields = {
        name: lists.get(f"roles.{name}", [])
        for name in STANDARD_FIELDS
        if name in lists.get("sensitive", [])
    }
    mine = NONE
    try:
        version = read(VersionForm, request.form).version
        mine = read(AccessRules, {"fields": fields})
        stored_rules.save(
            NAME, mine, by=request.by.staff_id, at=request.now, after=version, activate=True
        )
    except Stale as error:
        state = stored_rules.standing(NAME)
        both = differences(_rules(state).model_dump(mode="json"), mine.model_dump(mode="json"))
        return request.refused("access.html", error, both=both, **_view(state, mine))
    except CrmError as error:
        state = stored_rules.standing(NAME)
        return request.refused("access.html", error, both=None, **_view(state, _rules(state)))
    return request.redirect("/console/privacy/fields", done="In force within half a minute")


def _view(state: Standing[AccessRules], shown: AccessRules) -> dict[str, Any]:
    return {
        "fields": [(name, FIELD_NAMES[name]) for name in STANDARD_FIELDS],
        "roles": [role for role in ROLES if role != ADMIN],
        "rules": shown.fields,
        "version": state.newest,
        "active": state.active,
    }


def _rules(state: Standing[AccessRules]) -> AccessRules:
    return state.active.value if state.active else NONE
