"""Domain events: business facts, published after the state that caused them is stored.

Flat, versioned and without personal data: an archive or a dead-letter queue cannot be erased
person by person. A handler receives the same event once or more, in any order.
"""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, field_serializer

from .clock import iso


class DomainEvent(BaseModel):
    """Base of every event. A subclass sets `area`; its class name is the detail-type.

    `event_id` is unique per fact, not per delivery; `occurred_at` is when the fact became true.
    Unknown fields are ignored on reading, so a consumer survives a producer's addition.
    """

    # Built on first use: importing an area's events must not cost a function those it never emits.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    area: ClassVar[str]
    event_id: str
    occurred_at: datetime

    @field_serializer("occurred_at")
    def _fixed_width(self, instant: datetime) -> str:
        return iso(instant)

    @property
    def source(self) -> str:
        """The EventBridge source, `crm.<area>`."""
        return f"crm.{self.area}"

    @property
    def detail_type(self) -> str:
        """The EventBridge detail-type: the name of the fact."""
        return type(self).__name__
