"""A rule set as the fields of a form, and back.

A field is named by its place in the rule set (`rules.behaviour.0.match.path`), as the problems
that `shared.sales.scoring.rules` finds are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shared.customers.behaviour.names import CLAIMABLE, VOUCHED
from shared.kernel.errors import FieldError
from shared.sales.scoring.rules import RuleSet

AT: Final = "rules"
Section = Literal["groups", "behaviour", "profile"]
SECTIONS: Final[tuple[Section, ...]] = ("groups", "behaviour", "profile")
Row = dict[str, str]

_LINES: Final = frozenset(["match.path", "values"])
"""Fields that hold one entry per line."""

_NAMED: Final = frozenset(["match.properties"])
"""Fields that hold `name=value` per line."""

EVENTS: Final = tuple(sorted(CLAIMABLE | VOUCHED))
FACTS: Final = ("company", "country", "email", "first_name", "job_title", "phone", "source")
"""What rules usually look at; any other name may be typed."""

_FIELD: Final = re.compile(rf"{AT}\.(groups|behaviour|profile)\.(\d{{1,3}})\.([a-z_.]+)")


@dataclass
class Draft:
    """A rule set as it is being typed: text, whether it fits together or not."""

    threshold: str = ""
    rows: dict[Section, list[Row]] = field(default_factory=lambda: {one: [] for one in SECTIONS})

    @classmethod
    def of(cls, rules: RuleSet) -> "Draft":
        """The form of stored rules."""
        data = rules.model_dump(mode="json")
        rows = {one: [_row(entry) for entry in data[one]] for one in SECTIONS}
        return cls(data["threshold"], rows)

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "Draft":
        """What was typed."""
        found: dict[Section, dict[int, Row]] = {one: {} for one in SECTIONS}
        for name, value in form.items():
            if match := _FIELD.fullmatch(name):
                section: Section = match[1]  # type: ignore[assignment]
                found[section].setdefault(int(match[2]), {})[match[3]] = value
        rows = {one: [row for _, row in sorted(found[one].items())] for one in SECTIONS}
        return cls(form.get(f"{AT}.threshold", ""), rows)

    def changed(self, section: str, number: str) -> None:
        """Add a row to a section (`number` is empty) or take that one out."""
        rows = next((self.rows[one] for one in SECTIONS if one == section), None)
        if rows is None:
            return
        if not number:
            rows.append(dict.fromkeys(("id", "label"), ""))
        elif number.isdecimal() and int(number) < len(rows):
            del rows[int(number)]

    def groups(self, side: str, chosen: str) -> list[tuple[str, str]]:
        """The groups a rule of `side` may belong to, and the one it names though there is none."""
        rows = [row for row in self.rows["groups"] if row.get("side", "engagement") == side]
        known = [(_entry(row).get("id", ""), row.get("label", "")) for row in rows]
        found = [(name, label or name) for name, label in known if name]
        return found if chosen in ("", *(name for name, _ in found)) else [*found, (chosen, chosen)]

    def data(self) -> dict[str, Any]:
        """The same as a rule set's data; what is empty is left out, and a missing short name is
        made of the name."""
        listed: dict[str, Any] = {one: [_entry(row) for row in self.rows[one]] for one in SECTIONS}
        return {"threshold": self.threshold.strip(), **listed}


def placed(errors: Iterable[FieldError], draft: Draft) -> dict[str, str]:
    """Each problem at the field of the form it belongs to: one path of several, for example,
    belongs to the field with all paths."""
    fields = {f"{AT}.threshold"} | {
        f"{AT}.{section}.{number}.{name}"
        for section in SECTIONS
        for number, row in enumerate(draft.rows[section])
        for name in (*row, "id", "group", "points", "side", "event", "field", "op", "value")
    }
    found: dict[str, str] = {}
    for error in errors:
        parts = error.field.split(".")
        ways = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        found.setdefault(next((way for way in ways if way in fields), error.field), error.message)
    return found


def _row(entry: Mapping[str, Any], at: str = "") -> Row:
    row: Row = {}
    for name, value in entry.items():
        place = f"{at}{name}"
        if place in _NAMED:
            row[place] = "\n".join(f"{one}={pattern}" for one, pattern in value.items())
        elif isinstance(value, Mapping):
            row |= _row(value, f"{place}.")
        elif isinstance(value, list):
            row[place] = "\n".join(value)
        else:
            row[place] = "" if value is None else str(value)
    return row


def _entry(row: Row) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if not row.get("id", "").strip() and (name := _short(row.get("label", ""))):
        entry["id"] = name
    for place, text in row.items():
        value = _value(place, text.strip())
        if not value:
            continue
        *parents, name = place.split(".")
        inside = entry
        for parent in parents:
            inside = inside.setdefault(parent, {})
        inside[name] = value
    return entry


def _short(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40]


def _value(place: str, text: str) -> str | list[str] | dict[str, str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if place in _LINES:
        return lines
    if place in _NAMED:
        pairs = (line.partition("=") for line in lines)
        return {name.strip(): value.strip() for name, _, value in pairs}
    return text
