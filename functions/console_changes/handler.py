"""`/console/changes…`: who changed what, when and how; going back to what was before."""

from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.names import colleagues, names
from shared.customers.tables import CUSTOMERS
from shared.directory.audit_log import READERS, audit_entry, audit_page, masked
from shared.directory.tables import DIRECTORY
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError
from shared.marketing.tables import MARKETING
from shared.pages.reading import read
from shared.pages.rendering import with_query
from shared.platform.tables import Table
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

from .going_back import THINGS, thing
from .schemas import GoingBack, Older, older, wanted

console = Console(Path(__file__).parent / "templates", "/console/changes")

HOME: Final = "/console/changes"
_SHOWN: Final = 50
_TABLES: Final = {
    spec.name: Table(spec) for spec in (SALES, CUSTOMERS, DIRECTORY, MARKETING, SUPPORT)
}

_NOBODY: Final = {"seed": "First set-up", "sign_in_pool": "Sign-in pool"}
"""Who made a change, where it was no person."""


@console.get(HOME, *READERS)
def listed(request: PageRequest) -> Answer:
    """Newest first, all or some."""
    asked = wanted(request.query)
    found, rest = audit_page(request.by, asked, limit=_SHOWN, cursor=request.query.get("cursor"))
    people = [(one.staff_id, one.name) for one in colleagues(request.now)]
    return request.page(
        "changes.html",
        found=found,
        next=rest,
        asked=asked,
        kinds=[(noun, one.title) for noun, one in THINGS.items()],
        people=people,
        **_frame(request),
    )


@console.get(f"{HOME}/roll-back", *READERS)
def looked_at(request: PageRequest) -> Answer:
    """What going back to an older version would change."""
    return request.page("roll_back.html", **_beside(request, older(request.query)))


@console.post(f"{HOME}/roll-back", *READERS)
def rolled_back(request: PageRequest) -> Answer:
    """Go back: what an older version said becomes the newest."""
    given = read(GoingBack, request.form)
    kind = thing(given.noun)
    request.by.need(*kind.roles)
    try:
        kind.roll_back(given.id, given.to, given.version, request.by, request.now)
    except CrmError as error:
        return request.refused("roll_back.html", error, **_beside(request, given))
    to = with_query(HOME, {"noun": given.noun, "id": given.id})
    return request.redirect(to, done=f"{kind.title}: what version {given.to} said holds again")


@console.get(f"{HOME}/{{entry_id}}", *READERS)
def shown(request: PageRequest, entry_id: str) -> Answer:
    """One change, place by place."""
    entry, changed = audit_entry(request.by, entry_id, _TABLES)
    kind = THINGS.get(entry.noun)
    return request.page(
        "change.html",
        entry=entry,
        changed=changed,
        may_go_back=kind is not None and request.by.has(*kind.roles),
        **_frame(request),
    )


def _beside(request: PageRequest, asked: Older) -> dict[str, Any]:
    kind = thing(asked.noun)
    request.by.need(*kind.roles)
    found = kind.beside(asked.id, asked.to)
    changes = [masked(one) for one in differences(found.now, found.then)]
    return {"asked": asked, "found": found, "changes": changes, **_frame(request)}


def _frame(request: PageRequest) -> dict[str, Any]:
    return {"things": THINGS, "who": {**names(request.now), **_NOBODY}}


handle = console
