"""What the builder of rules offers, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from shared.customers.custom_fields.model import CustomFields
from shared.customers.custom_fields.visibility import sees
from shared.customers.history.words import DEALINGS, TITLES
from shared.marketing.segments.definition import Definitions
from shared.marketing.segments.rule import InSegment, Rule
from shared.marketing.segments.saying import said
from shared.marketing.segments.values import COMPARISONS, FIELDS, Type
from shared.platform.auth import Staff

Options = Sequence[tuple[str, str]]

_FIELDS: Final = {
    "email": "E-mail address",
    "phone": "Phone number",
    "zone": "Time zone",
    "owner_id": "Owner",
    "source": "Where we know them from",
    "accounts": "Company (its id)",
    "created_at": "Known since",
    "preferred_channel": "Preferred channel",
}
_OTHER: Final = (
    ("tag", "Tag"),
    ("score", "Lead score"),
    ("consent", "What they agreed to"),
    ("segment", "In another segment"),
    ("random", "Drawn by lot"),
)
_DID: Final = (("event", "How often something happened"), ("last_event", "When it happened last"))

_COMPARED: Final = {
    "equals": "is",
    "one_of": "is one of",
    "contains": "contains",
    "begins_with": "begins with",
    "ends_with": "ends with",
    "less_than": "is less than",
    "at_most": "is at most",
    "at_least": "is at least",
    "more_than": "is more than",
    "between": "is between",
    "before": "is before",
    "from": "is on or after",
    "within_last_days": "is within the last … days",
    "within_next_days": "is within the next … days",
    "more_than_days_ago": "is more than … days ago",
    "is_known": "is known",
    "is_missing": "is not known",
}
COUNTED: Final[Options] = (
    ("at_least", "at least"),
    ("at_most", "at most"),
    ("equals", "exactly"),
    ("more_than", "more than"),
    ("less_than", "less than"),
)
WITHIN: Final[Options] = (
    ("within_last_days", "within the last … days"),
    ("more_than_days_ago", "more than … days ago"),
)
CHANNELS: Final[Options] = (
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("sms", "SMS"),
    ("whatsapp", "WhatsApp"),
    ("chat", "Chat"),
    ("post", "Post"),
)


def subjects(custom: CustomFields, by: Staff) -> list[tuple[str, Options]]:
    """What a condition may be about, in sections."""
    fields = [(f"field:{one}", _FIELDS.get(one, _plain(one))) for one in FIELDS]
    own = [(f"custom:{one.name}", one.label) for one in custom.fields if sees(one, by)]
    found: list[tuple[str, Options]] = [("About them", fields), ("What they did", _DID)]
    if own:
        found.insert(1, ("Your own fields", own))
    return [*found, ("More", _OTHER)]


def comparisons(kind: Type) -> Options:
    """How values of a type compare."""
    return [(one, _COMPARED[one]) for one in (*COMPARISONS[kind], "is_known", "is_missing")]


def events() -> Options:
    """What may stand in a history."""
    named = {one: _plain(one) for one in TITLES} | {one: _plain(one) for one in DEALINGS}
    return sorted(named.items(), key=lambda one: one[1])


def segments(known: Definitions, besides: str) -> Options:
    """The segments a condition may name."""
    found = [one for one in known.in_order if one.segment_id != besides]
    named = [(one.segment_id, one.segment.name) for one in found if not one.segment.archived]
    return sorted(named, key=lambda one: one[1].casefold())


def told(rule: Rule, names: Mapping[str, str]) -> str:
    """A condition in words, segments by name."""
    return _with_names(said(rule), names if isinstance(rule, InSegment) else {})


def readable(text: str, names: Mapping[str, str]) -> str:
    """A message with the names of segments in place of their ids."""
    return _with_names(text, names)


def _with_names(text: str, names: Mapping[str, str]) -> str:
    for segment_id, name in _present(text, names):
        text = text.replace(segment_id, f"“{name}”")
    return text


def _present(text: str, names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return [(one, name) for one, name in names.items() if one in text]


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
