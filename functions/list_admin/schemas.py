"""What `list_admin` takes and answers."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.lists.model import MAX_AT_ONCE, Changed, ContactList, Member

ContactId = Annotated[str, StringConstraints(pattern=r"^contact_[0-9A-HJKMNP-TV-Z]{26}$")]


class People(BaseModel):
    """`{"contact_ids": ["contact_…"]}`, at most a hundred."""

    model_config = ConfigDict(extra="forbid")

    contact_ids: list[ContactId] = Field(min_length=1, max_length=MAX_AT_ONCE)


class Removal(BaseModel):
    """`?version=3`"""

    version: int = Field(ge=1)


class ListPage(BaseModel):
    """Some lists by name; `next` is the cursor of those that follow."""

    items: list[ContactList]
    next: str | None


class MemberPage(BaseModel):
    """Some people of a list; `next` is the cursor of those that follow."""

    items: list[Member]
    next: str | None


class Outcomes(BaseModel):
    """What became of each, and how many were put on the list or taken off it."""

    items: list[Changed]
    changed: int

    @classmethod
    def of(cls, found: Sequence[Changed]) -> Self:
        """The answer, counted."""
        changed = sum(one.outcome in ("added", "removed") for one in found)
        return cls(items=list(found), changed=changed)
