"""Beginning an import: what the file is about, and where the browser sends it."""

from shared.console.entry import Answer, PageRequest
from shared.customers.imports.beginning import begin_import
from shared.kernel.errors import CrmError
from shared.pages.reading import read
from shared.pages.uploading import as_whole, reaching

from .schemas import NewImport
from .uploading import upload


def form(request: PageRequest) -> Answer:
    """The form to choose a file and what it is about."""
    if not request.whole or request.htmx:
        return as_whole(request)
    # Any import's address will do to know which origin the page's script is to reach.
    where = upload("import_new")
    return reaching(request.page("new.html", key=request.id, limit=where.limit), where.origin)


def begun(request: PageRequest) -> Answer:
    """Announce the file. The page's script goes on with the page this leads to: the form there
    is where the file is sent."""
    try:
        new = read(NewImport, request.form)
        key = request.form.get("key") or None
        one = begin_import(new.target, new.file_name, request.by.staff_id, key, request.now)
    except CrmError as error:
        return request.refused("new.html", error, key="", limit=upload("import_new").limit)
    return request.redirect(f"/console/imports/{one.import_id}")
