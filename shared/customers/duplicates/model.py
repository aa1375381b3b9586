"""Two contacts that may be one person, as suggested to people."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict


class PairState(StrEnum):
    """`dismissed`: somebody said that these are two people, as far as is known of them."""

    OPEN = "open"
    DISMISSED = "dismissed"


class Pair(BaseModel):
    """A suggestion. The ids are in order, so that two contacts are one pair.

    `score` is the probability (0 to 1) that they are one person and `reasons` what speaks for it,
    the strongest first (`similarity`). `facts` stands for what was compared: a dismissal holds
    until that is something else. `revision` grows with each change.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    one_id: str
    other_id: str
    score: float
    reasons: list[str]
    facts: str
    state: PairState = PairState.OPEN
    found_at: str
    dismissed_at: str | None = None
    dismissed_by: str | None = None
    revision: int = 1

    @property
    def pair_id(self) -> str:
        """Both ids in one."""
        return f"{self.one_id}{_BETWEEN}{self.other_id}"


_BETWEEN: Final = "."


def in_order(one: str, other: str) -> tuple[str, str]:
    """The ids of a pair in their order."""
    return (one, other) if one < other else (other, one)


def ids_in(pair_id: str) -> tuple[str, str]:
    """The two ids that the id of a pair is made of."""
    one, _, other = pair_id.partition(_BETWEEN)
    return one, other
