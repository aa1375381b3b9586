"""Reading all it takes to decide on some recipients, together: two rounds, since addresses are
only known after the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.customers.consents.model import ANY, Consent
from shared.customers.consents.repository import CONSENT
from shared.customers.consents.standing import by_key
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.customers.suppression.repository import MARKETING, suppressed_among
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import marketing
from shared.platform.requests import Item, Key
from shared.platform.tables import Table, get_across

from . import rows
from .checks import Known
from .rows import Recipient

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the audience: what became of them so far, what is known, and the revision of
    their cap."""

    recipient: Recipient
    known: Known
    cap: int = 0


def candidates(
    campaign: Campaign, contact_ids: Sequence[str], page: int, part: int
) -> list[Candidate]:
    """Some of a campaign's audience with all that is known of them, in the order given. A strong
    read per hundred items, five for each of them, and two for their addresses."""
    channel, purpose = campaign.channel, campaign.purpose
    keys: list[tuple[Table, Key]] = []
    for one in contact_ids:
        keys += [
            (marketing, rows.recipient_key(campaign.campaign_id, one, channel)),
            (marketing, rows.cap_key(one, channel)),
            (customers, contact_key(one)),
            *((customers, _consent_key(one, purpose, name)) for name in (channel, ANY)),
        ]
    items: list[Item | None] = []
    for start in range(0, len(keys), _AT_ONCE):
        items += get_across(*keys[start : start + _AT_ONCE])
    each = [items[start : start + 5] for start in range(0, len(items), 5)]
    people = [_contact(found[2]) for found in each]
    addresses = [("email", one.email) for one in people if one and one.email]
    blocked = suppressed_among(addresses, purpose, MARKETING) if addresses else {}  # type: ignore[arg-type]
    return [
        _candidate(campaign, one, found, contact, blocked, page, part)
        for one, found, contact in zip(contact_ids, each, people, strict=True)
    ]


def _candidate(
    campaign: Campaign,
    contact_id: str,
    found: Sequence[Item | None],
    contact: Contact | None,
    blocked: Any,
    page: int,
    part: int,
) -> Candidate:
    row, cap, _, *consents = found
    recipient = (
        rows.from_item(row)
        if row
        else Recipient(campaign.campaign_id, contact_id, campaign.channel, page, part)
    )
    stands = by_key(Consent.model_validate(one) for one in consents if one)
    address = ("email", contact.email) if contact and contact.email else None
    # What was surely not sent counts already, and must not stand in its own way.
    sent = frozenset((cap or {}).get("sent", ())) - {recipient.slot}
    known = Known(contact, address in blocked, stands, sent)
    return Candidate(recipient, known, int((cap or {}).get("revision", 0)))


def _contact(item: Item | None) -> Contact | None:
    if item is None or {"merged_into", "deleted_at"} & item.keys():
        return None
    return from_item(item)


def _consent_key(contact_id: str, purpose: str, channel: str) -> dict[str, str]:
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{CONSENT}{purpose}#{channel}"}
