"""An export: which contacts, as what, and how far it is."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.contacts.listing import ContactQuery

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)

FileFormat = Literal["csv", "jsonl"]
"""For spreadsheets, or one JSON object a line for programs."""


class ExportState(StrEnum):
    """Where an export stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    """`problem` says why."""


Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Selection(BaseModel):
    """Which contacts: narrowed as lists of them are, or those on a list."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    owner: Short | None = None
    tag: Short | None = None
    account: Short | None = None
    name_begins: Short | None = None
    list_id: Short | None = None

    def query(self) -> ContactQuery:
        """The same as lists of contacts know it."""
        return ContactQuery(
            owner=self.owner, tag=self.tag, account=self.account, name_begins=self.name_begins
        )


class Export(BaseModel):
    """An export as stored. `rows` are those written so far; `upload_id`, `parts` and `after` are
    where it goes on."""

    model_config = _STORED

    export_id: str
    format: FileFormat
    selection: Selection
    state: ExportState
    by: str
    requested_at: str
    finished_at: str | None = None
    rows: int = 0
    size: int = 0
    problem: str | None = None
    version: int = 1
    request_hash: str = ""
    upload_id: str | None = None
    parts: list[str] = Field(default_factory=list)
    after: dict[str, str] | None = None
