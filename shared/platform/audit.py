"""What a change of configuration leaves behind: who did what to which thing, and when.

The platform knows that every change is told and that telling it is part of the same write; where
it is kept is the directory's affair (`shared/directory/audit.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .requests import Op
from .tables import Table

Action = Literal["drafted", "saved", "activated", "rolled_back", "created", "rotated", "revoked"]
"""`saved`: stored and in force at once. `drafted`: stored, not in force."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one configuration.

    `noun` and `id` name what was changed for people; `area` and `name` say where its versions are
    kept (`platform.configuration`; `name` differs from `id` where many things are one
    configuration). `before` and `after` are version numbers (0: there was none). `restored` is
    the version that a roll-back brought back.
    """

    at: datetime
    by: str
    area: str
    noun: str
    id: str
    name: str
    action: Action
    before: int
    after: int
    restored: int | None = None


Audit = Callable[[Change], tuple[Table, Op]]
"""Makes the operation that records a change, to be written with it."""
