"""Which leads a list shows and in which order, as a person asks for it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.kernel.clock import iso, parse_instant
from shared.platform.entry.problems import as_asked

from .model import LeadSummary
from .states import LeadState

Sort = Literal[
    "-created",
    "created",
    "-updated",
    "updated",
    "-score",
    "score",
    "name",
    "-name",
    "company",
    "-company",
]

_SORTED_LENGTH: Final = 60
"""Names that begin alike for so many characters come in the order of their leads' ids."""

_LAST: Final = "\U0010ffff"
_POINTS_OFFSET: Final = Decimal(10**9)
_DAY: Final = timedelta(days=1)

PAGING: Final = ("limit", "cursor")
"""Parameters that say which page of a list is asked for."""


def _instant(value: Any, day: timedelta) -> Any:
    """ISO text of an instant, or of the beginning of a UTC day plus `day`."""
    if not isinstance(value, str):
        return value
    try:
        if len(value) == len("2025-06-02"):
            return iso(parse_instant(f"{date.fromisoformat(value)}T00:00:00Z") + day)
        return iso(parse_instant(value))
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError(
            "instant_invalid", "A date (2025-06-02) or an instant with its offset"
        ) from error


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class LeadQuery(BaseModel):
    """A list of leads: of an `owner` (a staff id, `me` or `unassigned`) in all states or in one,
    or of everybody in a `state`; with neither, those in state `new`.

    `min_score` is compared with the whole score. `created_from` (inclusive) and `created_to`
    (exclusive) are instants; a date stands for the UTC day, which `created_to` then includes.
    `text` is looked for in name, company and e-mail address, whatever its case. `sort` is
    ascending, with `-` descending. An empty value is none.

    Error codes by field: `enum`, `literal_error`, `string_too_long`, `decimal_parsing`,
    `instant_invalid`, `range_empty`, `extra_forbidden` for a parameter there is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: LeadState | None = None
    owner: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    source: Text | None = None
    country: Text | None = None
    min_score: Annotated[Decimal, Field(allow_inf_nan=False)] | None = None
    created_from: Annotated[str, BeforeValidator(lambda v: _instant(v, 0 * _DAY))] | None = None
    created_to: Annotated[str, BeforeValidator(lambda v: _instant(v, _DAY))] | None = None
    text: Text | None = None
    sort: Sort = "-created"

    @model_validator(mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        return {k: v for k, v in value.items() if v != ""} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if self.created_from and self.created_to and self.created_from >= self.created_to:
            raise PydanticCustomError("range_empty", "The range of creation ends before it begins")
        return self

    @classmethod
    def asked(cls, parameters: Mapping[str, str]) -> "LeadQuery":
        """The list that parameters of a request ask for, whatever page of it."""
        with as_asked():
            return cls.model_validate({k: v for k, v in parameters.items() if k not in PAGING})

    def of(self, staff_id: str) -> "LeadQuery":
        """The same with `me` as the person who asks."""
        return self.model_copy(update={"owner": staff_id}) if self.owner == "me" else self

    @property
    def one_state(self) -> LeadState | None:
        """The one state listed, `None` for all those of an owner."""
        return self.state or (None if self.owner else LeadState.NEW)

    @property
    def selects(self) -> bool:
        """Whether a lead of the right owner and state may still not belong to the list."""
        return any((self.source, self.country, self.min_score is not None, self.text))

    @property
    def by_key(self) -> bool:
        """Whether the index gives the order asked for."""
        return self.sort in ("created", "-created") and self.one_state is not None

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def scope(self) -> str:
        """What its cursors belong to."""
        return f"leads:{self.model_dump_json()}"

    def matches(self, lead: LeadSummary) -> bool:
        """Whether a lead of the right owner and state belongs to the list."""
        facts = lead.facts
        return (
            (self.source is None or _same(self.source, lead.source))
            and (self.country is None or _same(self.country, facts.get("country")))
            and (self.min_score is None or Decimal(lead.score) >= self.min_score)
            and (self.created_from is None or lead.created_at >= self.created_from)
            and (self.created_to is None or lead.created_at < self.created_to)
            and (self.text is None or self.text.casefold() in _searched(facts))
        )

    def position(self, lead: LeadSummary) -> tuple[str, str]:
        """Where a lead stands in the order: text that sorts as wanted, ties by id."""
        name = self.sort.removeprefix("-")
        match name:
            case "created":
                value = lead.created_at
            case "updated":
                value = lead.updated_at
            case "score":
                value = f"{Decimal(lead.score) + _POINTS_OFFSET:015.2f}"
            case "name":
                named = (lead.facts.get("last_name"), lead.facts.get("first_name"))
                value = " ".join(filter(None, named)).casefold()
            case _:
                value = lead.facts.get("company", "").casefold()
        # Who has no name comes last, whichever way the list goes.
        return value[:_SORTED_LENGTH] or ("" if self.descending else _LAST), lead.lead_id

    def ordered(self, leads: Iterable[LeadSummary]) -> list[LeadSummary]:
        """The leads in the order asked for."""
        return sorted(leads, key=self.position, reverse=self.descending)

    def follows(self, lead: LeadSummary, position: tuple[str, str]) -> bool:
        """Whether a lead comes after a position."""
        here = self.position(lead)
        return here < position if self.descending else here > position


def full_name(facts: dict[str, str]) -> str:
    """First and last name, as far as known."""
    return " ".join(filter(None, (facts.get("first_name"), facts.get("last_name"))))


def _same(wanted: str, value: str | None) -> bool:
    return value is not None and wanted.casefold() == value.casefold()


def _searched(facts: dict[str, str]) -> str:
    parts = (full_name(facts), facts.get("company", ""), facts.get("email", ""))
    return "\n".join(parts).casefold()
