"""A ticket: one matter of a customer, from the first message to the end."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import Tags
from shared.kernel.text import plain
from shared.support.sla.policy import Priority

from .states import TicketState

Channel = Literal["form", "email", "portal", "phone", "chat", "api"]
"""How the customer turned to us."""

TicketType = Literal["question", "complaint", "request", "incident", "return"]

Author = Literal["customer", "agent", "automatic"]

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)
_INPUT: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)

MAX_SUBJECT: Final = 300
MAX_BODY: Final = 50_000
MAX_LINES: Final = 50
MAX_ATTACHMENTS: Final = 10
MAX_WATCHERS: Final = 20
MAX_MERGED: Final = 20
MAX_PARTICIPANTS: Final = 20


def _line(text: str) -> str:
    return _something(plain(text))


def _text(text: str) -> str:
    return _something(plain(text, multiline=True))


def _something(text: str) -> str:
    if not text:
        raise ValueError("there is nothing to read in it")
    return text


Subject = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SUBJECT),
    AfterValidator(_line),
]
Body = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_BODY),
    AfterValidator(_text),
]
"""What people typed, without control characters."""


class OrderLine(BaseModel):
    """What a customer wants to bring back: of which order, what, how many and why."""

    model_config = _INPUT

    order_id: Annotated[str, StringConstraints(pattern=r"^[\w.:#/-]{1,100}$")]
    sku: Annotated[str, StringConstraints(pattern=r"^[\w.:#/-]{1,100}$")]
    quantity: int = Field(default=1, ge=1, le=1_000_000)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Attachment(BaseModel):
    """A file of a message. `key` is where it lies, `media_type` what its content turned out to
    be."""

    model_config = _STORED

    file_id: str
    key: str
    name: str
    media_type: str
    size: int


class Requester(BaseModel):
    """Who asks, as they told us: at least one address. `contact_id` is who that is."""

    model_config = _STORED

    contact_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class PinnedPolicy(BaseModel):
    """The policy a ticket has its deadlines from, for good: its id, the version of the policies,
    and the year holidays are counted from."""

    model_config = _STORED

    policy_id: str
    version: int
    year: int


class TicketSummary(BaseModel):
    """A ticket as lists show it. `due_at` is the next deadline that runs, of `due_clock`;
    `last_author` was last heard, at `heard_at`. Instants are ISO text."""

    model_config = _STORED

    ticket_id: str
    subject: str
    ticket_type: TicketType
    priority: Priority
    state: TicketState
    channel: Channel
    queue: str
    owner_id: str | None = None
    contact_id: str
    account_id: str | None = None
    proven: bool
    mark: str | None = None
    tags: Tags = []
    created_at: str
    updated_at: str
    due_at: str | None = None
    due_clock: str | None = None
    last_author: Author = "customer"
    heard_at: str | None = None
    case_id: str | None = None
    version: int

    @property
    def reference(self) -> str:
        """What people call it: the end of its id."""
        return self.ticket_id[-8:]


class Ticket(TicketSummary):
    """All that is stored of a ticket itself; `version` counts what happened to it.

    `course` is what its clocks depend on (`sla.course`), `noticed` which level of each clock's
    run was escalated last (`[run, level]`). `merged` are the tickets that became part of it;
    `follows` is the closed one it goes on from, `split_from` the one it was a message of.
    `origins` are the merges of records it came by, each with whose it was before.
    `resolved_at` is when it was last resolved, `assign_at` when it is looked again who can take it.
    `answered_by` is who of ours first answered, `settled_by` who last ended the matter, and
    `first_settled_at` when that was for the first time. `participants` are marks of addresses that
    the requester's mails went to as well: answers of these belong here.
    """

    requester: Requester
    lines: list[OrderLine] = Field(default_factory=list)
    custom: dict[str, Any] = Field(default_factory=dict)
    watchers: list[str] = Field(default_factory=list)
    participants: list[str] = Field(default_factory=list)
    created_by: str
    policy: PinnedPolicy | None = None
    course: dict[str, Any]
    noticed: dict[str, list[int]] = Field(default_factory=dict)
    assign_at: str | None = None
    reopened: int = 0
    resolved_at: str | None = None
    answered_by: str | None = None
    settled_by: str | None = None
    first_settled_at: str | None = None
    merged_into: str | None = None
    merged: list[str] = Field(default_factory=list)
    follows: str | None = None
    split_from: str | None = None
    origins: list[list[str]] = Field(default_factory=list)
    request_hash: str | None = None


class Message(BaseModel):
    """One message of a conversation. `public` ones the customer sees, others are notes.

    `body` is plain text and `html`, if any, was sanitised; `quoted` is what was repeated from
    before. `said_by` is who wrote it by another address than the requester gave. `raw_key` is the
    mail as it came, `mail_id` its Message-ID. `sequence` is the ticket's version by it.
    """

    model_config = _STORED

    message_id: str
    ticket_id: str
    sequence: int
    at: str
    author: Author
    by: str
    public: bool
    channel: Channel
    body: str
    html: str | None = None
    quoted: str | None = None
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[str] = Field(default_factory=list)
    said_by: str | None = None
    raw_key: str | None = None
    mail_id: str | None = None
    copied_from: str | None = None


class Happened(BaseModel):
    """One thing that happened to a ticket, the `sequence`th. `state`, `priority`, `owner_id` and
    `queue` are what it has since, where that changed; `details` are ids and codes."""

    model_config = _STORED

    sequence: int
    at: str
    kind: str
    by: str
    state: TicketState | None = None
    priority: Priority | None = None
    message_id: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)
