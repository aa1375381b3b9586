"""What the state of a ticket means to the customer. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from shared.support.tickets.states import TicketState


class Standing(NamedTuple):
    """A state in a customer's words, the colour of it, and what comes next."""

    said: str
    tone: str
    next: str


_WITH_US: Final = Standing("We are on it", "accent", "We answer here and by mail.")
_ENDED: Final = Standing("Closed", "neutral", "Write again, and it goes on as a new request.")

STANDING: Final[Mapping[TicketState, Standing]] = {
    TicketState.NEW: Standing("We have it", "info", "We answer here and by mail."),
    TicketState.OPEN: _WITH_US,
    TicketState.ON_HOLD: _WITH_US,
    TicketState.PENDING: Standing("Waiting for you", "warn", "We need your answer to go on."),
    TicketState.RESOLVED: Standing(
        "Solved", "good", "Not solved? Write again within a week, and it goes on."
    ),
    TicketState.CLOSED: _ENDED,
    TicketState.MERGED: _ENDED,
    TicketState.SPAM: _ENDED,
}
