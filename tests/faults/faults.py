"""What can go wrong at one AWS call, and making it go wrong.

Seen from the caller there are five ways, and a product that survives them at each of its calls
survives any crash: the call never arrives; it is done and the answer is lost, for good or until
the SDK tries again; the process dies before it, or after it.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

import botocore.endpoint
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from shared.platform import json_api, writes
from shared.platform.connections import Answer
from tests.aws_calls import Call, Send, intercepted, is_read
from tests.permissions import invoking
from tests.pump import Killed


class How(StrEnum):
    """How a call fails."""

    UNREACHABLE = "unreachable"
    """The call never arrives, however often the SDK tries."""
    ANSWER_LOST = "done, its answer lost"
    """It is done; then the network is gone, and the SDK gives up."""
    TWICE = "done twice"
    """It is done, the answer is lost, the SDK does it again and hears the second answer."""
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


@dataclass(frozen=True)
class Fault:
    """One call of a run, by its number, and how it fails."""

    number: int
    how: How

    def __str__(self) -> str:
        return f"call {self.number}, {self.how}"


Place = tuple[tuple[str, int], ...]
"""The lines of the product, innermost first, that a call was made from."""

_PRODUCT: Final = tuple(
    f"{Path(__file__).parents[2] / folder}/" for folder in ("functions", "shared")
)


@dataclass(frozen=True)
class Made:
    """One call of a run, and where in the product it was made."""

    name: str
    place: Place

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return is_read(self.name.partition(".")[2])


@contextmanager
def recorded() -> Iterator[list[Made]]:
    """The AWS calls that functions make meanwhile, in order."""
    made: list[Made] = []

    def note(call: Call, send: Send) -> Answer:
        made.append(Made(call.name, _place()))
        return send()

    with _functions_calls(note):
        yield made


def turning_points(calls: Sequence[Made]) -> list[int]:
    """The calls worth breaking, by number: each, but of a loop's turns the first, the second
    and the last.

    Turns of a loop are calls of one name from the same lines. Between the second and the last
    each finds what the second found: some were done, some are to do.
    """
    turns: dict[Made, list[int]] = defaultdict(list)
    for number, call in enumerate(calls):
        turns[call].append(number)
    return sorted({number for at in turns.values() for number in (*at[:2], at[-1])})


def faults_of(calls: Sequence[Made]) -> Iterator[Fault]:
    """Every way in which the calls of an invocation may fail, each once.

    Nothing happens between two calls: whoever is killed after one was killed before the next. A
    read changes nothing: to be killed by it is to be killed after the call before it, not to hear
    its answer is not to have reached anybody, and to read twice is to read.
    """
    worth = turning_points(calls)
    for number in worth:
        for how in How:
            if how is How.KILLED_BEFORE:
                told = number == 0
            elif how is How.KILLED_AFTER and calls[number].reads:
                told = number > 0 and number - 1 not in worth
            else:
                told = how is How.UNREACHABLE or not calls[number].reads
            if told:
                yield Fault(number, how)


def _place() -> Place:
    lines = []
    frame = sys._getframe(1)
    while frame := frame.f_back:  # type: ignore[assignment]
        if frame.f_code.co_filename.startswith(_PRODUCT):
            lines.append((frame.f_code.co_filename, frame.f_lineno))
    return tuple(lines)


@contextmanager
def failing(fault: Fault) -> Iterator[list[str]]:
    """Make the call of `fault` fail, once; the names of the calls that failed so."""
    failed: list[str] = []
    broken: list[Any] = []

    def strike(call: Call, send: Send) -> Answer:
        if not failed and call.number == fault.number:
            failed.append(call.name)
            broken.append(call.number)
            return _struck(fault.how, call, send)
        if broken == [call.number] and fault.how in (How.UNREACHABLE, How.ANSWER_LOST):
            return _gone(call)
        return send()

    with _functions_calls(strike):
        yield failed


@contextmanager
def _functions_calls(do: Any) -> Iterator[None]:
    """`do` for the calls of functions under test, numbered from 0; the test's own pass by."""
    seen: list[int] = []

    def around(call: Call, send: Send) -> Answer:
        if not invoking():
            return send()
        if not seen or seen[-1] != call.number:
            seen.append(call.number)
        return do(replace(call, number=len(seen) - 1), send)

    waiting = SimpleNamespace(sleep=lambda seconds: None, time=time.time)
    with (
        intercepted(around),
        patch.object(botocore.endpoint, "time", waiting),
        patch.object(json_api, "time", waiting),
        patch.object(writes, "time", waiting),
    ):
        yield


def _struck(how: How, call: Call, send: Send) -> Answer:
    match how:
        case How.UNREACHABLE:
            return _gone(call)
        case How.KILLED_BEFORE:
            raise Killed
    send()
    if how is How.KILLED_AFTER:
        raise Killed
    raise ConnectionClosedError(endpoint_url=call.url)


def _gone(call: Call) -> Answer:
    raise EndpointConnectionError(endpoint_url=call.url, error="out of reach")
