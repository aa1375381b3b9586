"""Who shares a message: of a household, or of an account, one gets it (rows M1 and M4).

| entity (table `marketing`) | pk | sk |
|---|---|---|
| whose turn it was of those who share | `CAMPAIGN#<campaign_id>` | `SHARE#<keyed hash>` |

Those are of one household who have the same postal address in the same country, whatever its case,
accents, punctuation and line breaks, or, where people are called, the same number. Those are of one
account whose primary account it is; whoever has none stands alone. Of an account it is its main
contact's turn first (`main_contacts`).
"""

import re
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.names import folded
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import campaign_key
from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Op, Put

FREE: Final = "share_free"

_PURPOSE: Final = "household"
_BETWEEN: Final = re.compile(r"[\W_]+")


def share_of(campaign: Campaign, contact: Contact, channel: str) -> str | None:
    """What a contact has in common with those who share a message with them; `None`: they share
    it with nobody. Pure."""
    if campaign.one_per == "account":
        return contact.account_id
    if campaign.one_per != "household":
        return None
    if channel == "phone":
        return contact.phone
    address = contact.postal_address
    return f"{contact.country or ''} {comparable(address)}" if address else None


def comparable(address: str) -> str:
    """A postal address as two writings of it have it in common. Pure."""
    return _BETWEEN.sub(" ", folded(address)).strip()


def share_ops(campaign: Campaign, contact: Contact, channel: str) -> list[Op]:
    """Let it be a contact's turn, on the condition that it was nobody else's."""
    whose = share_of(campaign, contact, channel)
    if whose is None:
        return []
    free = Condition(
        FREE,
        "attribute_not_exists(#pk) OR #contact_id = :sharing",
        "of those who share a message one gets it",
        {"sharing": contact.contact_id},
    )
    pk = campaign_key(campaign.campaign_id)["pk"]
    hashed = keyed_hash(_PURPOSE, f"{campaign.campaign_id}.{whose}")
    return [Put({"pk": pk, "sk": f"SHARE#{hashed}", "contact_id": contact.contact_id}, free)]
