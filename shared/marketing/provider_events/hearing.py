"""What follows from what the provider says of a message (row M8).

| it | the message | the person's address |
|---|---|---|
| arrived | was sent | |
| came back for good | was sent, and came back | is written to no more at all |
| came back for now | was sent, and came back | too often within a while: gets no more marketing |
| is unwanted | was sent | gets no more marketing, and the consent is withdrawn |
| was rejected | was not sent | |

Any of these settles a message of which nobody knew. What follows is done first, and then noted at
the recipient in the write that tells others: whatever comes again finds it there. Events whose tags do not belong
together change nothing.

Of a mail of no campaign (a notice, a code, an answer) only the address is looked at: where it came
back for good it is written to no more at all, where it is unwanted the address gets no marketing.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.customers.addresses import Unusable, email_of
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.customers.suppression.repository import MARKETING, Address
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.marketing.campaigns.repository import marketing
from shared.marketing.sending import rows
from shared.marketing.sending.caps import give_back
from shared.marketing.sending.recipient import Recipient, Row
from shared.marketing.sending.stored_rules import rules_in_force
from shared.marketing.subscription.unsubscribing import withdraw
from shared.platform.observability import count, logger
from shared.platform.writes import ConditionFailed

from .soft_bounces import noted, too_many
from .told import Kind, Told, ToldOfOther

CHANNEL: Final = "email"

_ATTEMPTS: Final = 8


def hear(told: Told, now: datetime) -> None:
    """Do what follows, once. Raises `AlreadyHandled` for what was heard before or is none of
    ours, and `Busy`."""
    count("MailEvent", kind=told.kind)
    for _ in range(_ATTEMPTS):
        # A mail is the first message to somebody: only mails come back, and are followed by others.
        found = rows.load(told.campaign_id, told.contact_id)
        if found is None or found.claim != told.claim:
            logger().warning("mail event of no message of ours", extra={"kind": told.kind})
            raise AlreadyHandled("message_unknown")
        after = heard(found, told, now)
        if after is None:
            raise AlreadyHandled("mail_event_known")
        _follow(found, told, now)
        gone = give_back(found) if after.state is Row.FAILED and found.slot else []
        try:
            marketing.write(*rows.ops_of([(found, after)]), *gone)
        except ConditionFailed:
            continue
        return
    raise Busy("contended", "This message is being settled by others, try again")


def hear_other(told: ToldOfOther, now: datetime) -> None:
    """Leave an address alone that a mail of no campaign could not reach, or that wants none. One
    write; again, it changes nothing, but where somebody lifted the block meanwhile: there is no
    message to note it at. Raises `AlreadyHandled` where nothing follows."""
    count("MailEvent", kind=told.kind)
    try:
        address: Address = ("email", email_of(told.to))
    except Unusable as no_address:
        raise AlreadyHandled("no_address") from no_address
    if told.kind is Kind.BOUNCED and told.permanent:
        suppress([address], None, Reason.HARD_BOUNCE, now)
    elif told.kind is Kind.COMPLAINED:
        suppress([address], MARKETING, Reason.COMPLAINT, now)
    else:
        raise AlreadyHandled("nothing_follows")


def heard(found: Recipient, told: Told, now: datetime) -> Recipient | None:
    """The recipient once it was heard; `None` when nothing is new. Pure."""
    if told.kind is Kind.REJECTED:
        return None if found.state is Row.FAILED else _settled(found, Row.FAILED, told, now)
    after = found if found.state is Row.SENT else _settled(found, Row.SENT, told, now)
    match told.kind:
        case Kind.DELIVERED if not found.delivered_at:
            after = replace(after, delivered_at=told.at)
        case Kind.BOUNCED if not found.bounced_at or told.permanent > bool(found.permanent):
            came_back = {"bounced_at": told.at, "permanent": told.permanent}
            after = replace(after, **came_back, heard_reason=told.reason)  # type: ignore[arg-type]
        case Kind.COMPLAINED if not found.complained_at:
            after = replace(after, complained_at=told.at, heard_reason=told.reason)
    return None if after is found else replace(after, revision=found.revision + 1)


def _settled(found: Recipient, state: Row, told: Told, now: datetime) -> Recipient:
    reason = "rejected_by_provider" if state is Row.FAILED else None
    return found.next(state, reason=reason, settled_at=iso(now), provider_id=told.provider_id)


def _follow(found: Recipient, told: Told, now: datetime) -> None:
    if told.kind not in (Kind.BOUNCED, Kind.COMPLAINED):
        return
    try:
        address: Address = ("email", email_of(told.to))
    except Unusable:
        return
    if told.kind is Kind.COMPLAINED:
        suppress([address], MARKETING, Reason.COMPLAINT, now)
        purpose = str(found.consent.get("purpose", MARKETING))
        entry_id = f"complaint.{told.claim}"
        withdraw(found.contact_id, purpose, CHANNEL, "complaint", entry_id, told.at, now)
    elif told.permanent:
        suppress([address], None, Reason.HARD_BOUNCE, now)
    else:
        limit = rules_in_force(now).soft_bounces
        bounce = f"{told.at}#{told.claim}"
        if too_many(noted(found.contact_id, address, bounce, limit, now), limit, now):
            suppress([address], MARKETING, Reason.SOFT_BOUNCES, now)
