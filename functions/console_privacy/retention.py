"""How long things are kept."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.customers.retention.model import DEFAULT, RetentionRules
from shared.customers.retention.repository import NAME, stored_rules
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, Stale
from shared.pages.reading import read
from shared.platform.configuration import Standing

from .schemas import VersionForm


def form(request: PageRequest) -> Answer:
    """The rules in force, to be changed."""
    return request.page("retention.html", both=None, **_view(stored_rules.standing(NAME)))


def saved(request: PageRequest) -> Answer:
    """Put them in force; an empty field keeps things until somebody has them erased."""
    given = request.form
    typed = {name: given.get(name, "").strip() or None for name in RetentionRules.model_fields}
    try:
        version = read(VersionForm, given).version
        rules = read(RetentionRules, typed)
        stored_rules.save(
            NAME, rules, by=request.by.staff_id, at=request.now, after=version, activate=True
        )
    except Stale as error:
        state = stored_rules.standing(NAME)
        both = differences(_rules(state).model_dump(), rules.model_dump())
        return request.refused("retention.html", error, both=both, **_view(state))
    except CrmError as error:
        view = _view(stored_rules.standing(NAME))
        return request.refused("retention.html", error, both=None, **view)
    return request.redirect("/console/privacy/retention", done="In force within half a minute")


def _view(state: Standing[RetentionRules]) -> dict[str, Any]:
    return {"rules": _rules(state), "version": state.newest, "active": state.active}


def _rules(state: Standing[RetentionRules]) -> RetentionRules:
    return state.active.value if state.active else DEFAULT
