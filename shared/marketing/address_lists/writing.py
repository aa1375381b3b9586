"""Writing a campaign's list for a printer or a call centre: a row for each code, in order, in files
of fifty thousand rows. After each file it is noted how many there are, so whoever is interrupted
goes on with the next one; what is held is a part of one.

What a row says is as it is when the file is written, and only what whoever asked may see. People
who were erased, merged or put away meanwhile are left out: their codes stay theirs.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from shared.customers.access.showing import show_many
from shared.customers.accounts.repository import in_short as accounts_in_short
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.customers.contacts.view import ContactView
from shared.customers.exports.cells import neutral
from shared.directory.access import staff_of
from shared.directory.repository import staff_member
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy, Conflict, Forbidden, NotFound, Stale
from shared.kernel.ids import new_id
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import need
from shared.marketing.events import AddressFileRequested
from shared.platform import files
from shared.platform.auth import Staff
from shared.platform.idempotency import record_id, request_hash, same_request

from . import repository
from .codes import Code, codes_between, given_out
from .repository import ListFile

ROWS_PER_FILE: Final = 50_000
AT_ONCE: Final = 100
MAX_LINES: Final = 6

COLUMNS: Final = (
    "code",
    "contact_id",
    "first_name",
    "last_name",
    "company",
    *(f"address_{number}" for number in range(1, MAX_LINES + 1)),
    "country",
    "phone",
    "language",
)

_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""

MAY_EXPORT: Final = ("marketer",)


def request_list(
    campaign_id: str, by: str, body: bytes, idempotency_key: str | None, now: datetime
) -> ListFile:
    """Have a campaign's list written, as far as it goes now. Sent again with its key it is the
    same one. Raises `NotFound`, and `Conflict` for a campaign without a list."""
    campaign = need(campaign_id)
    if campaign.code_prefix is None:
        raise Conflict("no_list", "This campaign puts nobody on a list")
    one = ListFile(
        file_id=record_id("file", f"{by}.{campaign_id}", idempotency_key, now),
        campaign_id=campaign_id,
        by=by,
        requested_at=iso(now),
        rows=given_out(campaign_id),
        request_hash=request_hash(body),
    )
    event = AddressFileRequested(
        event_id=new_id("event", now),
        occurred_at=now,
        campaign_id=campaign_id,
        file_id=one.file_id,
    )
    before = repository.create(one, event)
    if before is not None:
        same_request(before.model_dump(), body)
        return before
    return one


def write_files(campaign_id: str, file_id: str, now: datetime, seconds: float) -> None:
    """Write a list, or as much of it as can be begun within `seconds`. Raises `AlreadyHandled`
    where there is nothing to do or somebody else is at it, and `Busy` for the rest."""
    try:
        one, campaign = repository.need_file(campaign_id, file_id), need(campaign_id)
    except NotFound as error:
        raise AlreadyHandled("file_gone") from error
    if one.finished_at:
        raise AlreadyHandled("file_written")
    by = _still_allowed(one.by)
    until = monotonic() + seconds
    try:
        if by is None:
            problem = "Whoever asked for it may no longer have it"
            repository.save(one, problem=problem, finished_at=iso(now))
            return
        while not one.finished_at:
            if monotonic() > until:
                raise Busy("time_up", "The next delivery goes on")
            first = one.parts * ROWS_PER_FILE + 1
            last = min(first + ROWS_PER_FILE - 1, one.rows)
            _write(repository.file_name(one, one.parts + 1), campaign, first, last, by, now)
            finished = iso(now) if last >= one.rows else None
            one = repository.save(one, parts=one.parts + 1, finished_at=finished)
    except Stale as taken:
        raise AlreadyHandled("file_taken") from taken


def addresses_of(one: ListFile, by: str) -> list[str]:
    """Where `by` downloads the files from, for some minutes. Raises `Forbidden` for what somebody
    else asked for: in it is what they may see."""
    if one.by != by:
        raise Forbidden("not_yours", "Somebody else asked for this list; ask for your own")
    names = repository.files_of(one) if one.finished_at else []
    return [
        files.download_address(name, f"list-{number}.csv") for number, name in enumerate(names, 1)
    ]


def _write(name: str, campaign: Campaign, first: int, last: int, by: Staff, now: datetime) -> None:
    out = files.Writer(name, "text/csv; charset=utf-8")
    out.add((_BYTE_ORDER_MARK + _line(COLUMNS)).encode())
    for start in range(first, last + 1, AT_ONCE):
        given = codes_between(str(campaign.code_prefix), start, min(start + AT_ONCE - 1, last))
        out.add("".join(_rows(given, by, now)).encode())
    out.close()


def _rows(given: Sequence[Code], by: Staff, now: datetime) -> Iterable[str]:
    keys = [contact_key(one.contact_id) for one in given]
    items = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    contacts = {
        one.contact_id: from_item(item)
        for one, key in zip(given, keys, strict=True)
        if (item := items.get(key["pk"])) and not {"merged_into", "deleted_at"} & item.keys()
    }
    shown = {one.contact_id: one for one in show_many([*contacts.values()], by, now, via="export")}
    accounts = [one.account_id for one in shown.values() if one.account_id]
    companies = {one: known.name for one, known in accounts_in_short(accounts).items()}
    for one in given:
        if one.contact_id in shown:
            yield _line(_cells(one, shown[one.contact_id], companies))


def _cells(code: Code, contact: ContactView, companies: Mapping[str, str]) -> list[str]:
    lines = (contact.postal_address or "").splitlines()
    # An address of more lines has the rest of them in its last one: nothing is left out.
    lines = [*lines[: MAX_LINES - 1], ", ".join(lines[MAX_LINES - 1 :])]
    return [
        code.code,
        code.contact_id,
        contact.first_name or "",
        contact.last_name or "",
        companies.get(contact.account_id or "", ""),
        *(lines + [""] * MAX_LINES)[:MAX_LINES],
        contact.country or "",
        contact.phone or "",
        contact.language,
    ]


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()


def _still_allowed(staff_id: str) -> Staff | None:
    person = staff_member(staff_id)
    if person is None or person.disabled:
        return None
    staff = staff_of(person)
    return staff if staff.has(*MAY_EXPORT) else None
