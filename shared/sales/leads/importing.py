"""Leads as what the rows of a file become (see `customers.imports.target`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.customers.contacts.importing import FIELDS as CONTACT_FIELDS
from shared.customers.contacts.importing import dialled, split_name
from shared.customers.countries import country_called
from shared.customers.identity import AddressKind
from shared.customers.imports.fields import TargetField, Values
from shared.customers.imports.model import Problem, TargetName
from shared.customers.imports.target import Prepared, Result, Work
from shared.kernel.errors import FieldError, Rejected
from shared.platform.auth import Staff
from shared.platform.requests import Item, Op

from .creation import Draft, acceptable, instead
from .repository import sales
from .submissions import Submission, content_digest

_AS_OF_CONTACTS: Final = (
    "company",
    "first_name",
    "last_name",
    "name",
    "email",
    "phone",
    "job_title",
    "country",
)
FIELDS: Final = (
    *(one for one in CONTACT_FIELDS if one.name in _AS_OF_CONTACTS),
    TargetField("source", "Source", ("lead source", "utm source")),
)

_SOURCE_LENGTH: Final = 100
_FIRST_ONLY: Final = Problem(
    code="first_only", message="A lead has one of these; the first was taken"
)


class LeadKind:
    """Leads as a target. `put_aside` is how one that nobody works on yet is taken back (leads know
    nothing of hand-offs, so the functions bring it)."""

    name: TargetName = "leads"

    def __init__(self, put_aside: Callable[[Result, Work], Result]) -> None:
        self._put_aside = put_aside

    def fields(self, now: datetime, by: Staff | None = None) -> list[TargetField]:
        """The fields a column can be mapped to."""
        return list(FIELDS)

    def opened(self, work: Work, values: Sequence[Values]) -> "LeadTarget":
        """The target for a chunk."""
        return LeadTarget(work, self._put_aside)


@dataclass(frozen=True, slots=True)
class LeadTarget:
    """The leads of one chunk."""

    work: Work
    put_aside: Callable[[Result, Work], Result]
    table = sales

    def prepare(self, row: int, values: Values) -> Prepared:
        """Check a row. Raises `Rejected`, naming fields of the file."""
        one, mapping = self.work.of, self.work.run.mapping
        assert mapping
        source = values.get("source", ("import",))[0][:_SOURCE_LENGTH]
        given: dict[str, str] = {
            name: said[0] for name, said in values.items() if name not in ("name", "source")
        }
        given |= split_name(values)
        if "country" in given:
            given["country"] = country_called(given["country"]) or given["country"]
        if "phone" in given:
            given["phone"] = dialled(given["phone"], given.get("country") or mapping.region)
        try:
            facts = acceptable(given)
        except Rejected as error:
            raise Rejected(error.code, error.message, map(_of_file, error.fields)) from error
        submission = Submission(
            digest=content_digest("import", one.import_id, row),
            received_at=self.work.now,
            channel="staff",
            answers=facts,
            facts=facts,
            staff_id=self.work.run.by,
        )
        further: dict[str, Any] = {"import_id": one.import_id, "import_row": row}
        if mapping.tags:
            further["tags"] = set(mapping.tags)
        draft = Draft(facts, source, submission, self.work.now, further)
        more = [name for name in ("email", "phone") if len(values.get(name, ())) > 1]
        notes = tuple(_FIRST_ONLY.model_copy(update={"field": name}) for name in more)
        return _prepared(draft, draft.lead_id, row, notes)

    def in_the_way(self, op: Op, found: Item) -> bool:
        """Whatever is there stays."""
        return True

    def remove(self, created: Sequence[Result]) -> list[Result]:
        """Put aside the leads that the import created and nobody works on yet."""
        return [self.put_aside(one, self.work) for one in created]


def _prepared(draft: Draft, lead_id: str, row: int, notes: tuple[Problem, ...]) -> Prepared:
    def judge(failures: Mapping[int, Item]) -> Result | Prepared:
        stored = failures.get(1, {})
        ours = (draft.further["import_id"], row)
        if (stored.get("import_id"), stored.get("import_row")) == ours:
            # Stored when the chunk came before.
            return Result(row, "created", lead_id, notes=notes)
        other, free = instead(lead_id, failures)
        if free:
            return _prepared(draft, other, row, notes)
        return Result(row, "existing", other)

    kinds: tuple[AddressKind, ...] = ("email", "phone")
    addresses = tuple((kind, draft.facts[kind]) for kind in kinds if draft.facts.get(kind))
    return Prepared(row, lead_id, tuple(draft.ops(lead_id)), judge, notes, addresses)


def _of_file(one: FieldError) -> FieldError:
    return FieldError(one.field.removeprefix("facts."), one.code, one.message)
