"""An import, and its runs: trying out, importing, undoing."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_BYTES: Final = 100 * 1024 * 1024
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200
CHUNK_ROWS: Final = 500
"""Rows that one message is about: two seconds' work."""

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)

TargetName = Literal["contacts", "leads"]
Mode = Literal["dry_run", "import", "undo"]


class ImportState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    """For its file."""
    UNREADABLE = "unreadable"
    """`problem` says why; another file may be sent."""
    READY = "ready"
    """Read and mapped; it may be tried out and started."""
    PLANNING = "planning"
    RUNNING = "running"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    """What was created until then stays, until undone."""
    UNDOING = "undoing"
    UNDONE = "undone"


BEFORE_START: Final = frozenset({ImportState.WAITING, ImportState.UNREADABLE, ImportState.READY})
UNDER_WAY: Final = frozenset({ImportState.PLANNING, ImportState.RUNNING})
DONE: Final = frozenset({ImportState.FINISHED, ImportState.CANCELLED})


class Format(BaseModel):
    """How a file is read: detected, and changeable where detection was wrong."""

    model_config = _STORED

    kind: Literal["csv", "vcard"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True


FieldName = Annotated[str, StringConstraints(max_length=80)]


class Mapping(BaseModel):
    """What the columns mean: a target's field for each column in order, or nothing. `region` is
    the country (two letters) of phone numbers without a country code; `tags` are added to every
    record."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    columns: list[FieldName | None] = Field(default_factory=list, max_length=MAX_COLUMNS)
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    tags: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = Field(
        default_factory=list, max_length=10
    )


class Problem(BaseModel):
    """Something wrong, with a stable code and in plain words. `field` is of the target, `column`
    the name of the file's column it came from."""

    model_config = _STORED

    code: str
    message: str
    field: str | None = None
    column: str | None = None


class Run(BaseModel):
    """One run over all rows. Counts are of the chunks done so far; each row counts once.

    `existing`: there already, or in an earlier row. `skipped`: cancelled before its turn. When
    undoing, `removed` and `left` count what the import had created.
    """

    model_config = _STORED

    number: int
    mode: Mode
    by: str
    started_at: str
    finished_at: str | None = None
    rows: int = 0
    chunks: int = 0
    done: int = 0
    created: int = 0
    existing: int = 0
    failed: int = 0
    skipped: int = 0
    removed: int = 0
    left: int = 0
    of_run: int | None = None
    list_id: str | None = None
    mapping: Mapping | None = None
    format: Format | None = None

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return self.done / self.chunks if self.chunks else 0.0


class Import(BaseModel):
    """An import as stored. `version` grows with each change of it; runs count for themselves."""

    model_config = _STORED

    import_id: str
    target: TargetName
    file_name: str
    state: ImportState
    version: int
    created_by: str
    created_at: str
    updated_at: str
    size: int | None = None
    etag: str | None = None
    format: Format | None = None
    headers: list[str] = Field(default_factory=list)
    preset: str | None = None
    mapping: Mapping | None = None
    problem: Problem | None = None
    run: int = 0
    """The number of the newest run; 0: none yet."""

    def stored(self) -> dict[str, Any]:
        """Its attributes as they are stored."""
        return self.model_dump(mode="json", exclude_none=True)
