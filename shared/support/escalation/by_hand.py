"""Escalating a ticket because somebody says so."""

import hashlib
import hmac
from datetime import datetime

from shared.kernel.errors import Conflict
from shared.platform import idempotency
from shared.platform.keys import key as secret_key
from shared.support.events import TicketEscalated
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import need
from shared.support.tickets.states import ENDED
from shared.support.tickets.stepping import Repeated, Step, fact, take


def escalate(
    ticket: Ticket, reason: str, by: str, key: str | None, body: bytes, now: datetime
) -> Ticket:
    """Tell the managers of the ticket's queue, and remember why. With a key the same request
    again tells nobody. Raises `Conflict` for a ticket that has ended."""
    used = idempotency.check_key(key)
    receipt = None
    if used:
        content = hmac.digest(secret_key("idempotency"), body, hashlib.sha256)
        whose = f"escalation:{ticket.ticket_id}:{by}"
        made = {"ticket_id": ticket.ticket_id}
        receipt = idempotency.claim(whose, used, content, made, now)

    def decide(present: Ticket) -> Step:
        if present.state in ENDED:
            state = present.state.value
            raise Conflict("ticket_ended", f"A ticket that is {state} is over", state=state)
        return Step(
            "escalated_by_hand",
            by,
            details={"reason": reason},
            events=lambda after: [fact(TicketEscalated, after, by, manual=True)],
            receipt=receipt,
        )

    try:
        return take(ticket, decide, now)
    except Repeated as repeated:
        idempotency.result_of(repeated.found, content)
        return need(ticket.ticket_id)
