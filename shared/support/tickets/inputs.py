"""What staff and customers send to open a ticket or to add to one."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import AccountId, CustomInput, StaffId, Tags
from shared.directory.model import Slug
from shared.support.sla.policy import Priority

from .model import (
    MAX_ATTACHMENTS,
    MAX_LINES,
    MAX_WATCHERS,
    Body,
    Channel,
    OrderLine,
    Subject,
    TicketType,
)
from .states import TicketState

_INPUT = ConfigDict(extra="forbid", frozen=True, defer_build=True)

Files = Annotated[
    list[Annotated[str, StringConstraints(max_length=2_048)]], Field(max_length=MAX_ATTACHMENTS)
]
"""Tokens of files that were sent before (`POST /v1/tickets/uploads`)."""


class NewTicket(BaseModel):
    """A ticket that staff open in a customer's name: of a contact, or of whoever has an
    address. `body` is what the customer said, or where it is not `public` a note among staff."""

    model_config = _INPUT

    contact_id: Annotated[str, StringConstraints(max_length=60)] | None = None
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    account_id: AccountId | None = None
    subject: Subject
    body: Body
    public: bool = True
    type: TicketType = "question"
    channel: Channel = "phone"
    priority: Priority = Priority.NORMAL
    queue: Slug | None = None
    owner_id: StaffId | None = None
    tags: Tags = []
    custom: CustomInput = {}
    lines: list[OrderLine] = Field(default=[], max_length=MAX_LINES)
    attachments: Files = []


class NewReply(BaseModel):
    """An answer to the customer. `then` is the state the ticket is left in; `version`, where
    given, the one the writer saw: somebody else's answer since then is a 412."""

    model_config = _INPUT

    body: Body
    attachments: Files = []
    then: TicketState | None = None
    version: int | None = Field(default=None, ge=1)


class NewNote(BaseModel):
    """A note among staff; those mentioned watch the ticket from then on."""

    model_config = _INPUT

    body: Body
    mentions: Annotated[list[StaffId], Field(max_length=MAX_WATCHERS)] = []
    attachments: Files = []


class OwnTicket(BaseModel):
    """A ticket that a signed-in customer opens, for themselves or in the name of an account they
    belong to."""

    model_config = _INPUT

    subject: Subject
    body: Body
    type: TicketType = "question"
    account_id: AccountId | None = None
    custom: CustomInput = {}
    lines: list[OrderLine] = Field(default=[], max_length=MAX_LINES)
    attachments: Files = []


class OwnReply(BaseModel):
    """What a customer adds."""

    model_config = _INPUT

    body: Body
    attachments: Files = []
