"""A segment's rule as the fields of a form, and back.

The form is a tree of groups and conditions. A node is named by its place (`r` is the top, `r.0`
its first branch), a field by its node and name: `r.0:compare`. A group says how many of its
branches must hold, so that `not` is no node of its own: none of them, not all of them, or a
condition that is turned round.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.customers.custom_fields.model import CustomFields
from shared.kernel.errors import FieldError
from shared.marketing.segments.values import COMPARISONS, FIELDS, TYPE_OF, Type

WRITERS: Final = ("marketer",)

TOP: Final = "r"
MATCHES: Final = {
    "all": "All of these hold",
    "any": "At least one of these holds",
    "none": "None of these holds",
    "not_all": "Not all of these hold",
}
_DEEPEST: Final = 12
_FIELD: Final = re.compile(rf"({TOP}(?:\.\d{{1,2}}){{0,{_DEEPEST}}}):([a-z_]{{1,20}})")
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_MESSAGES: Final = {
    "missing": "Fill this in",
    "string_too_short": "Fill this in",
    "string_pattern_mismatch": "This is not written as it should be",
    "int_parsing": "Write a whole number",
    "int_type": "Write a whole number",
    "float_parsing": "Write a number",
    "too_short": "Add a condition, or take the group out",
    "unknown_field": "Choose what this is about",
    "unknown_segment": "Choose a segment",
}

Row = dict[str, str]


@dataclass
class Node:
    """A group (it has a `match`) with its branches, or a condition with its fields as typed."""

    match: str = ""
    of: list["Node"] = field(default_factory=list)
    row: Row = field(default_factory=dict)

    @property
    def group(self) -> bool:
        """Whether it is a group."""
        return bool(self.match)


def a_group(*of: Node, match: str = "all") -> Node:
    """A group."""
    return Node(match=match, of=list(of))


def a_condition(**row: str) -> Node:
    """A condition; at first about a country, as good as anything."""
    return Node(row=row or {"what": "field:country", "compare": "equals"})


@dataclass
class Draft:
    """A segment as it is being typed."""

    name: str = ""
    description: str = ""
    top: Node = field(default_factory=lambda: a_group(a_condition()))

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> "Draft":
        """What was typed."""
        rows: dict[str, Row] = {}
        for name, value in form.items():
            if match := _FIELD.fullmatch(name):
                rows.setdefault(match[1], {})[match[2]] = value
        top = _assembled(TOP, rows) if TOP in rows else a_group()
        return cls(form.get("name", ""), form.get("description", ""), top)

    def changed(self, do: str, place: str) -> str:
        """Add a condition or a `group` to the group at `place`, or `remove` what is there; the
        place of what is new."""
        way = [int(one) for one in place.split(".")[1:]]
        node, parent, last = self.top, None, 0
        for step in way:
            if step >= len(node.of):
                return ""
            node, parent, last = node.of[step], node, step
        if do == "remove" and parent:
            del parent.of[last]
        elif do in ("add", "group") and node.group:
            node.of.append(a_condition() if do == "add" else a_group(a_condition(), match="any"))
            new = f"{place}.{len(node.of) - 1}"
            return new if do == "add" else f"{new}.0"
        return ""

    def rule(self, custom: CustomFields) -> tuple[Any, dict[str, str]]:
        """The rule as JSON, and the nodes by their JSON pointers."""
        places: dict[str, str] = {}
        top = self.top
        if top.match == "all" and len(top.of) == 1:
            return _json(top.of[0], f"{TOP}.0", "/rule", places, custom), places
        return _json(top, TOP, "/rule", places, custom), places


def node_of(rule: Mapping[str, Any]) -> Node:
    """The node that a stored rule is."""
    match rule["type"]:
        case "all" | "any":
            return a_group(*map(node_of, rule["of"]), match=rule["type"])
        case "not":
            inner = node_of(rule["of"])
            if not inner.group and "negated" not in inner.row:
                return Node(row={**inner.row, "negated": "yes"})
            turned = {"all": "not_all", "any": "none"}
            if inner.match in turned:
                return a_group(*inner.of, match=turned[inner.match])
            return a_group(inner, match="none")
    return Node(row=_row(rule))


def top_of(rule: Mapping[str, Any]) -> Node:
    """The same for the whole rule: the top of a form is a group."""
    node = node_of(rule)
    return node if node.group else a_group(node)


def type_of(row: Row, custom: CustomFields) -> Type:
    """Of which type the values are that a condition compares."""
    kind, _, name = row.get("what", "").partition(":")
    if kind == "custom":
        known = custom.named().get(name)
        return TYPE_OF[known.type] if known else "text"
    return FIELDS.get(name, "text")


def compare_of(row: Row, custom: CustomFields) -> str:
    """The comparison chosen, where the type has it; else the type's first."""
    chosen, possible = row.get("compare", ""), COMPARISONS[type_of(row, custom)]
    return chosen if chosen in (*possible, "is_known", "is_missing") else possible[0]


def placed(errors: Iterable[FieldError], places: Mapping[str, str]) -> dict[str, str]:
    """Each problem at the field of the form it belongs to."""
    found: dict[str, str] = {}
    for error in errors:
        parts = error.field.split("/")
        ways = ("/".join(parts[:end]) for end in range(len(parts), 0, -1))
        pointer = next((way for way in ways if way in places), None)
        if pointer is None:
            found.setdefault(error.field or "rule", _message(error))
            continue
        name = error.field[len(pointer) :].strip("/").split("/")[0]
        name = {"": "what", "of": "match", "field": "what", "type": "what"}.get(name, name)
        found.setdefault(f"{places[pointer]}:{name}", _message(error))
    return found


def _message(error: FieldError) -> str:
    return _MESSAGES.get(error.code, error.message)


def _assembled(place: str, rows: Mapping[str, Row]) -> Node:
    row = rows[place]
    if "match" not in row:
        return Node(row=row)
    match = row["match"] if row["match"] in MATCHES else "all"
    below = re.compile(re.escape(place) + r"\.(\d{1,2})")
    numbers = sorted(int(found[1]) for one in rows if (found := below.fullmatch(one)))
    return a_group(*(_assembled(f"{place}.{number}", rows) for number in numbers), match=match)


def _json(
    node: Node, place: str, at: str, places: dict[str, str], custom: CustomFields
) -> dict[str, Any]:
    places[at] = place
    turned = {"none": "any", "not_all": "all"}.get(node.match)
    if turned or (not node.group and node.row.get("negated")):
        inner = Node(turned or "", node.of, {**node.row, "negated": ""})
        return {"type": "not", "of": _json(inner, place, f"{at}/of", places, custom)}
    if node.group:
        of = [
            _json(one, f"{place}.{number}", f"{at}/of/{number}", places, custom)
            for number, one in enumerate(node.of)
        ]
        return {"type": node.match, "of": of}
    return _condition(node.row, custom)


def _condition(row: Row, custom: CustomFields) -> dict[str, Any]:
    kind, _, name = row.get("what", "").partition(":")
    said = {key: text.strip() for key, text in row.items()}
    match kind:
        case "field" | "custom":
            compare = compare_of(row, custom)
            found: dict[str, Any] = {"type": kind, "field": name, "compare": compare}
            value = _value(said, compare, type_of(row, custom))
            return found | ({} if value is None else {"value": value})
        case "tag":
            return {"type": "tag", "tag": said.get("tag", "")}
        case "score":
            value = _number(said.get("value", ""))
            return {"type": "score", "compare": said.get("counted", "at_least"), "value": value}
        case "consent":
            purpose, channel = said.get("purpose", ""), said.get("channel", "email")
            return {"type": "consent", "purpose": purpose, "channel": channel}
        case "segment":
            return {"type": "segment", "segment_id": said.get("segment_id", "")}
        case "random":
            ends = {
                "from_percent": _number(said.get("from_percent") or "0"),
                "below_percent": _number(said.get("below_percent", "")),
            }
            return {"type": "random", **ends, "salt": said.get("salt", "")}
        case "event" | "last_event":
            return _event(kind, said)
    return {"type": "field", "field": "", "compare": "equals"}


def _event(kind: str, said: Row) -> dict[str, Any]:
    pairs = (line.partition("=") for line in said.get("where", "").splitlines() if line.strip())
    found: dict[str, Any] = {
        "type": kind,
        "event": said.get("event", ""),
        "where": {name.strip(): value.strip() for name, _, value in pairs},
        "robots": bool(said.get("robots")),
    }
    if kind == "event":
        times, days = (_number(said.get(name, "")) for name in ("times", "within_days"))
        compare = said.get("counted", "at_least")
        return found | {"compare": compare, "times": times, "within_days": days}
    within = said.get("within", "within_last_days")
    return found | {"compare": within, "days": _number(said.get("days", ""))}


def _value(said: Row, compare: str, kind: Type) -> Any:
    text = said.get("value", "")
    match compare:
        case "is_known" | "is_missing":
            return None
        case "one_of":
            lines = [one.strip() for one in text.splitlines() if one.strip()]
            return [_number(one) for one in lines] if kind == "number" else lines
        case "between":
            return [_number(text), _number(said.get("value_to", ""))]
        case "within_last_days" | "within_next_days" | "more_than_days_ago":
            return _number(text)
    if kind == "boolean":
        return text != "no"
    return (_number(text) if kind == "number" else text) or None


def _number(text: str) -> Any:
    """The number, or the text where it is none, for the rules to say so."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _row(rule: Mapping[str, Any]) -> Row:
    kind = rule["type"]
    row: Row = {"what": f"{kind}:{rule['field']}" if kind in ("field", "custom") else kind}
    renamed = {"compare": {"score": "counted", "event": "counted", "last_event": "within"}}
    for name, value in rule.items():
        if name in ("type", "field"):
            continue
        name = renamed.get(name, {}).get(kind, name)
        if name == "where":
            row[name] = "\n".join(f"{key}={text}" for key, text in value.items())
        elif isinstance(value, bool):
            row[name] = "yes" if value else "no" if name == "value" else ""
        elif isinstance(value, list) and rule.get("compare") == "between":
            row[name], row["value_to"] = (f"{one:g}" for one in value)
        elif isinstance(value, list):
            row[name] = "\n".join(map(str, value))
        elif value is not None:
            row[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return row
