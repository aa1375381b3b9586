"""What happens in support, as other areas may know it."""

from typing import ClassVar, Final, Literal

from shared.kernel.events import DomainEvent


class SupportEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "support"


class TicketEvent(SupportEvent):
    """Base of what happens to a ticket: of whom it is, and the `version` the ticket has by it.

    `proven`: its requester is known to be who they say; others' tickets are shown to nobody but
    staff. `by` is who of ours did it.
    """

    ticket_id: str
    contact_id: str
    version: int
    proven: bool = True
    by: str | None = None


class TicketOpened(TicketEvent):
    """A customer turned to us, or staff wrote down that they did. `follows` is the closed ticket
    it goes on from."""

    channel: str
    ticket_type: str
    priority: str
    queue: str
    account_id: str | None = None
    follows: str | None = None


class TicketMessageAdded(TicketEvent):
    """The conversation has one message more. `public` ones go to the customer."""

    message_id: str
    author: Literal["customer", "agent", "automatic"]
    public: bool


class TicketStateChanged(TicketEvent):
    """A ticket moved between states (row V1)."""

    from_state: str
    to_state: str


class TicketPriorityChanged(TicketEvent):
    """A ticket became more or less urgent; its deadlines with it."""

    from_priority: str
    to_priority: str


class TicketAssigned(TicketEvent):
    """A ticket has another owner (`None`: nobody), or waits in another queue."""

    owner_id: str | None = None
    queue: str
    reason: str


class TicketChanged(TicketEvent):
    """Facts of a ticket were changed by staff. `fields` names them, never their values."""

    fields: list[str]


class TicketMerged(TicketEvent):
    """`merged_id` became part of this ticket; what is sent to it lands here."""

    merged_id: str


class TicketSplit(TicketEvent):
    """A message of this ticket became a ticket of its own."""

    split_id: str
    message_id: str


class SlaWarned(TicketEvent):
    """Three quarters of the time a clock gives are gone. `run` counts the clock's runs."""

    clock: str
    run: int
    due_at: str


class SlaBreached(TicketEvent):
    """A deadline passed."""

    clock: str
    run: int
    due_at: str


class TicketEscalated(TicketEvent):
    """A ticket went up to a manager: an hour after a breach, or because somebody asked for it."""

    clock: str | None = None
    run: int | None = None
    manual: bool = False


COUNTED: Final[tuple[type[TicketEvent], ...]] = (
    TicketOpened,
    TicketMessageAdded,
    TicketStateChanged,
    TicketPriorityChanged,
    TicketAssigned,
    TicketChanged,
    TicketMerged,
    SlaBreached,
)
"""Those after which a ticket may count as something else."""
