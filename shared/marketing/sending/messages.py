"""The mail of a campaign for one person, with the headers mail programs and the law ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.model import Contact
from shared.marketing.campaigns.model import Campaign
from shared.marketing.templates.model import Template
from shared.marketing.templates.rendering import render
from shared.platform.mail import Mail, one_line
from shared.platform.settings import settings

from .rows import Recipient
from .tokens import Link, sealed

ONE_CLICK: Final = "List-Unsubscribe=One-Click"
"""What a mail program posts where somebody unsubscribes by one click (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same for all mails of a part: the template in the version sent."""

    campaign: Campaign
    template: Template


def mail_for(head: Letterhead, recipient: Recipient, contact: Contact) -> Mail:
    """The mail. Raises `NotRendered` where it cannot be made for this person."""
    campaign = head.campaign
    link = Link(campaign.campaign_id, contact.contact_id, campaign.purpose, campaign.channel)
    base, token = settings().need("public_base_url"), sealed(link)
    unsubscribe = f"{base}/u/{token}"
    ours = {
        "company_name": settings().need("company_name"),
        "unsubscribe_url": unsubscribe,
        "preferences_url": unsubscribe,
    }
    message = render(head.template, contact, ours)
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
        headers=headers(campaign, unsubscribe),
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
