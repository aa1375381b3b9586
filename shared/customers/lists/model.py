"""A list, and who is on it.

A list is static: whoever is on it was put there. Lists that follow from a rule are segments, which
answer `members` of the same shape.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_AT_ONCE: Final = 100

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)

ListName = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Source = Literal["staff", "search", "import"]
"""How somebody came on a list."""


class ContactList(BaseModel):
    """A list. `members` counts them exactly; `version` grows with each change of the list itself,
    not of who is on it."""

    model_config = _STORED

    list_id: str
    name: str
    description: str = ""
    members: int = 0
    created_by: str
    created_at: str
    updated_at: str
    deleted_at: str | None = None
    version: int


class Member(BaseModel):
    """Somebody on a list: who put them there, when, and how."""

    model_config = _STORED

    contact_id: str
    added_by: str
    added_at: str
    source: Source
    import_id: str | None = None


class ListInput(BaseModel):
    """What people say of a list."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: ListName
    description: Annotated[str, StringConstraints(max_length=1_000)] = ""


class Changed(BaseModel):
    """What became of one contact: `added`, `removed`, `unchanged` (there, or not there, already),
    or `not_found`."""

    contact_id: str
    outcome: Literal["added", "removed", "unchanged", "not_found"]


class ListChange(ListInput):
    """A list's new name and description, as of `version`."""

    version: int = Field(ge=1)
