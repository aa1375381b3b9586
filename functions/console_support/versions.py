"""What canned replies and macros were before, and going back to it."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, NotFound
from shared.pages.reading import read
from shared.support.canned.model import NAME

from .kinds import Kind, kind_of
from .schemas import WRITERS, VersionForm

_SHOWN: Final = 30


def listed(request: PageRequest, kind: str) -> Answer:
    """Every version, newest first."""
    what, before = kind_of(kind), request.query.get("cursor", "")
    try:
        found, rest = what.stored.history_page(
            NAME,
            limit=_SHOWN,
            before=int(before) if before.isdecimal() and len(before) < 7 else None,
        )
    except NotFound:
        found, rest = [], None
    return request.page(
        "versions.html",
        found=found,
        next=rest,
        **_frame(request, what),
    )


def shown(request: PageRequest, kind: str, number: str) -> Answer:
    """One version, and what going back to it would change."""
    what = kind_of(kind)
    return request.page("version.html", **_version(request, what, number))


def rolled_back(request: PageRequest, kind: str, number: str) -> Answer:
    """Let what an older version said hold again, as a new one."""
    what = kind_of(kind)
    try:
        after = read(VersionForm, request.form).version
        what.roll_back(_number(number), after=after, by=request.by.staff_id, now=request.now)
    except CrmError as error:
        return request.refused("version.html", error, **_version(request, what, number))
    return request.redirect(what.at, done=f"What version {number} said holds again")


def _version(request: PageRequest, what: Kind, number: str) -> dict[str, Any]:
    one, state = what.stored.beside(NAME, _number(number))
    present = state.active.value.model_dump(mode="json") if state.active else {}
    return {
        "one": one,
        "state": state,
        "entries": what.entries(one.value),
        "changes": differences(present, one.value.model_dump(mode="json")),
        **_frame(request, what),
    }


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) < 7):
        raise NotFound("version_not_found", "There is no such version")
    return int(text)


def _frame(request: PageRequest, what: Kind) -> dict[str, Any]:
    return {
        "kind": what,
        "people": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }
