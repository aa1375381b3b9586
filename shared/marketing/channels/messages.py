"""Messages by channel, made for one person and ready to leave."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from shared.customers.contacts.model import Contact
from shared.kernel.clock import iso, parse_instant
from shared.kernel.ids import new_id
from shared.marketing.sending.messages import Letterhead, mail_for, ours
from shared.marketing.sending.recipient import Recipient
from shared.marketing.templates.model import Rendered
from shared.marketing.templates.rendering import render
from shared.platform.configuration import Version
from shared.platform.mail import Handed, Mail, Outcome, hand_over
from shared.platform.outside import AnswerLost, NotAllowed, NotReached, post
from shared.platform.sms import Sms, hand_over_sms

from .model import CHANNELS
from .prices import Prices
from .text_parts import parts_of_text
from .webhooks import Webhook, signed

WEBHOOK_SECONDS: Final = 5.0

_NOT_NOW: Final = frozenset({408, 425, 429, 503})
"""The program says itself that it did not take it, and may later."""


class Outgoing(Protocol):
    """A message that is ready to leave."""

    def hand_over(self) -> Handed:
        """Give it to the provider, once, and say what is known of it. The claim is the caller's,
        and comes before."""

    def cents(self, prices: Prices) -> float:
        """What it costs."""


@dataclass(frozen=True, slots=True)
class ByMail:
    """An e-mail (Amazon SES)."""

    mail: Mail

    def hand_over(self) -> Handed:
        """See `Outgoing`."""
        return hand_over(self.mail)

    def cents(self, prices: Prices) -> float:
        """See `Outgoing`."""
        return prices.price_of_a_thousand / 1_000


@dataclass(frozen=True, slots=True)
class BySms:
    """A text message (Amazon SNS)."""

    sms: Sms

    def hand_over(self) -> Handed:
        """See `Outgoing`."""
        return hand_over_sms(self.sms)

    def cents(self, prices: Prices) -> float:
        """See `Outgoing`: every part of it counts."""
        return prices.of_sms(self.sms.to, parts_of_text(self.sms.text))


@dataclass(frozen=True, slots=True)
class ByWebhook:
    """A signed request to another program, which knows by `message_id` what it has already."""

    url: str
    message_id: str
    headers: dict[str, str]
    body: bytes

    def hand_over(self) -> Handed:
        """See `Outgoing`. A redirect is followed by nobody; what fails within the program may
        have been done by it."""
        try:
            status = post(self.url, self.headers, self.body, WEBHOOK_SECONDS)
        except NotAllowed as refused:
            return Handed(Outcome.FAILED, error=refused.code)
        except NotReached as error:
            return Handed(Outcome.RELEASED, error=str(error))
        except AnswerLost as error:
            return Handed(Outcome.UNKNOWN, error=str(error))
        if 200 <= status < 300:
            return Handed(Outcome.SENT, provider_id=self.message_id)
        error_text = f"status_{status}"
        if status in _NOT_NOW:
            return Handed(Outcome.RELEASED, error=error_text)
        return Handed(Outcome.UNKNOWN if status >= 500 else Outcome.FAILED, error=error_text)

    def cents(self, prices: Prices) -> float:
        """See `Outgoing`: nothing, of us."""
        return 0


def text_for(head: Letterhead, recipient: Recipient, contact: Contact) -> Rendered:
    """A message of text alone, as somebody gets it. Raises `NotRendered`."""
    assert head.template
    return render(head.template, contact, ours(head.campaign, recipient.channel, contact))


def cents_of(head: Letterhead, recipient: Recipient, contact: Contact, prices: Prices) -> float:
    """What a message costs, or a row of a list. Raises as `message_for`."""
    if CHANNELS[recipient.channel].coded:
        return prices.of_row(recipient.channel)
    if recipient.channel == "web":
        text_for(head, recipient, contact)
        return 0
    return message_for(head, recipient, contact).cents(prices)


def message_for(
    head: Letterhead, recipient: Recipient, contact: Contact, *, track: bool = False
) -> Outgoing:
    """The message by the recipient's channel, the links of a mail led through us if `track`. Raises
    `NotRendered` where it cannot be made for this person."""
    if recipient.channel == "email":
        return ByMail(mail_for(head, recipient, contact, track=track))
    message = text_for(head, recipient, contact)
    if recipient.channel == "sms":
        assert contact.phone
        return BySms(Sms(contact.phone, message.text))
    assert head.webhook
    message_id = f"{recipient.campaign_id}.{recipient.contact_id}.{recipient.number}"
    at = recipient.claimed_at or recipient.settled_at or head.campaign.created_at
    told = {
        "type": "message",
        "campaign_id": recipient.campaign_id,
        "contact_id": recipient.contact_id,
        "purpose": head.campaign.purpose,
        "at": iso(parse_instant(at)),
        "subject": message.subject,
        "text": message.text,
    }
    return request_to(head.webhook, message_id, parse_instant(at), told)


def request_to(
    program: Version[Webhook], message_id: str, at: datetime, told: Mapping[str, Any]
) -> ByWebhook:
    """A signed request that tells a program something."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    proof = signed(program.name, program.value.generation, message_id, at, body)
    headers = {"content-type": "application/json", "user-agent": "crm-webhook", **proof}
    return ByWebhook(program.value.url, message_id, headers, body)


def try_out(program: Version[Webhook], now: datetime) -> Handed:
    """Call a program with a message to nobody, signed as all are, and say what came of it."""
    told = {"type": "test", "at": iso(now), "subject": "A test", "text": "A test: it is for nobody"}
    return request_to(program, new_id("test", now), now, told).hand_over()
