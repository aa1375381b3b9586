"""What rows become. The engine knows this much of it; contacts are one such target, leads of the
sales area another, handed in by the functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from shared.customers.suppression.repository import Address
from shared.platform.auth import Staff
from shared.platform.requests import Item, Op
from shared.platform.tables import Table

from .fields import TargetField, Values
from .model import Import, Problem, Run, TargetName

Outcome = Literal["created", "existing", "failed", "skipped", "removed", "left"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row. `problems` say why it failed or was left; `notes` what of it could
    not be used, without harm."""

    row: int
    outcome: Outcome
    record_id: str | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row that may be stored: the operations of its record, done together or not at all.

    `judge` tells what it means that some were refused (position → item found): the row's result,
    or what to store instead.
    """

    row: int
    record_id: str
    ops: tuple[Op, ...]
    judge: Callable[[Mapping[int, Item]], "Result | Prepared"]
    notes: tuple[Problem, ...] = ()
    addresses: tuple[Address, ...] = ()
    """Kinds and normalised addresses of the person."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a chunk is done for."""

    of: Import
    run: Run
    now: datetime


class Target(Protocol):
    """One kind of record, for the rows of one chunk."""

    table: Table

    def prepare(self, row: int, values: Values) -> Prepared:
        """Check a row. Raises `Rejected`, naming fields of the target."""

    def in_the_way(self, op: Op, found: Item) -> bool:
        """Whether the item found at an operation's key would refuse it."""

    def remove(self, created: Sequence[Result]) -> list[Result]:
        """Take back what the import created and nobody changed since."""


class TargetKind(Protocol):
    """How a function tells the engine of a target."""

    name: TargetName

    def fields(self, now: datetime, by: Staff | None = None) -> list[TargetField]:
        """The fields a column can be mapped to; of these, those that `by` may."""

    def opened(self, work: Work, values: Sequence[Values]) -> Target:
        """The target for a chunk whose rows say `values`."""


Kinds = Mapping[str, TargetKind]
