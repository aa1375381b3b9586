"""What `quarantine_review` answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


class Quarantined(BaseModel):
    """A submission that looked automatic, and why. `lead_id` is set once it was released."""

    submission_id: str
    form_id: str
    reason: str
    received_at: str
    answers: dict[str, str]
    released_at: str | None
    released_by: str | None
    lead_id: str | None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Quarantined":
        """The view of a stored one."""
        return cls(**{name: item.get(name) for name in cls.model_fields})


class QuarantinePage(BaseModel):
    """Some of them; `next` is the cursor of those that follow."""

    items: list[Quarantined]
    next: str | None
