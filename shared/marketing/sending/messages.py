"""The mail of a campaign for one person, with the headers mail programs and the law ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.model import Contact
from shared.marketing.campaigns.model import Campaign
from shared.marketing.channels.webhooks import Webhook
from shared.marketing.templates.model import Template
from shared.marketing.templates.rendering import render
from shared.platform.configuration import Version
from shared.platform.mail import Mail, one_line
from shared.platform.settings import settings

from .rows import Recipient
from .tokens import Link, sealed

ONE_CLICK: Final = "List-Unsubscribe=One-Click"
"""What a mail program posts where somebody unsubscribes by one click (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same for all messages of a part by one channel: the template in the version
    sent, and the program that takes them, if one does."""

    campaign: Campaign
    template: Template
    webhook: Version[Webhook] | None = None


def ours(campaign: Campaign, channel: str, contact: Contact) -> dict[str, str]:
    """What each message says of itself: the company and the links."""
    link = Link(campaign.campaign_id, contact.contact_id, campaign.purpose, channel)
    unsubscribe = f"{settings().need('public_base_url')}/u/{sealed(link)}"
    return {
        "company_name": settings().need("company_name"),
        "unsubscribe_url": unsubscribe,
        "preferences_url": unsubscribe,
    }


def mail_for(head: Letterhead, recipient: Recipient, contact: Contact) -> Mail:
    """The mail. Raises `NotRendered` where it cannot be made for this person."""
    campaign = head.campaign
    known = ours(campaign, "email", contact)
    message = render(head.template, contact, known)
    assert contact.email
    return Mail(
        to=contact.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        tags={
            "campaign": campaign.campaign_id,
            "contact": contact.contact_id,
            "claim": str(recipient.claim),
        },
        headers=headers(campaign, known["unsubscribe_url"]),
    )


def headers(campaign: Campaign, unsubscribe: str) -> Mapping[str, str]:
    """RFC 2369 and RFC 8058 (unsubscribing by one click), RFC 2919 (which list it is). Its
    Message-ID is the provider's: what is sent with is replaced there."""
    domain = settings().need("mail_sender").partition("@")[2]
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-Id": f"{one_line(settings().need('company_name'))} <{campaign.purpose}.{domain}>",
    }
