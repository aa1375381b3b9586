"""One operation of the product, as the faults harness and the benchmark take it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One thing the product does: `name` for people, the `function` that does it.

    `or_answers` are statuses a client may get, beside the usual one, that repeats a request of
    which it never heard the answer: of an edit with a version, that it is stale. `afterwards`
    checks what only this operation promises.
    """

    name: str
    function: str
    arrange: Callable[[], Payload]
    or_answers: tuple[int, ...] = ()
    afterwards: Callable[[], None] = lambda: None

    def __str__(self) -> str:
        return self.name
