"""What the pages of imports take: forms as browsers send them."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.imports.model import MAX_COLUMNS, TargetName
from shared.customers.imports.presets import PRESETS
from shared.kernel.errors import CrmError, FieldError

MAY_IMPORT: Final = ("sales_manager", "marketer")
PAGE_SIZE: Final = 50

PROGRAMS: Final = {
    "google_contacts": "Google Contacts",
    "hubspot": "HubSpot",
    "salesforce": "Salesforce report",
    "salesforce_data": "Salesforce data export",
    "vcard": "vCard",
}
"""What people call the programs whose files are known."""

ENCODINGS: Final = {
    "utf-8": "Unicode (UTF-8)",
    "utf-8-sig": "Unicode (UTF-8 with mark)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western Europe",
    "cp1250": "Central Europe",
    "cp1251": "Cyrillic",
    "cp1253": "Greek",
    "cp1254": "Turkish",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp1257": "Baltic",
    "mac_roman": "Old Macintosh",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "big5": "Chinese, traditional",
    "cp949": "Korean",
}
"""Encodings to choose from where detection was wrong, in words."""

DELIMITERS: Final = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}

_COLUMN: Final = re.compile(r"columns\.(\d{1,3})")
_FORM: Final = ConfigDict(extra="ignore")


class NewImport(BaseModel):
    """What the rows of a file are to become, and what the file is called: the page's script says."""

    model_config = _FORM

    target: TargetName
    file_name: str = Field(default="people.csv", min_length=1, max_length=200)


class FormatForm(BaseModel):
    """How the file is to be read, and the program it comes from, as of the import's `version`."""

    model_config = _FORM

    version: int = Field(ge=1)
    encoding: str = Field(default="", max_length=40)
    delimiter: str = Field(default="", max_length=1)
    preset: str = Field(default="", max_length=40)


class MappingForm(BaseModel):
    """What to do with the mapping, and whom its people join: a list there is, or a new one."""

    model_config = _FORM

    version: int = Field(ge=1)
    do: Literal["save", "dry_run", "start"] = "save"
    region: str = Field(default="", max_length=2)
    tags: str = Field(default="", max_length=700)
    list_id: str = Field(default="", max_length=40)
    list_name: str = Field(default="", max_length=100)

    def mapping(self, form: Mapping[str, str]) -> dict[str, object]:
        """The mapping that a form says; columns left empty mean nothing."""
        found = {
            int(match[1]): value or None
            for name, value in form.items()
            if (match := _COLUMN.fullmatch(name)) and int(match[1]) < MAX_COLUMNS
        }
        return {
            "columns": [found.get(number) for number in range(max(found, default=-1) + 1)],
            "region": self.region.strip().upper() or None,
            "tags": [one.strip() for one in self.tags.split(",") if one.strip()],
        }


class VersionForm(BaseModel):
    """A form about an import as it was read in `version`."""

    model_config = _FORM

    version: int = Field(ge=1)


def programs(kind: str) -> list[tuple[str, str]]:
    """The programs a file of a kind may come from."""
    known = (one.name for one in PRESETS if (one.name == "vcard") == (kind == "vcard"))
    return [(name, PROGRAMS[name]) for name in known]


def pointed(error: CrmError) -> CrmError:
    """The error with its fields named as the form names them."""
    error.fields = tuple(
        FieldError(one.field.removeprefix("mapping."), one.code, one.message)
        for one in error.fields
    )
    return error
