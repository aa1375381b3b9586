"""What a segment's rule may say: a tree of conditions, each a small model with a `type`.

`{"type": "all", "of": [{"type": "tag", "tag": "VIP"}, {"type": "not", "of": {…}}]}`

What is not known, by condition: a comparison with a value that is missing does not hold, whatever
it compares with; `not` turns exactly that round, so "not (country equals NP)" holds for whoever
has no country. Who wants only people with a country says `all` of `is_known` and the `not`.
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.types import StrictBool, StrictFloat, StrictInt, StrictStr

MAX_DEPTH: Final = 10
MAX_CONDITIONS: Final = 100
MAX_BRANCHES: Final = 25
MAX_OPTIONS: Final = 100
MAX_BYTES: Final = 16 * 1024
LONGEST_DAYS: Final = 730
"""So far back what people did is looked at: what is older counts as not having happened."""

_MODEL: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)

Text = Annotated[StrictStr, StringConstraints(min_length=1, max_length=200)]
Number = StrictInt | StrictFloat
Value = (
    StrictBool | Number | Text | Annotated[tuple[Number | Text, ...], Field(max_length=MAX_OPTIONS)]
)
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
SegmentId = Annotated[str, StringConstraints(pattern=r"^segment_[0-9A-HJKMNP-TV-Z]{26}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]

Compare = Literal[
    "equals",
    "one_of",
    "contains",
    "begins_with",
    "ends_with",
    "less_than",
    "at_most",
    "at_least",
    "more_than",
    "between",
    "before",
    "from",
    "within_last_days",
    "within_next_days",
    "more_than_days_ago",
    "is_known",
    "is_missing",
]
"""How a value is compared. Text takes no notice of case and accents; `between` includes both
ends; days are of 24 hours, counted back or on from now; a date begins at midnight UTC."""

Counted = Literal["equals", "less_than", "at_most", "at_least", "more_than"]


class All(BaseModel):
    """Every one of its conditions holds."""

    model_config = _MODEL

    type: Literal["all"]
    of: tuple["Rule", ...] = Field(min_length=1, max_length=MAX_BRANCHES)


class AnyOf(BaseModel):
    """At least one of its conditions holds."""

    model_config = _MODEL

    type: Literal["any"]
    of: tuple["Rule", ...] = Field(min_length=1, max_length=MAX_BRANCHES)


class Not(BaseModel):
    """Its condition does not hold, be it for want of a value."""

    model_config = _MODEL

    type: Literal["not"]
    of: "Rule"


class FieldIs(BaseModel):
    """Something that is known of the contact: `{"field": "country", "compare": "equals", "value":
    "NP"}`."""

    model_config = _MODEL

    type: Literal["field"]
    field: Name
    compare: Compare
    value: Value | None = None


class CustomIs(BaseModel):
    """A custom field of the contact, by the type it is defined with."""

    model_config = _MODEL

    type: Literal["custom"]
    field: Name
    compare: Compare
    value: Value | None = None


class Tagged(BaseModel):
    """The contact has this tag, in whatever case."""

    model_config = _MODEL

    type: Literal["tag"]
    tag: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Scored(BaseModel):
    """The points of the contact as a lead, the highest where there are several leads. Who never
    was one has none."""

    model_config = _MODEL

    type: Literal["score"]
    compare: Counted
    value: Number


class Consented(BaseModel):
    """The contact allows `channel` to be used for `purpose`."""

    model_config = _MODEL

    type: Literal["consent"]
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    channel: Literal["email", "phone", "sms", "whatsapp", "chat", "post"]


class Happened(BaseModel):
    """How often something is in the contact's history of the last `within_days` days:
    `{"event": "page_viewed", "where": {"path": "/pricing*"}, "compare": "at_least", "times": 3}`.

    `event` is the kind of an entry, `where` narrows by the entry's parameters; a `*` at the end
    stands for anything. What a robot did counts only if `robots` is set.
    """

    model_config = _MODEL

    type: Literal["event"]
    event: Name
    where: dict[Name, Text] = Field(default_factory=dict, max_length=5)
    compare: Counted = "at_least"
    times: Annotated[int, Field(ge=0, le=1_000)] = 1
    within_days: Days
    robots: bool = False


class LastHappened(BaseModel):
    """When something was in the contact's history for the last time. Who never did it, or more
    than two years ago, is neither here nor there: neither comparison holds."""

    model_config = _MODEL

    type: Literal["last_event"]
    event: Name
    where: dict[Name, Text] = Field(default_factory=dict, max_length=5)
    compare: Literal["within_last_days", "more_than_days_ago"]
    days: Days
    robots: bool = False


class InSegment(BaseModel):
    """The contact is in another segment."""

    model_config = _MODEL

    type: Literal["segment"]
    segment_id: SegmentId


class RandomPart(BaseModel):
    """A fixed part of all contacts, drawn by lot: from `from_percent` to below `below_percent`.
    The same `salt` draws the same people, another one draws anew."""

    model_config = _MODEL

    type: Literal["random"]
    from_percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 0
    below_percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    salt: Annotated[str, StringConstraints(max_length=60)] = ""


Rule = Annotated[
    All
    | AnyOf
    | Not
    | FieldIs
    | CustomIs
    | Tagged
    | Scored
    | Consented
    | Happened
    | LastHappened
    | InSegment
    | RandomPart,
    Field(discriminator="type"),
]
Placed = tuple[str, Rule]
"""A condition and where it is in the tree (JSON pointer, RFC 6901)."""


def conditions(rule: Rule, pointer: str = "") -> Iterator[Placed]:
    """The rule and every condition below it."""
    yield pointer, rule
    if isinstance(rule, Not):
        yield from conditions(rule.of, f"{pointer}/of")
    elif isinstance(rule, All | AnyOf):
        for number, one in enumerate(rule.of):
            yield from conditions(one, f"{pointer}/of/{number}")


def depth(pointer: str) -> int:
    """How many conditions a place in the tree is below the top."""
    return pointer.split("/").count("of")
