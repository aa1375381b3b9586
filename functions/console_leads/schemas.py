"""What the pages of leads take: filters and forms as browsers send them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.kernel.errors import Rejected
from shared.pages.reading import read
from shared.pages.rendering import day, words
from shared.sales.hand_offs.many import Assigned
from shared.sales.hand_offs.moves import Move
from shared.sales.hand_offs.reasons import MAX_REASON_LENGTH
from shared.sales.leads.creation import NewLead
from shared.sales.leads.model import STANDARD_FACTS
from shared.sales.leads.query import PAGING, LeadQuery
from shared.sales.leads.states import LeadState
from shared.sales.timeline.model import HandOffEntry, PointsEntry, TimelineEntry

PAGE_SIZE: Final = 50
MAY_ADD: Final = ("rep", "sales_manager", "marketer", "agent")
"""Who may type leads in, change their facts and plan tasks."""

MAY_EXPLAIN: Final = ("rep", "sales_manager", "marketer", "analyst")
"""Who may see why a lead has its points."""

LABELS: Final = {"email": "E-mail address"}
LONG: Final = 80
"""A longer fact is edited in several lines."""

FACT: Final = "facts."
SEEN: Final = "was."
"""Prefixes of form fields: a fact as typed, and as it was when the form was shown."""


def list_asked(query: Mapping[str, str], **fixed: str) -> LeadQuery:
    """The list that the address of a page asks for. Raises `Rejected`."""
    asked = {name: value for name, value in query.items() if name in LeadQuery.model_fields}
    return read(LeadQuery, {**asked, **fixed})


def filters_in(query: Mapping[str, str]) -> dict[str, str]:
    """The filters in an address, without state, order and page."""
    return {
        name: value
        for name, value in query.items()
        if value and name not in ("state", "sort", *PAGING)
    }


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")


class NewLeadForm(_Form):
    """A lead typed in."""

    source: str = Field(default="staff", pattern=r"^[\w .-]{1,100}$")
    now: Literal["yes", ""] = ""

    @field_validator("source", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        return value or "staff"

    def new_lead(self, form: Mapping[str, str]) -> NewLead:
        """The same for the use case."""
        return NewLead(facts_in(form), self.source, "now" if self.now else "scored")


class VersionForm(_Form):
    """A form about something as it was read in `version`."""

    version: int = Field(ge=1)


class MoveForm(VersionForm):
    """What is to become of a lead."""

    to: LeadState
    reason: str | None = Field(default=None, max_length=MAX_REASON_LENGTH)
    owner_id: str | None = Field(default=None, max_length=128)

    @field_validator("reason", "owner_id", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        return (value.strip() or None) if isinstance(value, str) else value

    def move(self) -> Move:
        """The same for the use case."""
        return Move(self.to, self.version, self.reason, self.owner_id)


def facts_in(form: Mapping[str, str], prefix: str = FACT) -> dict[str, str | None]:
    """The facts a form holds, by name."""
    return {
        name.removeprefix(prefix): value.replace("\r\n", "\n")
        for name, value in form.items()
        if name.startswith(prefix)
    }


def facts_touched(form: Mapping[str, str]) -> dict[str, str | None]:
    """The facts somebody typed something else into than what the form showed them."""
    seen = facts_in(form, SEEN)
    return {
        name: value for name, value in facts_in(form).items() if value != (seen.get(name) or "")
    }


def merged(
    form: Mapping[str, str], stored: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What a form about an older version holds, brought up to date: fields nobody touched show
    what is stored now. With them what is stored where it differs from what was typed."""
    touched = facts_touched(form)
    typed = {name: value for name, value in form.items() if not name.startswith((FACT, SEEN))}
    for name in facts_in(form):
        typed[FACT + name] = (touched[name] if name in touched else stored.get(name)) or ""
    theirs = {
        name: stored.get(name, "")
        for name, value in touched.items()
        if (value or "") != stored.get(name, "") and form.get(SEEN + name) != stored.get(name, "")
    }
    return typed, theirs


def all_fields(facts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, label and kind of input of every fact: the standard ones, then what else there is."""
    kinds = {"email": "email", "phone": "tel"}
    others = sorted(set(facts) - set(STANDARD_FACTS))
    return [
        (
            name,
            LABELS.get(name) or words(name),
            "textarea" if len(facts.get(name, "")) > LONG else kinds.get(name, "text"),
        )
        for name in (*STANDARD_FACTS, *others)
    ]


def task_in(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a new task that were filled in."""
    names = ("title", "kind", "due_on", "owner_id", "note")
    return {name: form[name] for name in names if form.get(name)}


def as_of(text: str | None, now: datetime) -> datetime | None:
    """An instant in epoch seconds; `None` for now, or later. Raises `Rejected`."""
    if not text:
        return None
    try:
        at = datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected("instant_invalid", "This is no point in time") from error
    return at if at < now.replace(microsecond=0) else None


def last_offer(entries: Iterable[TimelineEntry]) -> HandOffEntry | None:
    """The latest time the lead was given to somebody."""
    offers = (one for one in entries if isinstance(one, HandOffEntry) and one.step == "offered")
    return next(offers, None)


def grouped(
    entries: Iterable[TimelineEntry], zone: str
) -> list[tuple[TimelineEntry, int, Decimal]]:
    """Entries with how many they stand for and the points of all: the same points again and again
    on one day, by the wall in `zone`, are one line."""
    lines: list[tuple[TimelineEntry, int, Decimal]] = []
    for one in entries:
        points = Decimal(one.points) if isinstance(one, PointsEntry) else Decimal(0)
        if lines and _alike(lines[-1][0], one, zone):
            first, times, sum_ = lines[-1]
            lines[-1] = (first, times + 1, sum_ + points)
        else:
            lines.append((one, 1, points))
    return lines


def _alike(one: TimelineEntry, other: TimelineEntry, zone: str) -> bool:
    if not (isinstance(one, PointsEntry) and isinstance(other, PointsEntry)):
        return False
    same = [rule.rule for rule in one.rules] == [rule.rule for rule in other.rules]
    days = {day(entry.at, zone) for entry in (one, other)}
    return same and one.counted == other.counted and len(days) == 1


def outcome(became: Sequence[Assigned]) -> str:
    """What became of leads that were assigned together, in a sentence."""
    given = sum(one.outcome == "assigned" for one in became)
    said = [f"{given} {'lead' if given == 1 else 'leads'} assigned" if became else "Nothing ticked"]
    refused = Counter(one.code or "" for one in became if one.outcome == "refused")
    said += [f"{count} not: {_REFUSED.get(code, code)}" for code, count in refused.items()]
    return "; ".join(said)


_REFUSED: Final = {
    "nobody_to_take_it": "the rules found nobody to take it",
    "move_not_allowed": "somebody works on it already",
    "lead_not_found": "there is no such lead any more",
    "contended": "others are changing it, try again",
}
