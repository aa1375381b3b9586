"""What `/v1/system/...` takes and answers."""

from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.platform.redriving import FailedMessage


class FailedView(BaseModel):
    """A failed message: what it is about, never what it says."""

    message_id: str
    sent_at: datetime
    received: int
    type: str | None
    error: str | None
    ids: dict[str, str | int]

    @classmethod
    def of(cls, message: FailedMessage) -> Self:
        """The view of a message."""
        return cls(**asdict(message))


class FailedList(BaseModel):
    """Up to ten of them, oldest first."""

    items: list[FailedView]


class Redrive(BaseModel):
    """Which dead-letter queue to empty."""

    model_config = ConfigDict(extra="forbid")

    queue: str = Field(min_length=1, max_length=80)


class Redriven(BaseModel):
    """How many messages went back, and about how many are left."""

    moved: int
    left: int
