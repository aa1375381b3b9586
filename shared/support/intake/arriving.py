"""A mail that arrived becomes exactly one message on the right ticket (row V2).

It lies in the bucket before anybody looks at it, and stays there for as long as its ticket's
files. Its receipt, called by mailbox, Message-ID and what it says, is written in the same
transaction as the message: the same mail again changes nothing, while another one that uses the
same id is a message of its own.

| what comes | becomes |
|---|---|
| an answer by a participant, to a ticket that is not closed | a message; pending and resolved ones open |
| an answer by somebody in copy of a participant's mail | the same, told apart by who wrote it |
| an answer to a closed one | a new ticket that follows it |
| an answer by somebody else, or with a forged reference | a new ticket |
| an automatic answer, or a report that a mail of ours came back | recorded, moves nothing |
| what SES takes for spam | a ticket that is `spam` |
| what cannot be read | a ticket with the mail attached |
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled
from shared.kernel.ids import derived_id
from shared.platform import files, objects
from shared.platform.keys import key
from shared.platform.mail import Outcome
from shared.platform.observability import count, logger
from shared.platform.requests import Condition, Put
from shared.platform.settings import settings
from shared.support.attachments.uploads import KEPT as ATTACHED
from shared.support.outgoing.claims import withheld
from shared.support.tickets.creation import Opening, open_ticket
from shared.support.tickets.model import Attachment, Requester, Ticket
from shared.support.tickets.replies import Added, Said, add_message
from shared.support.tickets.repository import living, load, support
from shared.support.tickets.requesters import Asking, claimed
from shared.support.tickets.states import TicketState
from shared.support.tickets.stepping import Repeated

from .parsing import HEAD, MAX_PARSED, File, Mail, parsed
from .participants import marks_of, other_writer, takes_part
from .references import expiry, mail_key, ticket_of, tickets_answered, without_reference

UNKNOWN_SENDER: Final = "Unknown sender"

_ONCE: Final = Condition(
    "mail_taken_once",
    "attribute_not_exists(#pk)",
    "a mail that is delivered again, or by two ways, is one message",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that lies in the bucket, so large, since `at`; `etag` tells it from others."""

    key: str
    size: int
    etag: str
    at: datetime


def take_in(arrival: Arrival, now: datetime) -> Added:
    """Make a message of it. Raises `AlreadyHandled` for a mail that was taken in before."""
    mailbox = settings().need("support_mailbox")
    mail = _read(arrival, mailbox)
    receipt = _receipt(mail, mailbox, now)
    if found := support.get({"pk": receipt["pk"], "sk": receipt["sk"]}):
        raise _known(found, arrival)
    digest = hmac.digest(key("ticket-mail"), f"{receipt['pk']}{receipt['sk']}".encode(), "sha256")
    asking = _asking(mail, mailbox)
    at = min(arrival.at, now)
    to = _ticket_answered(mail, mailbox, asking)
    new_id = derived_id("ticket", digest)
    try:
        if to is None:
            added = _opened(mail, asking, new_id, arrival, digest, receipt, at)
        else:
            added = _added(mail, to, asking, new_id, arrival, digest, receipt, now)
    except Repeated as repeated:
        raise _known(repeated.found, arrival) from repeated
    count("MailTaken", automatic=str(mail.automatic))
    logger().info(
        "mail taken in",
        extra={
            "ticket_id": added.ticket.ticket_id,
            "message_id": added.message_id,
            "opened": added.opened,
            "left_out": mail.left_out,
        },
    )
    return added


def _read(arrival: Arrival, mailbox: str) -> Mail:
    own = {mailbox, settings().need("mail_sender")}
    try:
        if arrival.size > MAX_PARSED:
            return parsed(files.read_head(arrival.key, HEAD).data, own, whole=False)
        return parsed(files.read(arrival.key), own)
    except files.FileGone as gone:
        # Taken in before, and removed as a duplicate: it stays for years otherwise.
        raise AlreadyHandled("mail_gone") from gone


def _receipt(mail: Mail, mailbox: str, now: datetime) -> dict[str, Any]:
    told = mail.digest.hex()
    pk = mail_key(mailbox, mail.message_id or told)
    return {"pk": pk, "sk": told[:32], "at": iso(now), **expiry(now)}


def _known(found: dict[str, Any], arrival: Arrival) -> AlreadyHandled:
    if found.get("raw_key") != arrival.key:
        # The same mail, stored twice: nobody would find this one to erase it.
        objects.remove(files.BUCKET, arrival.key)
    return AlreadyHandled("mail_known")


def _asking(mail: Mail, mailbox: str) -> Asking:
    if mail.sender:
        return claimed(mail.sender, None, mail.name)
    # Nobody can be answered; whoever these are, they are one person to us.
    nobody = claimed(mailbox, None, None)
    contact_id = nobody.requester.contact_id
    return Asking(Requester(contact_id=contact_id, name=UNKNOWN_SENDER), nobody.mark)


def _ticket_answered(mail: Mail, mailbox: str, asking: Asking) -> Ticket | None:
    """The ticket a mail belongs to, with what it was merged into: the first it refers to whose
    participant wrote it. Reports and automatic answers may come from any server."""
    for ticket_id in dict.fromkeys(_referred(mail, mailbox)):
        ticket = load(ticket_id)
        if ticket is None:
            continue
        alive = living(ticket)
        if mail.automatic or any(takes_part(asking, one) for one in (ticket, alive)):
            return alive
    return None


def _referred(mail: Mail, mailbox: str) -> Iterator[str]:
    for token in mail.tokens:
        if ticket_id := ticket_of(token):
            yield ticket_id
    yield from tickets_answered(mailbox, mail.answers)


def _opened(
    mail: Mail,
    asking: Asking,
    ticket_id: str,
    arrival: Arrival,
    digest: bytes,
    receipt: dict[str, Any],
    at: datetime,
) -> Added:
    message_id = derived_id("message", digest)
    opening = Opening(
        ticket_id=ticket_id,
        requester=asking.requester,
        subject=without_reference(mail.subject),
        body=mail.text,
        channel="email",
        by=asking.requester.contact_id,
        author="automatic" if mail.automatic else "customer",
        proven=False,
        mark=asking.mark,
        attachments=_kept(mail, ticket_id, arrival, digest),
        html=mail.html,
        quoted=mail.quoted,
        raw_key=arrival.key,
        mail_id=mail.message_id,
        state=TicketState.SPAM if mail.unwanted else TicketState.NEW,
        message_id=message_id,
        participants=marks_of(mail),
    )
    put = _put(receipt, ticket_id, message_id, arrival)
    silent = mail.unanswered or asking.requester.email is None
    also = [withheld(ticket_id, Outcome.FAILED, at)] if silent else []
    ticket = open_ticket(opening, at, receipt=put, also=also)
    return Added(ticket, message_id, opened=True)


def _added(
    mail: Mail,
    to: Ticket,
    asking: Asking,
    new_ticket_id: str,
    arrival: Arrival,
    digest: bytes,
    receipt: dict[str, Any],
    now: datetime,
) -> Added:
    message_id = derived_id("message", digest)
    follows = to.state is TicketState.CLOSED and not mail.automatic
    ticket_id = new_ticket_id if follows else to.ticket_id
    said = Said(
        author="automatic" if mail.automatic else "customer",
        by=asking.requester.contact_id,
        body=mail.text,
        channel="email",
        html=mail.html,
        quoted=mail.quoted,
        attachments=_kept(mail, ticket_id, arrival, digest),
        raw_key=arrival.key,
        mail_id=mail.message_id,
        participants=marks_of(mail),
        said_by=None if mail.automatic else other_writer(asking, to),
    )
    return add_message(
        to,
        said,
        now,
        receipt=_put(receipt, ticket_id, message_id, arrival),
        new_ticket_id=new_ticket_id,
        message_id=message_id,
    )


def _put(receipt: dict[str, Any], ticket_id: str, message_id: str, arrival: Arrival) -> Put:
    about = {"ticket_id": ticket_id, "message_id": message_id, "raw_key": arrival.key}
    return Put({**receipt, **about}, _ONCE)


def _kept(mail: Mail, ticket_id: str, arrival: Arrival, digest: bytes) -> list[Attachment]:
    """The files of a mail, stored with the ticket, each under a name of its own for good; and the
    mail as it came where not all of it could be read."""
    kept = [_file(one, number, ticket_id, digest) for number, one in enumerate(mail.files)]
    if mail.left_out:
        file_id = _file_id(digest, "raw")
        place = f"{ATTACHED}/{ticket_id}/{file_id}"
        files.copy(arrival.key, place, etag=arrival.etag)
        kept.append(
            Attachment(
                file_id=file_id,
                key=place,
                name="mail.eml",
                media_type="message/rfc822",
                size=arrival.size,
            )
        )
    return kept


def _file(file: File, number: int, ticket_id: str, digest: bytes) -> Attachment:
    file_id = _file_id(digest, str(number))
    place = f"{ATTACHED}/{ticket_id}/{file_id}"
    files.write(place, file.content, file.media_type)
    size = len(file.content)
    return Attachment(
        file_id=file_id, key=place, name=file.name, media_type=file.media_type, size=size
    )


def _file_id(digest: bytes, which: str) -> str:
    return derived_id("file", hashlib.sha256(digest + which.encode()).digest())
