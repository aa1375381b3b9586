"""What differs between two versions of a document, place by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_IDENTITIES: Final = ("id", "key_id", "staff_id", "name")
"""Fields by which the entries of a list are told apart, where they have one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs: its dotted path, and what stood there (`None`: nothing)."""

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every place where two JSON objects differ, in the order of the later one.

    Entries of a list that carry an id are compared by it, so that putting one in front is one
    difference and not one for each entry behind; an order that changed is a difference of its own.
    """
    old, new = _places("", before), _places("", after)
    order = [*new, *(path for path in old if path not in new)]
    return [
        Difference(path, old.get(path), new.get(path))
        for path in order
        if old.get(path) != new.get(path)
    ]


def _places(path: str, value: Any) -> dict[str, Any]:
    """Each leaf below `path`, an empty list or object being one."""
    found: dict[str, Any] = {}
    for name, part in _parts(value):
        found |= _places(f"{path}.{name}" if path else name, part)
    if identity := _identity(value):
        found[f"{path} (order)"] = [entry[identity] for entry in value]
    # A document that says nothing, or is none yet, has no places.
    return found or ({path: value} if path else {})


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(name), part) for name, part in value.items()]
    if identity := _identity(value):
        return [(str(entry[identity]), entry) for entry in value]
    if isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value):
        return [(str(number), part) for number, part in enumerate(value)]
    # A list of plain values is one value: shown whole, it says more than its numbered parts.
    return []


def _identity(value: Any) -> str | None:
    """The field that tells the entries of the list `value` apart, if one does."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) == 0:
        return None
    for name in _IDENTITIES:
        if all(isinstance(entry, Mapping) and isinstance(entry.get(name), str) for entry in value):
            names = {entry[name] for entry in value}
            return name if len(names) == len(value) else None
    return None
