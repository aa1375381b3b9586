"""Sending mails about tickets, each at most once (platform.mail).

| entity | pk | sk |
|---|---|---|
| tickets of an address acknowledged in an hour | `ACK#<keyed hash of the address>` | `<hour>` |
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shared.kernel.clock import iso
from shared.platform.keys import keyed_hash
from shared.platform.letters import written
from shared.platform.mail import Mail, Outcome, one_line, send_once
from shared.platform.observability import count
from shared.platform.requests import Condition, Update
from shared.platform.settings import settings
from shared.platform.writes import ConditionFailed
from shared.support.events import TicketMessageAdded, TicketOpened
from shared.support.intake.references import remember_sent
from shared.support.tickets.model import Message, Ticket
from shared.support.tickets.repository import Conversation, conversation, support
from shared.support.tickets.states import TicketState

from . import trouble, writing
from .claims import ACK, claim_key, withheld

ACKNOWLEDGED_IN_AN_HOUR: Final = 5
"""So many tickets of one address are acknowledged: whatever answers our mails by machine gets no
more of them after that."""

_MESSAGES: Final = 20
_COUNTED: Final = timedelta(hours=2)
REPLIED: Final = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def acknowledge(fact: TicketOpened, templates: Path, now: datetime) -> None:
    """Tell whoever mailed us that it arrived, once; not what a machine wrote, and not more than
    five in an hour. Raises `Busy` while the provider takes no mail."""
    if fact.channel != "email":
        return
    said = conversation(fact.ticket_id, limit=_MESSAGES)
    ticket = said.ticket
    if ticket is None or ticket.requester.email is None or ticket.state is TicketState.SPAM:
        return
    decided = support.get(claim_key(ticket.ticket_id, ACK)) is not None
    if not (decided or _within_limit(ticket, ticket.requester.email, now)):
        count("AcknowledgementLeftOut")
        with suppress(ConditionFailed):
            support.write(withheld(ticket.ticket_id, Outcome.FAILED, now))
        return
    public = [one for one in said.messages if one.public and one.author == "customer"][:1]
    _send("acknowledged", ACK, ticket, public, {}, REPLIED, templates, now)


def answer(fact: TicketMessageAdded, templates: Path, now: datetime) -> None:
    """Send what an agent said in public to the customer, below what it answers. What staff wrote
    down in a customer's name, or copied from another ticket, is none. Raises `Busy`."""
    if fact.author != "agent" or not fact.public:
        return
    said = _around(fact)
    message = next((one for one in said.messages if one.message_id == fact.message_id), None)
    ticket = said.ticket
    if ticket is None or message is None or message.sequence == 1 or message.copied_from:
        return
    if ticket.requester.email is None:
        return
    before = [one for one in said.messages if one.public and one.sequence < message.sequence]
    files = [one.name for one in message.attachments]
    about = {"lines": message.body.splitlines(), "files": files}
    _send("answered", message.message_id, ticket, before, about, {}, templates, now)


def _around(fact: TicketMessageAdded) -> Conversation:
    """The ticket and its messages up to the one the fact is about: mostly one query."""
    said = conversation(fact.ticket_id, limit=_MESSAGES)
    while (
        said.ticket
        and said.older
        and all(one.message_id != fact.message_id for one in said.messages)
    ):
        older = conversation(fact.ticket_id, limit=_MESSAGES, before=said.messages[0].sequence)
        said = Conversation(said.ticket, older.messages, older.older, [])
    return said


def _within_limit(ticket: Ticket, address: str, now: datetime) -> bool:
    """Count this ticket among those acknowledged in this hour; asked again it gets the same
    answer."""
    room = Condition(
        "acknowledgements_within_limit",
        "attribute_not_exists(#tickets) OR size(#tickets) < :limit OR contains(#tickets, :ticket)",
        "two machines that answer each other must come to an end",
        {"limit": ACKNOWLEDGED_IN_AN_HOUR, "ticket": ticket.ticket_id},
    )
    key = {"pk": f"ACK#{keyed_hash('ticket-acknowledged', address)}", "sk": iso(now)[:13]}
    expires = int((now + _COUNTED).timestamp())
    try:
        support.write(
            Update(
                key,
                set={"expires_at": expires},
                add={"tickets": {ticket.ticket_id}},
                condition=room,
            )
        )
    except ConditionFailed:
        return False
    return True


def _send(
    template: str,
    which: str,
    ticket: Ticket,
    before: list[Message],
    more: dict[str, Any],
    headers: dict[str, str],
    templates: Path,
    now: datetime,
) -> None:
    company = settings().need("company_name")
    mailbox = settings().need("support_mailbox")
    customer = one_line(ticket.requester.name or "you")
    about = {
        "company": company,
        "name": one_line(ticket.requester.name or ""),
        "reference": ticket.reference,
        "subject": one_line(ticket.subject),
        "quotes": writing.quotes(before, company, customer),
        "portal": f"{settings().need('public_base_url').rstrip('/')}/portal",
        "files": [],
        **more,
    }
    text, html = written(templates, template, about)
    mail = Mail(
        to=str(ticket.requester.email),
        subject=writing.subject(ticket),
        text=text,
        html=html,
        tags={"ticket": ticket.ticket_id, "message": which},
        headers={**headers, **writing.thread(ticket, before)},
        reply_to=mailbox,
    )
    claim = claim_key(ticket.ticket_id, which)
    outcome = send_once(support, claim, mail, now)
    if outcome is Outcome.SENT:
        sent = support.get(claim) or {}
        remember_sent(
            mailbox, f"<{sent['provider_id']}@email.amazonses.com>", ticket.ticket_id, now
        )
    elif (known := support.get(claim)) and known.get("error") != "not_answered":
        trouble.tell(trouble.Trouble(ticket.ticket_id, which, outcome.value), now)
