"""What is open about a person, whichever area it is in: the seam that each area fills."""

from collections.abc import Callable, Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class OpenMatter(BaseModel):
    """Something somebody here still has to do about a person: a lead to answer, a task, a ticket,
    an order. `kind` says what it is, `id` which; `title` is for people, `state` a code. Instants
    are ISO text."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: str
    id: str
    title: str
    state: str
    owner_id: str | None = None
    since: str | None = None
    due_at: str | None = None
    overdue: bool = False


Matters = Callable[[str, Collection[str], datetime], list[OpenMatter]]
"""An area's open matters of a contact and its leads (ids), as of an instant."""


def in_order(matters: Collection[OpenMatter]) -> list[OpenMatter]:
    """Soonest due first; what is due at no time comes last."""
    return sorted(matters, key=lambda one: (one.due_at or "~", one.since or "", one.id))
