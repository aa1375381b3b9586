"""The mail of a campaign for one person, with the headers mail programs and the law ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.model import Contact
from shared.marketing.campaigns.model import Campaign
from shared.marketing.channels.webhooks import Webhook
from shared.marketing.templates.model import Template
from shared.marketing.templates.rendering import render
from shared.marketing.tracking import tokens as tracking
from shared.marketing.tracking.links import filled_in, tracked
from shared.platform.configuration import Version
from shared.platform.mail import Mail, one_line
from shared.platform.settings import settings

from .recipient import Recipient
from .tokens import Link, sealed

ONE_CLICK: Final = "List-Unsubscribe=One-Click"
"""What a mail program posts where somebody unsubscribes by one click (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same for all messages of a part by one channel: the template in the version
    sent (lists have none), the program that takes them, if one does, and the campaign's links if
    they are tracked."""

    campaign: Campaign
    template: Template | None
    webhook: Version[Webhook] | None = None
    links: tuple[str, ...] | None = None


def ours(campaign: Campaign, channel: str, contact: Contact) -> dict[str, str]:
    """What each message says of itself: the company and the links."""
    link = Link(campaign.campaign_id, contact.contact_id, campaign.purpose, channel)
    base, token = settings().need("public_base_url"), sealed(link)
    return {
        "company_name": settings().need("company_name"),
        "unsubscribe_url": f"{base}/u/{token}",
        "preferences_url": f"{base}/u/{token}/preferences",
    }


def mail_for(
    head: Letterhead, recipient: Recipient, contact: Contact, *, track: bool = False
) -> Mail:
    """The mail, its links led through us if `track`. Raises `NotRendered` where it cannot be made
    for this person."""
    campaign, html = head.campaign, None
    known = ours(campaign, "email", contact)
    assert head.template
    if track and head.links is not None:
        html = tracked(head.template.html, head.links)
        known |= followed(campaign.campaign_id, contact.contact_id, len(head.links))
    message = render(head.template, contact, known, html)
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


def followed(campaign_id: str, contact_id: str, links: int) -> dict[str, str]:
    """The addresses of somebody's mail by which its links are followed and its pixel fetched."""
    base = settings().need("public_base_url")
    pixel = tracking.sealed(tracking.Target("opened", campaign_id, contact_id))
    targets = (
        tracking.Target("clicked", campaign_id, contact_id, number) for number in range(links + 1)
    )
    addresses = {one.link: f"{base}/c/{tracking.sealed(one)}" for one in targets}
    return filled_in(links, f"{base}/o/{pixel}.gif", addresses)


def headers(campaign: Campaign, unsubscribe: str) -> Mapping[str, str]:
    """RFC 2369 and RFC 8058 (unsubscribing by one click), RFC 2919 (which list it is). Its
    Message-ID is the provider's: what is sent with is replaced there."""
    domain = settings().need("mail_sender").partition("@")[2]
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-Id": f"{one_line(settings().need('company_name'))} <{campaign.purpose}.{domain}>",
    }
