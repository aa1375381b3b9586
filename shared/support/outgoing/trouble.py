"""Mails that did not arrive are told at their ticket: what is not known to have reached the
customer is to be seen by whoever answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.ids import is_id
from shared.platform.observability import count
from shared.support.tickets.replies import Said, add_message
from shared.support.tickets.repository import load
from shared.support.tickets.stepping import Repeated

from .claims import ACK, trouble_receipt

BY: Final = "mail"
"""Who says so."""

_WORDS: Final = {
    "failed": "could not be sent: the mail provider refused it for good",
    "unknown": "may not have been sent: the mail provider gave no answer",
    "bounced": "came back: the address takes no mail",
    "bounced_for_now": "came back for now: the mailbox did not take it",
    "rejected": "was not sent: the mail provider took it for harmful",
    "complained": "was reported as unwanted by whoever got it",
}
_KINDS: Final = {"Bounce": "bounced", "Reject": "rejected", "Complaint": "complained"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What became of a mail of ours: `which` is the message it carried, or `ACK`."""

    ticket_id: str
    which: str
    what: str


def read(body: Mapping[str, Any]) -> Trouble | None:
    """What SES says of a mail about a ticket, where it did not arrive; `None` for anything else."""
    try:
        tags = body["mail"]["tags"]
        (ticket_id,), (which,) = tags["ticket"], tags["message"]
        what = _KINDS[body["eventType"]]
        if what == "bounced" and body["bounce"]["bounceType"] != "Permanent":
            what = "bounced_for_now"
    except (KeyError, TypeError, ValueError):
        return None
    known = is_id("ticket", str(ticket_id)) and (which == ACK or is_id("message", str(which)))
    return Trouble(ticket_id, which, what) if known else None


def tell(trouble: Trouble, now: datetime) -> None:
    """Add it to the ticket for staff to see, once for each mail. An automatic note: it moves
    nothing and stops no clock."""
    ticket = load(trouble.ticket_id)
    if ticket is None:
        return
    which = "The acknowledgement" if trouble.which == ACK else "An answer by mail"
    said = Said(
        author="automatic",
        by=BY,
        body=f"{which} {_WORDS[trouble.what]}.",
        channel="email",
        public=False,
    )
    receipt = trouble_receipt(trouble.ticket_id, trouble.which, now)
    try:
        add_message(ticket, said, now, receipt=receipt)
    except Repeated:
        return
    count("TicketMailTrouble", what=trouble.what)
