"""A promise made to a person."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.clock import iso


class PromiseState(StrEnum):
    """What became of it. `withdrawn`: the person does not need it any more, or was told so."""

    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


class Promise(BaseModel):
    """What was promised, by whom (a member of staff, or a write key's id), and until when.

    `promise_id` is `<interaction id>.<number>`. Instants are ISO text.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    contact_id: str
    promise_id: str
    text: str
    made_at: str
    made_by: str
    channel: str
    due_at: str | None = None
    state: PromiseState = PromiseState.OPEN
    settled_at: str | None = None
    settled_by: str | None = None
    version: int = 1

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been kept by now."""
        return (
            self.state is PromiseState.OPEN and self.due_at is not None and self.due_at <= iso(now)
        )


class PromiseChange(BaseModel):
    """Settle a promise, or open it again: `{"state": "kept", "version": 1}`."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    state: PromiseState
    version: Annotated[int, Field(ge=1, le=999_999)]
