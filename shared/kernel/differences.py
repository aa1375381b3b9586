"""What differs between two versions of a document, place by place."""

from collections.abc import Mapping
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
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name in [*after, *(name for name in before if name not in after)]:
        # Most of a document stays as it was, and need not be taken apart.
        if name not in before or name not in after or before[name] != after[name]:
            if name in before:
                _note_places(name, before[name], old)
            if name in after:
                _note_places(name, after[name], new)
    order = [*new, *(path for path in old if path not in new)]
    return [
        Difference(path, old.get(path), new.get(path))
        for path in order
        if old.get(path) != new.get(path)
    ]


def _note_places(path: str, value: Any, found: dict[str, Any]) -> None:
    """Put each leaf below `path` into `found`, an empty list or object being one."""
    parts: list[tuple[Any, Any]] = []
    identity = None
    if isinstance(value, dict):
        parts = [*value.items()]
    elif identity := _identity(value):
        parts = [(entry[identity], entry) for entry in value]
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        parts = [*enumerate(value)]
    for name, part in parts:
        _note_places(f"{path}.{name}", part, found)
    if identity:
        found[f"{path} (order)"] = [name for name, _ in parts]
    if not parts:
        # A list of plain values is one value: shown whole, it says more than its numbered parts.
        found[path] = value


def _identity(value: Any) -> str | None:
    """The field that tells the entries of the list `value` apart, if one does."""
    if not isinstance(value, list | tuple) or not value:
        return None
    for name in _IDENTITIES:
        if all(isinstance(entry, dict) and isinstance(entry.get(name), str) for entry in value):
            names = {entry[name] for entry in value}
            return name if len(names) == len(value) else None
    return None
