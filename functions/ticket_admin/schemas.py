"""What `ticket_admin` takes and answers."""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import StaffId
from shared.directory.model import Slug
from shared.support.canned.model import CannedReply
from shared.support.cases.model import Case
from shared.support.sla.explain import Explained
from shared.support.sla.policy import Priority
from shared.support.tickets.model import (
    Attachment,
    Author,
    Channel,
    Happened,
    Message,
    OrderLine,
    Requester,
    Subject,
    Ticket,
    TicketSummary,
    TicketType,
)
from shared.support.tickets.presence import Doing, Present
from shared.support.tickets.reading import Whole
from shared.support.tickets.states import MOVES, TicketState
from shared.support.tickets.time_machine import Past

_INPUT = ConfigDict(extra="forbid")


class ListQuery(BaseModel):
    """`?queue=support&group=with_us`, or `owner=me`, `contact=`, `account=`; `cursor`."""

    queue: Slug | None = None
    owner: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    contact: Annotated[str, StringConstraints(max_length=60)] | None = None
    account: Annotated[str, StringConstraints(max_length=60)] | None = None
    group: Literal["with_us", "pending", "resolved", "ended"] = "with_us"
    cursor: str | None = None


class Move(BaseModel):
    """To which state. `version`, where given, is the one the caller saw."""

    model_config = _INPUT

    to: TicketState
    reason: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")] | None = None
    version: int | None = Field(default=None, ge=1)


class UseMacro(BaseModel):
    """Which macro to use. `version`, where given, is the one the caller saw."""

    model_config = _INPUT

    macro: Slug
    version: int | None = Field(default=None, ge=1)


class MacroUsed(BaseModel):
    """The ticket after it, and the message it wrote, if it did."""

    message_id: str | None
    ticket: "TicketView"


class ReplyList(BaseModel):
    """The canned replies as they read on a ticket."""

    items: list[CannedReply]


class NewPriority(BaseModel):
    """How urgent it is from now on."""

    model_config = _INPUT

    priority: Priority
    version: int | None = Field(default=None, ge=1)


class NewOwner(BaseModel):
    """Who has it from now on (`null`: nobody), and the queue it waits in, if that changes."""

    model_config = _INPUT

    owner_id: StaffId | None
    queue: Slug | None = None
    version: int | None = Field(default=None, ge=1)


class Escalation(BaseModel):
    """Why the managers are to look at it."""

    model_config = _INPUT

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class Merge(BaseModel):
    """Into which ticket. `across_customers`: it is meant, although they are of two customers."""

    model_config = _INPUT

    into: Annotated[str, StringConstraints(max_length=60)]
    across_customers: bool = False


class Split(BaseModel):
    """Which message becomes a ticket of its own, about what."""

    model_config = _INPUT

    message_id: Annotated[str, StringConstraints(max_length=60)]
    subject: Subject


class Presence(BaseModel):
    """What somebody does at a ticket, said again every half minute."""

    model_config = _INPUT

    doing: Doing


class PresentList(BaseModel):
    """The others at the ticket."""

    items: list[Present]


class Assignments(BaseModel):
    """Which tickets go to whom (`null`: to nobody), or into which queue."""

    model_config = _INPUT

    ticket_ids: Annotated[list[str], Field(min_length=1, max_length=50)]
    owner_id: StaffId | None
    queue: Slug | None = None


class AssignedView(BaseModel):
    """What became of one: its version since, or the code of why not."""

    ticket_id: str
    version: int | None
    refused: str | None


class AssignedList(BaseModel):
    """What became of each, in the order asked."""

    items: list[AssignedView]


class TicketShort(BaseModel):
    """A ticket as lists show it."""

    ticket_id: str
    reference: str
    subject: str
    type: TicketType
    priority: Priority
    state: TicketState
    channel: Channel
    queue: str
    owner_id: str | None
    contact_id: str
    account_id: str | None
    proven: bool
    tags: list[str]
    created_at: str
    updated_at: str
    due_at: str | None
    due_clock: str | None
    last_author: Author
    case_id: str | None
    version: int

    @classmethod
    def of(cls, ticket: TicketSummary) -> Self:
        """The view of a ticket in short."""
        return cls.model_validate(_known(ticket))


class MessageView(BaseModel):
    """One message. `public` ones the customer sees."""

    message_id: str
    at: str
    author: Author
    by: str
    public: bool
    channel: Channel
    body: str
    html: str | None
    quoted: str | None
    mentions: list[str]
    attachments: list["AttachmentView"]
    ticket_id: str

    @classmethod
    def of(cls, message: Message) -> Self:
        """The view of a message."""
        return cls.model_validate(
            {
                **message.model_dump(exclude={"attachments"}),
                "attachments": [AttachmentView.of(one) for one in message.attachments],
            }
        )


class AttachmentView(BaseModel):
    """A file of a message."""

    file_id: str
    name: str
    media_type: str
    size: int

    @classmethod
    def of(cls, one: Attachment) -> Self:
        """The view of a file."""
        return cls(file_id=one.file_id, name=one.name, media_type=one.media_type, size=one.size)


class TicketView(TicketShort):
    """A ticket. `moves` are the states it may be moved to, `masked` the custom fields whose values
    are not shown."""

    requester: Requester
    lines: list[OrderLine]
    custom: dict[str, Any]
    watchers: list[str]
    created_by: str
    reopened: int
    resolved_at: str | None
    merged_into: str | None
    merged: list[str]
    follows: str | None
    split_from: str | None
    moves: list[TicketState]
    masked: list[str]

    @classmethod
    def of(cls, ticket: Ticket, masked: list[str] | None = None) -> Self:  # type: ignore[override]
        """The view of a ticket."""
        more = {"moves": list(MOVES[ticket.state]), "masked": masked or []}
        return cls.model_validate({**_known(ticket), **more})


class Conversation(BaseModel):
    """A ticket and its latest messages, the oldest of them first. `older` is the `before` of the
    page before; `null`: there is none. `present` are the others who look at it or write an
    answer."""

    ticket: TicketView
    messages: list[MessageView]
    older: int | None
    present: list[Present]

    @classmethod
    def of(cls, ticket: TicketView, found: Whole, present: list[Present]) -> Self:
        """The view of a conversation; `ticket` as whoever reads it sees it."""
        return cls(
            ticket=ticket,
            messages=[MessageView.of(one) for one in found.messages],
            older=found.messages[0].sequence if found.older and found.messages else None,
            present=present,
        )


class MessageAdded(BaseModel):
    """The message, and the ticket it landed on: another one where the first was merged."""

    message_id: str
    ticket: TicketView


class CaseView(BaseModel):
    """A case and its tickets, the oldest first."""

    case_id: str
    title: str
    created_at: str
    created_by: str
    tickets: list[TicketShort]

    @classmethod
    def of(cls, case: Case, tickets: list[Ticket]) -> Self:
        """The view of a case."""
        short = [TicketShort.of(one) for one in tickets]
        return cls(**case.model_dump(), tickets=short)


class TicketPage(BaseModel):
    """Some tickets, and the cursor of the next page."""

    items: list[TicketShort]
    next: str | None


class EventView(BaseModel):
    """One thing that happened: the ticket's `version` by it."""

    version: int
    at: str
    kind: str
    by: str
    state: TicketState | None
    priority: Priority | None
    message_id: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, one: Happened) -> Self:
        """The view of an event."""
        return cls.model_validate({**one.model_dump(), "version": one.sequence})


class EventList(BaseModel):
    """Everything that happened, in order."""

    items: list[EventView]


class StretchView(BaseModel):
    """A time in which a clock ran or was paused, and the business minutes in it."""

    since: AwareDatetime
    until: AwareDatetime
    what: str
    minutes: float


class ClockView(BaseModel):
    """One clock: `used + remaining = target`, in business minutes, of which `used` are the
    stretches that ran and `paused` those that did not count. `due_at` is `null` while the clock
    is paused; `levels` is when each level of escalation was or will be reached."""

    state: str
    run: int
    target: int
    used: float
    paused: float
    remaining: float
    started_at: AwareDatetime
    due_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    levels: dict[str, AwareDatetime]
    stretches: list[StretchView]

    @classmethod
    def of(cls, one: Explained) -> Self:
        """The view of a clock."""
        reading = one.reading
        return cls(
            state=reading.state,
            run=reading.number,
            target=reading.target,
            used=reading.used,
            paused=reading.paused,
            remaining=reading.remaining,
            started_at=reading.started,
            due_at=reading.due,
            stopped_at=reading.stopped,
            levels=dict(reading.levels),
            stretches=[StretchView.model_validate(asdict(part)) for part in one.stretches],
        )


class SlaView(BaseModel):
    """A ticket's deadlines as of an instant, from its first `events` events alone; `policy` is
    the one it has them from (`null`: it has none), measured in the hours of `calendar`."""

    ticket_id: str
    as_of: AwareDatetime
    state: str
    priority: str
    events: int
    policy: str | None
    policies_version: int | None
    calendar: str | None
    clocks: dict[str, ClockView]

    @classmethod
    def of(cls, ticket: Ticket, past: Past) -> Self:
        """The view of a ticket's past."""
        return cls(
            ticket_id=ticket.ticket_id,
            as_of=past.as_of,
            state=past.state,
            priority=past.priority,
            events=past.events,
            policy=past.policy.id if past.policy else None,
            policies_version=ticket.policy.version if ticket.policy else None,
            calendar=past.policy.calendar if past.policy else None,
            clocks={clock: ClockView.of(one) for clock, one in past.clocks.items()},
        )


class Download(BaseModel):
    """Where to fetch a file for some minutes."""

    url: str
    expires_in: int


def _known(ticket: TicketSummary) -> dict[str, Any]:
    return {
        **ticket.model_dump(),
        "type": ticket.ticket_type,
        "reference": ticket.reference,
    }
