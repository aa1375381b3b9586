"""One import, whatever its state: its file, its mapping, how far it is, what came of it."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.contacts.importing import ContactKind
from shared.customers.imports.beginning import samples_of
from shared.customers.imports.fields import TargetField
from shared.customers.imports.model import (
    BEFORE_START,
    DONE,
    UNDER_WAY,
    Import,
    ImportState,
    Run,
    TargetName,
)
from shared.customers.imports.repository import load
from shared.customers.imports.running import cancel_import, undo_import
from shared.customers.imports.target import Kinds
from shared.customers.lists.repository import lists_by_name
from shared.kernel.errors import CrmError
from shared.pages.reading import read
from shared.pages.uploading import as_whole, reaching
from shared.sales.hand_offs.import_undo import put_aside
from shared.sales.leads.importing import LeadKind

from .schemas import DELIMITERS, ENCODINGS, PROGRAMS, VersionForm, programs
from .uploading import Upload, upload

_KINDS: Final[Kinds] = {"contacts": ContactKind(), "leads": LeadKind(put_aside)}

_MOVING: Final = UNDER_WAY | {ImportState.CANCELLING, ImportState.UNDOING}
_TO_BE_SENT: Final = frozenset({ImportState.WAITING, ImportState.UNREADABLE})


def shown(request: PageRequest, import_id: str) -> Answer:
    """The import as it stands. `?file=other`: another file is to be sent; `?sent=3`: one was, when
    this was the import's version."""
    one, runs = load(import_id)
    where = _where(request, one)
    if where and request.htmx:
        return as_whole(request)
    page = request.page("import.html", **view(request, one, runs, where))
    return reaching(page, where.origin) if where else page


def progress(request: PageRequest, import_id: str) -> Answer:
    """The part of that page that renews itself while something goes on."""
    one, runs = load(import_id)
    where = _where(request, one)
    if where:
        # Not what was sent: the form for another file needs a document of its own.
        answer = as_whole(request)
        answer.headers["hx-redirect"] = f"/console/imports/{import_id}"
        return answer
    return request.page("import_part.html", **view(request, one, runs, None))


def cancelled(request: PageRequest, import_id: str) -> Answer:
    """Begin no further chunk."""
    try:
        cancel_import(import_id, request.now)
    except CrmError as error:
        return again(request, import_id, error)
    return request.redirect(f"/console/imports/{import_id}")


def undone(request: PageRequest, import_id: str) -> Answer:
    """Take back what was created and nobody changed since."""
    try:
        version = read(VersionForm, request.form).version
        undo_import(import_id, version=version, by=request.by.staff_id, now=request.now)
    except CrmError as error:
        return again(request, import_id, error)
    return request.redirect(f"/console/imports/{import_id}")


def offered(request: PageRequest, target: TargetName) -> list[TargetField]:
    """The fields that whoever asks may map a column to."""
    return _KINDS[target].fields(request.now, request.by)


def again(request: PageRequest, import_id: str, error: CrmError) -> Answer:
    """The page with what is wrong, as the import stands now."""
    one, runs = load(import_id)
    return request.refused("import.html", error, **view(request, one, runs, None))


def view(
    request: PageRequest, one: Import, runs: list[Run], where: Upload | None
) -> dict[str, Any]:
    """What the page shows of an import."""
    ready = one.state is ImportState.READY
    last = runs[-1] if runs else None
    return {
        "one": one,
        "runs": runs,
        "last": last,
        "as_mapped": last and (last.mapping, last.format) == (one.mapping, one.format),
        "moving": one.state in _MOVING,
        "ended": one.state in DONE,
        "sent": _sent(request, one),
        "upload": where,
        "fields": offered(request, one.target) if ready else [],
        "samples": samples_of(one) if ready else (),
        "programs": programs(one.format.kind if one.format else "csv"),
        "program": PROGRAMS.get(one.preset or "", ""),
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
        "lists": lists_by_name() if ready and one.target == "contacts" else [],
        "names": names(request.now),
        "key": request.id,
    }


def _where(request: PageRequest, one: Import) -> Upload | None:
    """Where a file is to be sent, if one is."""
    other = one.state is ImportState.READY and request.query.get("file") == "other"
    wanted = one.state in _TO_BE_SENT or other
    return upload(one.import_id) if wanted and not _sent(request, one) else None


def _sent(request: PageRequest, one: Import) -> bool:
    """Whether a file was sent that nobody has looked at yet: doing so makes another version."""
    return one.state in BEFORE_START and request.query.get("sent") == str(one.version)
