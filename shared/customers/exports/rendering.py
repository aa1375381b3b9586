"""A contact as a line of a file. What goes out as CSV comes back in as it was: columns are called
as an import calls its fields, and a cell that looks like a formula is text both ways."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.customers.contacts.importing import CUSTOM, SYSTEMS
from shared.customers.contacts.view import ContactView
from shared.customers.custom_fields.model import CustomFields

from .cells import neutral

BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""Without it spreadsheets take UTF-8 for something else."""

_COLUMNS: Final = (
    "contact_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "company",
    "job_title",
    "country",
    "language",
    "zone",
    "preferred_channel",
    "postal_address",
    "owner_id",
    "tags",
    *(f"external_ids.{one}" for one in SYSTEMS),
    "source",
    "created_at",
    "updated_at",
)
_NOT_STORED: Final = {"masked", "warnings"}
"""What a view adds to a contact."""

_APART: Final = "; "


class Csv:
    """Rows for spreadsheets. `fields` are the custom fields there are."""

    media_type = "text/csv; charset=utf-8"

    def __init__(self, fields: CustomFields) -> None:
        self._fields = fields

    def header(self) -> bytes:
        """The names of the columns."""
        custom = (f"{CUSTOM}{one.name}" for one in self._fields.fields)
        return BYTE_ORDER_MARK + _line([*_COLUMNS, *custom])

    def row(self, contact: ContactView, companies: Mapping[str, str]) -> bytes:
        """A contact as it may be seen; `companies` are the names of accounts by id."""
        known = contact.model_dump(mode="json", exclude=_NOT_STORED, exclude_unset=True)
        given: dict[str, Any] = {
            **known,
            "email": [one.address for one in _primary_first(contact.emails)],
            "phone": [one.number for one in _primary_first(contact.phones)],
            "company": companies.get(contact.account_id or "", ""),
            **{f"external_ids.{name}": one for name, one in contact.external_ids.items()},
            **{f"{CUSTOM}{name}": value for name, value in contact.custom.items()},
        }
        columns = [*_COLUMNS, *(f"{CUSTOM}{one.name}" for one in self._fields.fields)]
        return _line([_cell(given.get(name)) for name in columns])


class Lines:
    """One JSON object a line, with all there is."""

    media_type = "application/x-ndjson"

    def __init__(self, fields: CustomFields) -> None:
        """Takes what `Csv` takes: here every value stands under its own name."""

    def header(self) -> bytes:
        """None."""
        return b""

    def row(self, contact: ContactView, companies: Mapping[str, str]) -> bytes:
        """A contact as it may be seen."""
        known = contact.model_dump(
            mode="json", exclude=_NOT_STORED, exclude_none=True, exclude_unset=True
        )
        known["accounts"] = [
            {**one, "name": companies.get(one["account_id"])} for one in known.get("accounts", ())
        ]
        whole = {**known, "custom": contact.custom}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


FORMATS: Final[Mapping[str, type[Csv] | type[Lines]]] = {"csv": Csv, "jsonl": Lines}


def _primary_first(given: Sequence[Any]) -> list[Any]:
    return sorted(given, key=lambda one: not one.primary)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _APART.join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue().encode()
