"""How often and when people may be written to, for all campaigns."""

import re
from collections.abc import Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, Stale
from shared.marketing.sending.rules import SendingRules
from shared.marketing.sending.stored_rules import DEFAULTS, NAME, stored_rules
from shared.pages.reading import read
from shared.pages.zones import zones

from .schemas import WRITERS, number

_CAP: Final = re.compile(r"caps\.(\d)\.(times|days)")
_ROWS: Final = 3
"""Caps that a form has room for, empty ones included; more there are stay."""


def shown(request: PageRequest) -> Answer:
    """The rules in force, as a form for who may change them."""
    found = stored_rules.in_force(NAME)
    rules = found.value if found else DEFAULTS
    return _form(request, rules.model_dump(mode="json"), version=found.number if found else 0)


def saved(request: PageRequest) -> Answer:
    """Put what was typed in the place of the version it began with."""
    form = request.form
    found = stored_rules.in_force(NAME)
    known = (found.value if found else DEFAULTS).model_dump(mode="json")
    typed = {**known, **_typed(form, known)}
    version = number(form.get("version", ""))
    try:
        rules = read(SendingRules, typed)
        stored_rules.save(
            NAME, rules, by=request.by.staff_id, at=request.now, after=version, activate=True
        )
    except Stale as stale:
        differ = differences(known, typed)
        newest = found.number if found else 0
        return _form(request, typed, version=newest, differ=differ, error=stale)
    except CrmError as error:
        return _form(request, typed, version=version, error=error)
    done = "Saved. It holds everywhere within half a minute"
    return request.redirect("/console/campaigns/rules", done=done)


def _typed(form: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says of the rules; numbers stay text where they are none, to be said so."""
    found: dict[str, Any] = {
        name: form[name].strip() for name in known if name in form and isinstance(form[name], str)
    }
    rows: dict[int, dict[str, str]] = {}
    for name, text in form.items():
        if match := _CAP.fullmatch(name):
            rows.setdefault(int(match[1]), {})[match[2]] = text.strip()
    caps = [row for _, row in sorted(rows.items()) if any(row.values())]
    bounces = {
        part: form[f"soft_bounces.{part}"].strip()
        for part in ("times", "days")
        if f"soft_bounces.{part}" in form
    }
    return found | ({"caps": caps} if rows else {}) | ({"soft_bounces": bounces} if bounces else {})


def _form(request: PageRequest, rules: Mapping[str, Any], **view: Any) -> Answer:
    error: CrmError | None = view.pop("error", None)
    caps = [dict(one) for one in rules["caps"]]
    caps += [{}] * max(1, _ROWS - len(caps))
    context = {
        "rules": rules,
        "caps": caps[:5],
        "zones": zones(),
        "errors": {one.field: one.message for one in error.fields} if error else {},
        "problem": error.message if error else "",
        "differ": None,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
        **view,
    }
    return request.page("rules.html", error.status if error else 200, **context)
