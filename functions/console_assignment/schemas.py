"""Assignment rules as rows of a form, and back."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.pages.reading import read
from shared.sales.assignment.rules import MAX_RULES, AssignmentRules

Row = dict[str, Any]

_FIELD: Final = re.compile(r"^rules\.(\d{1,3})\.(id|team|strategy|territory|skills|only_in_hours)$")
_TEST: Final = re.compile(r"^rules\.(\d{1,3})\.when\.(\d{1,3})\.(field|op|value)$")
_LISTS: Final = ("in", "not_in")
_NO_VALUE: Final = ("given", "missing")
_MAX_TESTS: Final = 20


class VersionForm(BaseModel):
    """A form about rules as they were read in `version`; 0: there were none."""

    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=0)


class Draft:
    """What a form holds: a row of texts per rule, each with a row per condition in `when`.

    `accept_within` are minutes, as text. Numbers in names only say the order.
    """

    def __init__(self, rows: list[Row], accept_within: str) -> None:
        self.rows = rows
        self.accept_within = accept_within

    @classmethod
    def of(cls, rules: AssignmentRules) -> "Draft":
        """The form that shows `rules`."""
        rows = [
            {
                "id": rule.id,
                "team": rule.team,
                "strategy": rule.strategy,
                "territory": rule.territory or "",
                "skills": ", ".join(rule.skills),
                "only_in_hours": rule.only_in_working_hours,
                "when": [
                    {
                        "field": test.field,
                        "op": test.op,
                        "value": ", ".join(test.value)
                        if isinstance(test.value, list)
                        else test.value or "",
                    }
                    for test in rule.when
                ],
            }
            for rule in rules.rules
        ]
        return cls(rows, str(rules.accept_within))

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> "Draft":
        """The form as somebody left it. Conditions left empty are none."""
        rows: dict[int, Row] = {}
        tests: dict[int, dict[int, Row]] = {}
        for name, value in form.items():
            if found := _FIELD.match(name):
                rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
            elif found := _TEST.match(name):
                row = tests.setdefault(int(found[1]), {}).setdefault(int(found[2]), {})
                row[found[3]] = value.strip()
        listed = []
        for number, row in sorted(rows.items()):
            when = [row for _, row in sorted(tests.get(number, {}).items())]
            listed.append({**_EMPTY, **row, "only_in_hours": bool(row.get("only_in_hours"))})
            listed[-1]["when"] = [
                {**_EMPTY_TEST, **test} for test in when if test.get("field") or test.get("value")
            ]
        return cls(listed, form.get("accept_within", "").strip())

    def do(self, what: str, team: str) -> None:
        """One step of editing: `add`, `up:1`, `down:1`, `remove:1`, `add-test:1`,
        `remove-test:1:0`. A step that cannot be made changes nothing. New rules are for `team`."""
        step, *places = what.split(":")
        at = [int(place) for place in places if place.isdecimal() and len(place) < 4]
        rule = at[0] if at else -1
        if step == "add" and len(self.rows) < MAX_RULES:
            self.rows.append({**_EMPTY, "id": self._free_id(), "team": team, "when": []})
        elif not 0 <= rule < len(self.rows):
            return
        elif step == "remove":
            del self.rows[rule]
        elif step in ("up", "down"):
            self.rows.insert(max(0, rule + (1 if step == "down" else -1)), self.rows.pop(rule))
        elif step == "add-test" and len(self.rows[rule]["when"]) < _MAX_TESTS:
            self.rows[rule]["when"].append(dict(_EMPTY_TEST))
        elif step == "remove-test" and len(at) > 1:
            del self.rows[rule]["when"][at[1] : at[1] + 1]

    def rules(self) -> AssignmentRules:
        """The rules. Raises `Rejected` pointing at fields of the form."""
        ids = [row["id"] for row in self.rows]
        twice = [
            FieldError(f"rules.{i}.id", "id_taken", "Another rule is called that")
            for i, id in enumerate(ids)
            if id in ids[:i]
        ]
        if twice:
            raise Rejected("validation_failed", "Some of this does not fit", twice)
        values = {
            "rules": [_rule(row) for row in self.rows],
            "accept_within": self.accept_within,
        }
        try:
            return read(AssignmentRules, values)
        except Rejected as error:
            raise placed(error) from error

    def _free_id(self) -> str:
        taken = {row["id"] for row in self.rows}
        return next(name for n in range(1, 99) if (name := f"rule-{n}") not in taken)


def placed(error: CrmError) -> CrmError:
    """The same, each problem at the field of the form that shows it."""
    found: dict[str, FieldError] = {}
    for one in error.fields:
        place = (
            one.field.removeprefix("rules.") if one.field.startswith("rules.rules.") else one.field
        )
        if inside := re.match(r"^(rules\.\d+\.when\.\d+)(?:\.(field|op|value))?", place):
            place = f"{inside[1]}.{inside[2] or 'value'}"
        elif inside := re.match(r"^rules\.\d+\.(?:skills|territory)", place):
            place = inside[0]
        found.setdefault(place, FieldError(place, one.code, one.message.replace("`", "")))
    return type(error)(error.code, error.message, found.values())


_EMPTY: Final[Row] = {
    "id": "",
    "team": "",
    "strategy": "weighted",
    "territory": "",
    "skills": "",
    "only_in_hours": False,
}
_EMPTY_TEST: Final[Row] = {"field": "", "op": "is", "value": ""}


def _rule(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "team": row["team"],
        "strategy": row["strategy"],
        "territory": row["territory"] or None,
        "skills": _listed(row["skills"]),
        "only_in_working_hours": row["only_in_hours"],
        "when": [_test(test) for test in row["when"]],
    }


def _test(row: Row) -> dict[str, Any]:
    value: Any = row["value"]
    if row["op"] in _LISTS:
        value = _listed(value)
    elif row["op"] in _NO_VALUE:
        value = None
    return {"field": row["field"].lower().replace(" ", "_"), "op": row["op"], "value": value}


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
