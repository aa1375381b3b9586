"""What the columns of a file mean, how it is read, and going on from there."""

from shared.console.entry import Answer, PageRequest
from shared.customers.imports.beginning import choose_mapping
from shared.customers.imports.guessing import meant_by
from shared.customers.imports.model import Import, Mapping
from shared.customers.imports.repository import load
from shared.customers.imports.running import start_import
from shared.customers.lists.changes import create_list
from shared.customers.lists.model import ListInput
from shared.kernel.errors import CrmError
from shared.pages.reading import read

from .one import again, offered
from .schemas import FormatForm, MappingForm, pointed


def read_anew(request: PageRequest, import_id: str) -> Answer:
    """Read the file in another encoding, with another delimiter, or as another program's; its
    columns are guessed again."""
    try:
        given = read(FormatForm, request.form)
        one = _chosen(
            request,
            import_id,
            given.version,
            encoding=given.encoding or None,
            delimiter=given.delimiter or None,
        )
        if given.preset:
            columns = meant_by(given.preset, one.headers, offered(request, one.target))
            _chosen(request, import_id, one.version, mapping=Mapping(columns=columns))
    except CrmError as error:
        return again(request, import_id, error)
    return request.redirect(f"/console/imports/{import_id}", done="Read again: look at the columns")


def mapped(request: PageRequest, import_id: str) -> Answer:
    """Keep what the columns mean; then try it out or start, if that is what was pressed."""
    try:
        given = read(MappingForm, request.form)
        mapping = read(Mapping, given.mapping(request.form))
        one, _ = load(import_id)
        if mapping != one.mapping or given.version != one.version:
            one = _chosen(request, import_id, given.version, mapping=mapping)
        if given.do != "save":
            list_id = _list(request, given) if given.do == "start" else None
            start_import(
                import_id,
                dry_run=given.do == "dry_run",
                version=one.version,
                by=request.by.staff_id,
                offered=lambda target: offered(request, target),
                now=request.now,
                list_id=list_id,
            )
    except CrmError as error:
        return again(request, import_id, pointed(error))
    done = "Saved" if given.do == "save" else ""
    return request.redirect(f"/console/imports/{import_id}", done=done)


def _chosen(
    request: PageRequest,
    import_id: str,
    version: int,
    *,
    mapping: Mapping | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Import:
    if mapping is None and encoding is None and delimiter is None:
        return load(import_id)[0]
    return choose_mapping(
        import_id,
        mapping,
        encoding,
        delimiter,
        version=version,
        offered=lambda target: offered(request, target),
        now=request.now,
    )


def _list(request: PageRequest, given: MappingForm) -> str | None:
    """The list that the people join: one there is, or one made for them; once, however often the
    form is sent."""
    if given.list_id or not given.list_name.strip():
        return given.list_id or None
    new = read(ListInput, {"name": given.list_name})
    key = request.form.get("key") or None
    return create_list(new, request.by.staff_id, key, request.now).list_id
