"""The four things a write can do, and the requests DynamoDB takes for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.kernel.events import DomainEvent

from .codec import encode
from .outbox import EVENTS, LAST_EVENT, packed

Item = dict[str, Any]
Key = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """Why a write may be refused.

    `name` says what must hold and `reason` why. In `expression` an attribute is written
    `#attribute` and a value `:value`, taken from `values`.
    """

    name: str
    expression: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Put:
    """Store `item` whole, together with the events that caused it."""

    item: Mapping[str, Any]
    condition: Condition | None = None
    events: Sequence[DomainEvent] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Change the item at `key`, making it if there is none.

    `set_once` writes only where the attribute is missing; `add` adds numbers or unites sets, and
    `take` takes elements out of sets.
    """

    key: Key
    set: Mapping[str, Any] = field(default_factory=dict)
    set_once: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Any] = field(default_factory=dict)
    take: Mapping[str, Any] = field(default_factory=dict)
    remove: Iterable[str] = ()
    condition: Condition | None = None
    events: Sequence[DomainEvent] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing here, but let the rest happen only if `condition` holds."""

    key: Key
    condition: Condition


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item at `key`. Its event, if any, was stored on a tombstone before."""

    key: Key
    condition: Condition | None = None


Op = Put | Update | Check | Delete

_NAME = re.compile(r"#(\w+)")


def requests_for(table: str, ops: Sequence[Op]) -> list[dict[str, Any]]:
    """One `TransactItems` entry per operation."""
    return [_request(table, op) for op in ops]


def _request(table: str, op: Op) -> dict[str, Any]:
    request: dict[str, Any] = {"TableName": table}
    names: dict[str, str] = {}
    values: Item = {}
    match op:
        case Put():
            kind = "Put"
            request["Item"] = encode({**op.item, **packed(op.events)})
        case Update():
            kind = "Update"
            request["Key"] = encode(op.key)
            request["UpdateExpression"] = _update_expression(op, names, values)
        case Check():
            kind = "ConditionCheck"
            request["Key"] = encode(op.key)
        case Delete():
            kind = "Delete"
            request["Key"] = encode(op.key)
    if condition := op.condition:
        request["ConditionExpression"] = condition.expression
        names |= {f"#{name}": name for name in _NAME.findall(condition.expression)}
        values |= {f":{name}": value for name, value in condition.values.items()}
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = encode(values)
    return {kind: request}


def _update_expression(op: Update, names: dict[str, str], values: Item) -> str:
    sets: list[str] = []
    removes: list[str] = []
    events = packed(op.events)
    for name, value in {**op.set, **events}.items():
        sets.append(f"#{name} = {_value(values, value)}")
        names[f"#{name}"] = name
    for name, value in op.set_once.items():
        sets.append(f"#{name} = if_not_exists(#{name}, {_value(values, value)})")
        names[f"#{name}"] = name
    adds = [f"#{name} {_value(values, value)}" for name, value in op.add.items()]
    takes = [f"#{name} {_value(values, value)}" for name, value in op.take.items()]
    removes = [*op.remove, *(() if events else (EVENTS, LAST_EVENT))]
    names |= {f"#{name}": name for name in (*op.add, *op.take, *removes)}
    return " ".join(
        f"{word} {', '.join(parts)}"
        for word, parts in (
            ("SET", sets),
            ("REMOVE", [f"#{name}" for name in removes]),
            ("ADD", adds),
            ("DELETE", takes),
        )
        if parts
    )


def _value(values: Item, value: Any) -> str:
    name = f":u{len(values)}"
    values[name] = value
    return name
