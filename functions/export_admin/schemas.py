"""What `export_admin` takes and answers."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.exports.model import Export, ExportState, FileFormat, Selection


class NewExport(BaseModel):
    """`{"format": "csv", "selection": {"tag": "fair"}}`: without a selection it is everybody."""

    model_config = ConfigDict(extra="forbid")

    format: FileFormat = "csv"
    selection: Selection = Field(default_factory=Selection)


class ExportView(BaseModel):
    """An export, and how far it is."""

    export_id: str
    format: FileFormat
    selection: Selection
    state: ExportState
    by: str
    requested_at: str
    finished_at: str | None
    rows: int
    size: int
    problem: str | None

    @classmethod
    def of(cls, one: Export) -> Self:
        """The view of an export."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ExportPage(BaseModel):
    """Some exports, newest first; `next` is the cursor of those that follow."""

    items: list[ExportView]
    next: str | None


class Download(BaseModel):
    """Where the file is fetched from, and for how long."""

    url: str
    expires_in: int
