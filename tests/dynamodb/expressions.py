"""DynamoDB's expressions: conditions and updates, compiled once for each text.

Attributes are written `#name` and values `:value`, as this product writes all of them; a bare
name, which could be a reserved word, is not understood. Source: "Using expressions in DynamoDB",
Amazon DynamoDB Developer Guide.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tests.dynamodb.operators import (
    FUNCTIONS,
    added,
    appended,
    compared,
    length,
    there,
)
from tests.dynamodb.paths import Path, Step, child, put
from tests.dynamodb.values import Item, Value, invalid

_TOKEN: Final = re.compile(r"\s*(#\w+|:\w+|[A-Za-z_]\w*|\d+|<>|<=|>=|[=<>(),.\[\]+-])")
_WORDS: Final = {"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"}
_ORDERED: Final = frozenset({"S", "N", "B"})
_TAKEN: Final = {
    **dict.fromkeys(("<", "<=", ">", ">=", "BETWEEN"), _ORDERED),
    "begins_with": frozenset({"S", "B"}),
    "attribute_type": frozenset({"S"}),
    "list_append": frozenset({"L"}),
    "+": frozenset({"N"}),
    "-": frozenset({"N"}),
    "ADD": frozenset({"N", "SS", "NS", "BS"}),
    "DELETE": frozenset({"SS", "NS", "BS"}),
}
"""Types of values that operators and functions take."""

_COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Given:
    """What an expression's words stand for, and the item it is about."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]

    def at(self, path: Path) -> Value | None:
        """The value at a path of the item."""
        first, *rest = _named(self.names, path)
        found = self.item.get(str(first))
        for step in rest:
            if found is None:
                return None
            found = child(found, step)
        return found


Operand = Callable[[Given], Value | None]
Test = Callable[[Given], bool]


@dataclass(frozen=True, slots=True)
class Action:
    """One part of an update: what happens (`SET` …) to what is at a path."""

    kind: str
    path: Path
    value: Operand


@dataclass(frozen=True, slots=True)
class Expression:
    """What is known of an expression before it is applied to an item.

    `words` are those it uses; `kinds` says which types the value of a word may have, `ranges`
    which two values are the ends of one.
    """

    words: frozenset[str]
    kinds: tuple[tuple[str, str, frozenset[str]], ...]
    ranges: tuple[tuple[str, str], ...]

    def check(self, values: Mapping[str, Value]) -> None:
        """Raise `Refused` when a value is of a type that its operator never takes."""
        for word, operator, kinds in self.kinds:
            ((kind, _),) = values[word].items()
            if kind not in kinds:
                raise invalid(f"Incorrect operand type; operator: {operator}, type: {kind}")
        for low, high in self.ranges:
            if not compared("<=", values[low], values[high]):
                raise invalid("The BETWEEN operator requires a lower and an upper bound")


@dataclass(frozen=True, slots=True)
class Condition(Expression):
    """A compiled condition."""

    holds: Test


@dataclass(frozen=True, slots=True)
class Update(Expression):
    """A compiled update."""

    actions: tuple[Action, ...]

    def targets(self, names: Mapping[str, str]) -> list[Path]:
        """The paths that change. Raises `Refused` when one is, or is part of, another."""
        found = [_named(names, action.path) for action in self.actions]
        for number, path in enumerate(found):
            for other in found[:number]:
                if path[: len(other)] == other or other[: len(path)] == path:
                    raise invalid("Two document paths overlap with each other")
        return found

    def applied(self, given: Given, keys: Iterable[str]) -> Item:
        """The item after the update; `given.item` stays as it is. All parts see the old item."""
        item = given.item
        for action, path in zip(self.actions, self.targets(given.names), strict=True):
            if path[0] in keys:
                raise invalid(f"Cannot update attribute {path[0]}. It is part of the key")
            item = put(item, path, _result(action, given))
        return item


@lru_cache(maxsize=1024)
def condition(text: str) -> Condition:
    """The condition of a text."""
    reader = _Reader(text)
    test = reader.condition()
    reader.end()
    return Condition(frozenset(reader.used), tuple(reader.kinds), tuple(reader.ranges), test)


@lru_cache(maxsize=1024)
def update(text: str) -> Update:
    """The update of a text."""
    reader = _Reader(text)
    actions = tuple(reader.update())
    reader.end()
    return Update(frozenset(reader.used), tuple(reader.kinds), tuple(reader.ranges), actions)


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        self.used: set[str] = set()
        self.kinds: list[tuple[str, str, frozenset[str]]] = []
        self.ranges: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if not found:
                raise invalid(f'Invalid expression: Syntax error; near: "{text[at:]}"')
            self.tokens.append(found[1])
            at = found.end()

    def next(self) -> str:
        """The token that comes next; "" at the end."""
        token = self.tokens[0] if self.tokens else ""
        return token.upper() if token.upper() in _WORDS else token

    def take(self, *wanted: str) -> str:
        """The next token, which is one of `wanted` if any are given."""
        token = self.next()
        if not token or (wanted and token not in wanted):
            raise invalid(f'Invalid expression: Syntax error; token: "{token}" in "{self.text}"')
        del self.tokens[0]
        if token[0] in "#:":
            self.used.add(token)
        return token

    def skip(self, token: str) -> bool:
        """Take the next token if it is this one."""
        if self.next() == token:
            self.take()
            return True
        return False

    def end(self) -> None:
        """Nothing may follow."""
        if self.tokens:
            self.take("")

    def condition(self) -> Test:
        tests = [self._all()]
        while self.skip("OR"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda given: any(test(given) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self.skip("AND"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda given: all(test(given) for test in tests)

    def _one(self) -> Test:
        if self.skip("NOT"):
            inner = self._one()
            return lambda given: not inner(given)
        if self.skip("("):
            inner = self.condition()
            self.take(")")
            return inner
        if self.next() in FUNCTIONS:
            return self._function()
        return self._comparison()

    def _function(self) -> Test:
        name = self.take()
        self.take("(")
        if name in ("attribute_exists", "attribute_not_exists"):
            path, wanted = self.path(), name == "attribute_exists"
            self.take(")")
            return lambda given: (given.at(path) is not None) is wanted
        words = [self.next()]
        left = self.operand()
        self.take(",")
        words.append(self.next())
        right = self.operand()
        self.take(")")
        self.limit(name, *words)
        function = FUNCTIONS[name]
        return lambda given: function(left(given), right(given))

    def _comparison(self) -> Test:
        words = [self.next()]
        left = self.operand()
        word = self.take("IN", "BETWEEN", *_COMPARISONS)
        if word == "IN":
            self.take("(")
            among = [self.operand()]
            while self.skip(","):
                among.append(self.operand())
            self.take(")")
            return lambda given: any(compared("=", left(given), one(given)) for one in among)
        words.append(self.next())
        right = self.operand()
        if word != "BETWEEN":
            self.limit(word, *words)
            return lambda given: compared(word, left(given), right(given))
        self.take("AND")
        words.append(self.next())
        highest = self.operand()
        self.limit(word, *words)
        if words[1].startswith(":") and words[2].startswith(":"):
            self.ranges.append((words[1], words[2]))
        return lambda given: (
            compared(">=", left(given), right(given))
            and compared("<=", left(given), highest(given))
        )

    def limit(self, operator: str, *words: str) -> None:
        """Note that the values among these words are of a type the operator takes."""
        if kinds := _TAKEN.get(operator):
            self.kinds += [(word, operator, kinds) for word in words if word.startswith(":")]

    def operand(self) -> Operand:
        token = self.next()
        if token.startswith(":"):
            self.take()
            return lambda given: given.values[token]
        if token == "size":
            self.take()
            self.take("(")
            measured = self.path()
            self.take(")")
            return lambda given: length(given.at(measured))
        path = self.path()
        return lambda given: given.at(path)

    def path(self) -> Path:
        steps: list[Step] = [self._name()]
        while self.next() in (".", "["):
            if self.take() == ".":
                steps.append(self._name())
            else:
                steps.append(int(self.take()))
                self.take("]")
        return tuple(steps)

    def _name(self) -> str:
        if not self.next().startswith("#"):
            raise invalid(f'Invalid expression: "{self.next()}" in "{self.text}" is no #name')
        return self.take()

    def update(self) -> Iterable[Action]:
        seen: set[str] = set()
        while self.tokens:
            kind = self.take("SET", "REMOVE", "ADD", "DELETE")
            if kind in seen:
                raise invalid(f'The "{kind}" section can only be used once in an update expression')
            seen.add(kind)
            yield self._action(kind)
            while self.skip(","):
                yield self._action(kind)

    def _action(self, kind: str) -> Action:
        path = self.path()
        match kind:
            case "REMOVE":
                return Action(kind, path, lambda _: None)
            case "SET":
                self.take("=")
                return Action(kind, path, self._sum())
        value = self.take()
        if not value.startswith(":"):
            raise invalid(f"Invalid UpdateExpression: {kind} takes a value")
        self.limit(kind, value)
        return Action(kind, path, lambda given: given.values[value])

    def _sum(self) -> Operand:
        words = [self.next()]
        left = self._term()
        if self.next() not in ("+", "-"):
            return left
        operator = self.take()
        sign = 1 if operator == "+" else -1
        words.append(self.next())
        right = self._term()
        self.limit(operator, *words)
        return lambda given: added(there(left(given)), there(right(given)), sign)

    def _term(self) -> Operand:
        if self.next() not in ("if_not_exists", "list_append"):
            plain = self.operand()
            return lambda given: there(plain(given))
        name = self.take()
        self.take("(")
        words = [self.next()]
        left = self.operand() if name == "if_not_exists" else self._term()
        self.take(",")
        words.append(self.next())
        right = self._term()
        self.take(")")
        self.limit(name, *words)
        if name == "if_not_exists":
            return lambda given: found if (found := left(given)) is not None else right(given)
        return lambda given: appended(there(left(given)), there(right(given)))


def _result(action: Action, given: Given) -> Value | None:
    """The value at the action's path after it; `None` when there is none."""
    value = action.value(given)
    if action.kind in ("SET", "REMOVE"):
        return value
    before = given.at(action.path)
    assert value is not None
    ((kind, raw),) = value.items()
    if kind == "N" and action.kind == "ADD":
        return value if before is None else added(before, value)
    if kind not in ("SS", "NS", "BS") or (before is not None and kind not in before):
        raise invalid("An operand in the update expression has an incorrect data type")
    known = set(before[kind]) if before else set()
    left = known | set(raw) if action.kind == "ADD" else known - set(raw)
    return {kind: sorted(left)} if left else None


def _named(names: Mapping[str, str], path: Path) -> Path:
    """A path with the names of attributes."""
    return tuple(names[step] if isinstance(step, str) else step for step in path)
