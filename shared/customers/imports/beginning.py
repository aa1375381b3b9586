"""Beginning an import: announced, sent, looked at, mapped."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Conflict, FieldError, Rejected, Stale
from shared.kernel.ids import StaffId
from shared.platform import files
from shared.platform.auth import Staff
from shared.platform.idempotency import record_id
from shared.platform.requests import Put
from shared.platform.writes import ConditionFailed

from . import places, repository
from .encoding import known
from .fields import TargetField
from .guessing import guessed
from .inspecting import LOOKED_AT, Inspection, inspect
from .model import BEFORE_START, MAX_BYTES, Import, ImportState, Mapping, Problem, TargetName
from .rows import DELIMITERS
from .target import Kinds

Offered = Callable[[TargetName], Sequence[TargetField]]
"""The fields of a target that whoever asks may map a column to."""

_ANYBODY: Final = Staff(StaffId("anybody"), frozenset())
"""Who sent a file is not known when it arrives: what only some may see, a person must map."""


def begin_import(
    target: TargetName, file_name: str, by: str, idempotency_key: str | None, now: datetime
) -> Import:
    """Announce an import; its file is sent to `upload_form`. Sent again with its key it is the
    same one."""
    one = Import(
        import_id=record_id("import", by, idempotency_key, now),
        target=target,
        file_name=file_name,
        state=ImportState.WAITING,
        version=1,
        created_by=by,
        created_at=iso(now),
        updated_at=iso(now),
    )
    try:
        repository.customers.write(Put(repository.attributes(one), repository.NEW))
    except ConditionFailed:
        known_one, _ = repository.load(one.import_id)
        if (known_one.target, known_one.file_name) != (target, file_name):
            message = "This key was used for another request"
            raise Rejected("idempotency_key_reused", message) from None
        return known_one
    return one


def upload_form(one: Import) -> files.UploadForm:
    """Where the file is sent to, as long as nothing was done with one."""
    return files.upload_form(places.upload_key(one.import_id), max_bytes=MAX_BYTES)


def look_at(key: str, kinds: Kinds, now: datetime) -> None:
    """A file arrived at `key`: see what it is, and guess what its columns mean.

    Raises `AlreadyHandled` for what is no upload of an import, or of one that has begun.
    """
    import_id = places.import_of(key)
    if import_id is None:
        raise AlreadyHandled("not_an_upload")
    one, _ = repository.under_way(import_id)
    if one.state not in BEFORE_START:
        raise AlreadyHandled("import_begun")
    head = files.read_head(key, LOOKED_AT)
    if head.etag == one.etag:
        raise AlreadyHandled("file_known")
    after = repository.changed(one, now, size=head.size, etag=head.etag)
    try:
        after = _found(after, inspect(head.data), kinds[one.target].fields(now, _ANYBODY))
    except Rejected as error:
        problem = Problem(code=error.code, message=error.message)
        after = after.model_copy(update={"state": ImportState.UNREADABLE, "problem": problem})
    repository.save(one, after)


def choose_mapping(
    import_id: str,
    mapping: Mapping | None,
    encoding: str | None,
    delimiter: str | None,
    *,
    version: int,
    offered: Offered,
    now: datetime,
) -> Import:
    """Say what the columns mean, or how the file is read (then columns are guessed again, unless
    they are said too).

    Raises `NotFound`, `Stale`, `Conflict` (`import_begun`, `file_missing`) and `Rejected`.
    """
    before = known_as(import_id, version)
    if before.state not in BEFORE_START:
        raise Conflict("import_begun", "This import has begun; begin another one")
    fields = offered(before.target)
    after = repository.changed(before, now)
    if encoding or delimiter:
        _readable(encoding, delimiter)
        found = inspect(_head(before).data, encoding=encoding, delimiter=delimiter)
        after = _found(after, found, fields)
    if after.mapping is None:
        raise Conflict("file_missing", "There is no readable file yet")
    if mapping:
        chosen = mapping.columns or after.mapping.columns
        mapping = mapping.model_copy(update={"columns": chosen})
        check_mapping(mapping, after.headers, fields)
        after = after.model_copy(update={"mapping": mapping})
    return repository.save(before, after)


def known_as(import_id: str, version: int) -> Import:
    """The import, if `version` is its newest. Raises `NotFound` and `Stale`."""
    one, _ = repository.load(import_id)
    if one.version != version:
        raise Stale("version_stale", version=one.version)
    return one


def samples_of(one: Import) -> tuple[tuple[str, ...], ...]:
    """The first rows of the file, as long as it is kept. They are nowhere else."""
    if one.format is None:
        return ()
    try:
        head = files.read_head(places.upload_key(one.import_id), LOOKED_AT)
        form = one.format
        return inspect(head.data, encoding=form.encoding, delimiter=form.delimiter).samples
    except (files.FileGone, Rejected):
        return ()


def _head(one: Import) -> files.Head:
    try:
        return files.read_head(places.upload_key(one.import_id), LOOKED_AT)
    except files.FileGone as error:
        raise Conflict("file_missing", "The file has not arrived, or is gone") from error


def _found(one: Import, found: Inspection, fields: Sequence[TargetField]) -> Import:
    """The import with what was found in its file."""
    preset, columns = guessed(found.headers, fields)
    return one.model_copy(
        update={
            "state": ImportState.READY,
            "format": found.format,
            "headers": list(found.headers),
            "preset": preset,
            "mapping": Mapping(columns=columns),
            "problem": None,
        }
    )


def _readable(encoding: str | None, delimiter: str | None) -> None:
    wrong = []
    if encoding and not known(encoding):
        wrong.append(FieldError("encoding", "encoding_unknown", "There is no such encoding"))
    if delimiter and delimiter not in DELIMITERS:
        message = "A comma, a semicolon, a tab or a vertical bar"
        wrong.append(FieldError("delimiter", "delimiter_unknown", message))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)


def check_mapping(mapping: Mapping, headers: Sequence[str], fields: Sequence[TargetField]) -> None:
    """Raise `Rejected` unless each column means a field that is offered, or nothing."""
    if len(mapping.columns) != len(headers):
        message = f"This file has {len(headers)} columns"
        wrong = [FieldError("columns", "columns_differ", message)]
        raise Rejected("validation_failed", fields=wrong)
    names = {one.name for one in fields}
    wrong = [
        FieldError(f"columns.{number}", "field_unknown", "There is no such field")
        for number, name in enumerate(mapping.columns)
        if name is not None and name not in names
    ]
    if not any(mapping.columns):
        wrong.append(FieldError("columns", "nothing_mapped", "At least one column means something"))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
