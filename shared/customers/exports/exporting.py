"""Writing an export, a part of five megabytes at a time. After each part it is noted where the
next begins, so that whoever is interrupted goes on there, and no more than a part is ever held.

A contact that is changed meanwhile is written as it was when its part was; one whose name changes
so that it moves in the list may be missed or stand twice, as on pages that are turned.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from shared.customers.access.showing import show_many
from shared.customers.accounts.repository import in_short as accounts_in_short
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, from_item, summary
from shared.customers.custom_fields.repository import fields_of
from shared.customers.events import ExportRequested
from shared.customers.listing import Source
from shared.customers.lists.repository import MEMBER, list_key
from shared.customers.lists.repository import need as need_list
from shared.customers.writing import customers
from shared.directory.access import staff_of
from shared.directory.repository import staff_member
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Conflict, Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.platform import files
from shared.platform.auth import Staff
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.requests import Item, Put
from shared.platform.writes import ConditionFailed

from . import repository
from .model import Export, ExportState, FileFormat, Selection
from .rendering import FORMATS, Csv, Lines

AT_ONCE: Final = 100
"""Contacts read together: as many as one call looks up."""

MAY_EXPORT: Final = ("sales_manager", "marketer")


def request_export(
    file_format: FileFormat,
    selection: Selection,
    by: str,
    body: bytes,
    idempotency_key: str | None,
    now: datetime,
) -> Export:
    """Have contacts written to a file. Sent again with its key it is the same export. Raises
    `NotFound` for a list there is not."""
    if selection.list_id:
        need_list(selection.list_id)
    one = Export(
        export_id=record_id("export", by, idempotency_key, now),
        format=file_format,
        selection=selection,
        state=ExportState.RUNNING,
        by=by,
        requested_at=iso(now),
        request_hash=request_hash(body),
    )
    event = ExportRequested(event_id=new_id("event", now), occurred_at=now, export_id=one.export_id)
    try:
        customers.write(Put(repository.attributes(one), repository.NEW, [event]))
    except ConditionFailed as known:
        found = known.found(0) or {}
        same_request(found, body)
        return Export.model_validate(found)
    return one


def write_export(export_id: str, now: datetime, seconds: float) -> bool:
    """Write an export, or as much of it as can be begun within `seconds`; whether it is whole.

    Raises `AlreadyHandled` for one that has ended, and `Stale` when somebody else is at it.
    """
    try:
        one = repository.need(export_id)
    except NotFound as error:
        raise AlreadyHandled("export_gone") from error
    if one.state is not ExportState.RUNNING:
        raise AlreadyHandled("export_ended")
    by = _still_allowed(one.by)
    if by is None:
        problem = "Whoever asked for it may no longer have it"
        repository.save(one, state=ExportState.FAILED, problem=problem, finished_at=iso(now))
        return True
    until = time.monotonic() + seconds
    form = FORMATS[one.format](fields_of("contact", now))
    if one.upload_id is None:
        upload_id = files.begin_parts(repository.file_of(one), form.media_type)
        one = repository.save(one, upload_id=upload_id)
    ended = bool(one.parts) and one.after is None
    while not ended:
        if time.monotonic() > until:
            return False
        part, count, after = _part(one, form, by, now)
        assert one.upload_id
        key = repository.file_of(one)
        tag = files.write_part(key, one.upload_id, len(one.parts) + 1, part)
        ended = after is None
        one = repository.save(
            one,
            parts=[*one.parts, tag],
            after=after,
            rows=one.rows + count,
            size=one.size + len(part),
        )
    assert one.upload_id
    files.finish_parts(repository.file_of(one), one.upload_id, one.parts)
    repository.save(one, state=ExportState.FINISHED, finished_at=iso(now))
    return True


def address_of(one: Export, by: str) -> str:
    """Where `by` downloads the file from, for some minutes. What is in it is what the person who
    asked for it may see, so it is theirs alone.

    Raises `Forbidden` (`not_yours`) and `Conflict` (`not_finished`).
    """
    if one.by != by:
        raise Forbidden("not_yours", "Somebody else asked for this file; ask for your own")
    if one.state is not ExportState.FINISHED:
        raise Conflict("not_finished", "This export is not whole yet")
    return files.download_address(repository.file_of(one), f"contacts.{one.format}")


def _still_allowed(staff_id: str) -> Staff | None:
    person = staff_member(staff_id)
    if person is None or person.disabled:
        return None
    staff = staff_of(person)
    return staff if staff.has(*MAY_EXPORT) else None


def _part(
    one: Export, form: Csv | Lines, by: Staff, now: datetime
) -> tuple[bytes, int, dict[str, str] | None]:
    """The next part, how many contacts are in it, and where the next one begins. Every contact is
    shown as to whoever reads it alone, and that is written down."""
    held = bytearray(b"" if one.parts else form.header())
    count, after = 0, one.after
    while True:
        contacts, after = _page(one.selection, after)
        companies = _companies(contacts)
        for contact in show_many(contacts, by, now, via="export"):
            held += form.row(contact, companies)
        count += len(contacts)
        if after is None or len(held) >= files.MIN_PART_BYTES:
            return bytes(held), count, after


def _page(
    selection: Selection, after: dict[str, str] | None
) -> tuple[list[Contact], dict[str, str] | None]:
    """Some of the contacts asked for, in the order of their list. Two calls."""
    source = _source(selection)
    read = customers.query(
        source.pk, index=source.index, begins=source.begins or None, limit=AT_ONCE, after=after
    )
    rest = {name: str(value) for name, value in read.after.items()} if read.after else None
    return list(_wanted(selection, source, read.items)), rest


def _source(selection: Selection) -> Source:
    if selection.list_id:
        return Source(list_key(selection.list_id)["pk"], begins=MEMBER)
    return selection.query().source


def _wanted(selection: Selection, source: Source, listed: list[Item]) -> Iterator[Contact]:
    if source.index:
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in listed]
    else:
        ids = (item["sk"].removeprefix(MEMBER).removeprefix("CONTACT#") for item in listed)
        keys = [contact_key(one) for one in ids]
    found = (
        {item["pk"]: item for item in customers.get_many(keys, consistent=False)} if keys else {}
    )
    query = selection.query()
    for key in keys:
        item = found.get(key["pk"])
        if item and "version" in item and query.matches(summary(item)):
            yield from_item(item)


def _companies(contacts: list[Contact]) -> dict[str, str]:
    ids = [one.account_id for contact in contacts for one in contact.accounts]
    return {one: account.name for one, account in accounts_in_short(ids).items()} if ids else {}
