"""Who gets which leads: ordered rules as versioned data."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.directory.model import Slug, Word

NAME: Final = "leads"
"""The name under which the rules for leads are stored (kind `assignment_rules`)."""

MAX_RULES: Final = 50

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Operator = Literal["is", "is_not", "in", "not_in", "given", "missing", "at_least", "below"]
Strategy = Literal["round_robin", "weighted", "least_busy"]

_TAKES_LIST: Final = frozenset({"in", "not_in"})
_TAKES_NOTHING: Final = frozenset({"given", "missing"})
_TAKES_NUMBER: Final = frozenset({"at_least", "below"})


class Test(BaseModel):
    """One condition on a lead: `{"field": "country", "op": "in", "value": ["DE", "AT"]}`.

    `field` is a fact of the lead (`country`, `company`, a form's own field …), `source`, `score`,
    `fit` or `engagement`. Text is compared without regard to case. A missing value fulfils
    `is_not`, `not_in` and `missing` only.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    op: Operator
    value: Text | list[Text] | None = None

    @model_validator(mode="after")
    def _fitting_value(self) -> "Test":
        if self.op in _TAKES_NOTHING and self.value is not None:
            raise ValueError(f"`{self.op}` takes no value")
        if (self.op in _TAKES_LIST) != isinstance(self.value, list):
            raise ValueError("`in` and `not_in` take a list, nothing else does")
        if self.op not in _TAKES_NOTHING and not self.value:
            raise ValueError(f"`{self.op}` needs a value")
        if self.op in _TAKES_NUMBER and _number(str(self.value)) is None:
            raise ValueError(f"`{self.op}` needs a number")
        return self

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether it holds for a lead's values by field name."""
        value = values.get(self.field, "").strip().casefold()
        wanted = self.value if isinstance(self.value, list) else [self.value or ""]
        match self.op:
            case "given":
                return bool(value)
            case "missing":
                return not value
            case "is" | "in":
                return bool(value) and value in (one.casefold() for one in wanted)
            case "is_not" | "not_in":
                return value not in (one.casefold() for one in wanted)
        number, limit = _number(value), _number(wanted[0])
        if number is None or limit is None:
            return False
        return number >= limit if self.op == "at_least" else number < limit


class Rule(BaseModel):
    """Leads for which every test in `when` holds go to `team`.

    `territory` names a fact of the lead that must be among a person's territories; `skills` are
    needed of a person. `weighted` shares by the people's weights, `round_robin` evenly,
    `least_busy` gives to whoever has the fewest open leads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    when: list[Test] = Field(default=[], max_length=20)
    team: Slug
    strategy: Strategy = "weighted"
    territory: str | None = None
    skills: list[Word] = Field(default=[], max_length=20)
    only_in_working_hours: bool = False

    def applies(self, values: Mapping[str, str]) -> bool:
        """Whether every test holds."""
        return all(test.holds(values) for test in self.when)


class AssignmentRules(BaseModel):
    """The rules in order. The first that applies and has somebody to give the lead to decides.

    `accept_within` are the business minutes of the owner's calendar they have to accept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: list[Rule] = Field(max_length=MAX_RULES)
    accept_within: int = Field(default=240, ge=1, le=60 * 24 * 30)

    @model_validator(mode="after")
    def _ids_once(self) -> "AssignmentRules":
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            raise ValueError("each rule has an id of its own")
        return self


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
