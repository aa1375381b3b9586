"""What the pages of tickets take: filters and forms as browsers send them."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import StaffId
from shared.directory.model import Slug
from shared.support.sla.policy import Priority
from shared.support.tickets.listing import Group
from shared.support.tickets.model import Subject, TicketType
from shared.support.tickets.states import TicketState

PAGE_SIZE: Final = 50
MESSAGES: Final = 30
WORKERS: Final = ("agent", "supervisor")
READERS: Final = (*WORKERS, "rep", "sales_manager", "analyst")

CALLED: Final = (*WORKERS, "rep", "sales_manager")

NOBODY: Final = "nobody"
ME: Final = "me"

_FORM: Final = ConfigDict(extra="ignore")


class ListQuery(BaseModel):
    """`?queue=&group=&owner=&priority=&text=`: tickets of a queue or a person. `owner` is a staff
    id, `me` or `nobody`; `text` is looked for in number and subject."""

    model_config = _FORM

    queue: Slug | None = None
    group: Group = "with_us"
    owner: Annotated[str, StringConstraints(max_length=64)] | None = None
    priority: Priority | None = None
    text: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    cursor: str | None = None


class _OfVersion(BaseModel):
    """A form that says which version of the ticket it was shown with."""

    model_config = _FORM

    version: int = Field(ge=1)


class MoveForm(_OfVersion):
    """To which state."""

    to: TicketState


class PriorityForm(_OfVersion):
    """How urgent it is."""

    priority: Priority


class OwnerForm(_OfVersion):
    """Who has it, and the queue it waits in."""

    owner_id: StaffId | Literal[""] = ""
    queue: Slug


class FactsForm(_OfVersion):
    """What it is about."""

    subject: Subject
    type: TicketType
    tags: Annotated[str, StringConstraints(max_length=2_000)] = ""


class AssignForm(BaseModel):
    """To whom the ticked ones go, or into which queue."""

    model_config = _FORM

    owner_id: StaffId | Literal[""] = ""
    queue: Slug | Literal[""] = ""


class NewForm(BaseModel):
    """A ticket as somebody types it in: `who` is an address or a contact's id, `body` what they
    said or a note among staff."""

    model_config = _FORM

    key: Annotated[str, StringConstraints(max_length=100)] = ""
    who: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]
    name: str = ""
    subject: str = ""
    kind: Literal["said", "note"] = "said"
    body: str = ""
    type: str = "question"
    channel: str = "phone"
    priority: str = "normal"
    queue: str = ""
    owner_id: str = ""
    tags: Annotated[str, StringConstraints(max_length=2_000)] = ""
    order_id: str = ""
    sku: str = ""
    quantity: str = ""
    reason: str = ""


class SaidForm(_OfVersion):
    """What is written to the customer, or among staff, and how it leaves the ticket."""

    kind: Literal["reply", "note"] = "reply"
    body: str = ""
    then: TicketState | Literal[""] = ""
    mention: StaffId | Literal[""] = ""
    key: Annotated[str, StringConstraints(max_length=100)] = ""


class MacroForm(_OfVersion):
    """Which macro is done."""

    macro: Slug
    key: Annotated[str, StringConstraints(max_length=100)] = ""


class EscalationForm(BaseModel):
    """Why the managers are to look at it."""

    model_config = _FORM

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
    key: Annotated[str, StringConstraints(max_length=100)] = ""


class MergeForm(BaseModel):
    """Which ticket it becomes part of."""

    model_config = _FORM

    into: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class SplitForm(BaseModel):
    """Which message becomes a ticket of its own, about what."""

    model_config = _FORM

    message_id: Annotated[str, StringConstraints(max_length=60)]
    subject: Subject
    key: Annotated[str, StringConstraints(max_length=100)] = ""
