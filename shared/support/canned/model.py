"""Canned replies and macros as versioned data."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.customers.inputs import Tags
from shared.directory.model import Slug
from shared.support.sla.policy import Priority
from shared.support.tickets.states import TicketState

NAME: Final = "tickets"
"""The name under which they are stored (kinds `canned_replies` and `ticket_macros`)."""

ME: Final = "me"
NOBODY: Final = "unassigned"
MAX_ENTRIES: Final = 200

_DATA: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


class CannedReply(BaseModel):
    """A text to begin an answer with; it may have merge fields (`fields`)."""

    model_config = _DATA

    id: Slug
    name: Name
    body: Text


class CannedReplies(BaseModel):
    """All of them, in the order agents see them: as much as one request of 64 KB takes."""

    model_config = _DATA

    replies: list[CannedReply] = Field(max_length=MAX_ENTRIES)

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        _once([one.id for one in self.replies])
        return self


class Macro(BaseModel):
    """What is done to a ticket in one go: an answer or a note, then the rest. `assign_to` is
    somebody's id, `me` for whoever does it, or `unassigned`."""

    model_config = _DATA

    id: Slug
    name: Name
    reply: Text | None = None
    note: Text | None = None
    then: TicketState | None = None
    priority: Priority | None = None
    assign_to: Slug | None = None
    queue: Slug | None = None
    add_tags: Tags = []
    remove_tags: Tags = []

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.reply and self.note:
            raise ValueError("a macro answers or notes, not both")
        if self.then in (TicketState.MERGED, TicketState.NEW):
            raise ValueError("no ticket is moved to that state")
        if not self.model_dump(exclude={"id", "name"}, exclude_defaults=True):
            raise ValueError("a macro does something")
        return self


class Macros(BaseModel):
    """All of them, in the order agents see them."""

    model_config = _DATA

    macros: list[Macro] = Field(max_length=MAX_ENTRIES)

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        _once([one.id for one in self.macros])
        return self

    def macro(self, macro_id: str) -> Macro | None:
        """The macro of an id."""
        return next((one for one in self.macros if one.id == macro_id), None)


def _once(ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        raise ValueError("each has an id of its own")
