"""What `import_admin` takes and answers."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.imports.beginning import samples_of, upload_form
from shared.customers.imports.fields import TargetField
from shared.customers.imports.model import (
    BEFORE_START,
    FieldName,
    Format,
    Import,
    ImportState,
    Mapping,
    Problem,
    Run,
    TargetName,
)
from shared.customers.imports.target import Result

_INPUT = ConfigDict(extra="forbid")
Version = Annotated[int, Field(ge=1, le=999_999)]


class NewImport(BaseModel):
    """`{"target": "contacts", "file_name": "people.csv"}`."""

    model_config = _INPUT

    target: TargetName = "contacts"
    file_name: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)
    ]


class MappingChoice(BaseModel):
    """What the columns mean, in order, as of the import's `version`; or how the file is read.

    `encoding` is a name Python knows (`cp1250`), `delimiter` one of `, ; tab |`.
    """

    model_config = _INPUT

    version: Version
    columns: list[FieldName | None] | None = Field(default=None, max_length=200)
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    tags: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = Field(
        default_factory=list, max_length=10
    )
    encoding: str | None = Field(default=None, max_length=40)
    delimiter: str | None = Field(default=None, max_length=1)

    def mapping(self) -> Mapping | None:
        """The mapping, as far as one is given."""
        if not self.model_fields_set & {"columns", "region", "tags"}:
            return None
        return Mapping(columns=self.columns or [], region=self.region, tags=self.tags)


class Start(BaseModel):
    """Begin, or with `dry_run` try out what would come of it."""

    model_config = _INPUT

    version: Version
    dry_run: bool = False
    list_id: str | None = Field(default=None, max_length=40)


class Undo(BaseModel):
    """Take back what was created, as of the import's `version`."""

    model_config = _INPUT

    version: Version


class FieldView(BaseModel):
    """A field that a column may mean."""

    name: str
    label: str
    many: bool


class RunView(BaseModel):
    """One run with its counts so far; `share` is how much of it is done."""

    number: int
    mode: str
    by: str
    started_at: str
    finished_at: str | None
    rows: int
    chunks: int
    done: int
    share: float
    created: int
    existing: int
    failed: int
    skipped: int
    removed: int
    left: int

    @classmethod
    def of(cls, run: Run) -> Self:
        """The view of a run."""
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class Upload(BaseModel):
    """Where the file is posted to: `fields` as they are, then the file as field `file`."""

    url: str
    fields: dict[str, str]
    expires_in: int


class ImportSummary(BaseModel):
    """An import as lists show it."""

    import_id: str
    target: TargetName
    file_name: str
    state: ImportState
    version: int
    created_by: str
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, one: Import) -> Self:
        """The summary of an import."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ImportView(ImportSummary):
    """An import with its runs, oldest first. `upload` is there until it has begun; `samples` are
    the first rows of the file."""

    size: int | None = None
    format: Format | None = None
    headers: list[str] = []
    preset: str | None = None
    mapping: Mapping | None = None
    problem: Problem | None = None
    fields: list[FieldView] = []
    samples: list[list[str]] = []
    runs: list[RunView] = []
    upload: Upload | None = None

    @classmethod
    def shown(cls, one: Import, runs: Sequence[Run], fields: Sequence[TargetField]) -> Self:
        """The whole of it."""
        given = {
            name: getattr(one, name)
            for name in ImportSummary.model_fields.keys()
            | {"size", "format", "headers", "preset", "mapping", "problem"}
        }
        before = one.state in BEFORE_START
        return cls(
            **given,
            fields=[FieldView(name=f.name, label=f.label, many=f.many) for f in fields],
            samples=[list(row) for row in samples_of(one)] if before else [],
            runs=[RunView.of(run) for run in runs],
            upload=_upload(one) if before else None,
        )


class ImportPage(BaseModel):
    """Some imports, newest first; `next` is the cursor of those that follow."""

    items: list[ImportSummary]
    next: str | None


class ResultView(BaseModel):
    """What became of a row (numbered as spreadsheets number it)."""

    row: int
    outcome: Literal["created", "existing", "failed", "skipped", "removed", "left"]
    record_id: str | None
    problems: list[Problem]
    notes: list[Problem]

    @classmethod
    def of(cls, result: Result) -> Self:
        """The view of a result."""
        return cls(**{name: getattr(result, name) for name in cls.model_fields})


class ResultPage(BaseModel):
    """Some rows in their order; `next` is the cursor of those that follow."""

    items: list[ResultView]
    next: str | None


class Download(BaseModel):
    """Where a file is fetched from, and for how long."""

    url: str
    expires_in: int


def _upload(one: Import) -> Upload:
    form = upload_form(one)
    return Upload(url=form.url, fields=dict(form.fields), expires_in=form.expires_in)
