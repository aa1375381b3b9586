"""Reading all it takes to decide on some recipients, together: two rounds, since addresses are
only known after the first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.customers.consents.model import ANY, Consent
from shared.customers.consents.repository import CONSENT
from shared.customers.consents.standing import by_key
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers
from shared.customers.contacts.repository import from_item as contact_from
from shared.customers.suppression.repository import MARKETING, Address, suppressed_among
from shared.marketing.campaigns.model import Campaign, Way
from shared.marketing.campaigns.on_the_way import due_in, keys_above
from shared.marketing.campaigns.repository import marketing
from shared.marketing.channels.model import CHANNELS
from shared.platform.requests import Check, Condition, Item, Key, Op
from shared.platform.tables import Table, get_across

from .candidate import Candidate, Reach
from .caps import cap_key
from .checks import TRACKING, Known, may_be_tracked
from .giving_way import giving_way
from .main_contacts import after_main_contacts
from .recipient import Recipient, from_item, recipient_key
from .rules import Cap
from .stored_rules import rules_in_force

_AT_ONCE: Final = 100

_OF_EACH: Final = 3
"""Items of a person whatever the ways: their recipient's, the contact, and what they decided about
every channel."""

_PER_WAY: Final = 2
"""Their cap and what they decided about the channel."""


def candidates(
    campaign: Campaign,
    contact_ids: Sequence[str],
    page: int,
    part: int,
    now: datetime,
    *,
    number: int = 1,
    ways: Sequence[Way] = (),
) -> list[Candidate]:
    """Some of a campaign's audience with all that is known of them, in the order given. A strong
    read per hundred items, three for each of them and two more by each way (and two where it is
    tracked), two for their addresses, and what it takes to give way (`giving_way`). `number` is
    that of the message; `ways` are those left for it."""
    ways, purpose = ways or campaign.ways, campaign.purpose
    keys: list[tuple[Table, Key]] = []
    for one in contact_ids:
        keys += [
            (marketing, recipient_key(campaign.campaign_id, one, number)),
            (customers, contact_key(one)),
            (customers, _consent_key(one, purpose, ANY)),
        ]
        for way in ways:
            consent = CHANNELS[way.channel].consent
            keys += [
                (marketing, cap_key(one, way.channel)),
                (customers, _consent_key(one, purpose, consent)),
            ]
        if campaign.tracking:
            keys += [(customers, _consent_key(one, TRACKING, name)) for name in ("email", ANY)]
    above = keys_above(campaign.priority)
    keys += [(marketing, key) for key in above]
    items: list[Item | None] = []
    for start in range(0, len(keys), _AT_ONCE):
        items += get_across(*keys[start : start + _AT_ONCE])
    width = _OF_EACH + _PER_WAY * len(ways) + 2 * campaign.tracking
    others = due_in(items[len(items) - len(above) :], now)
    each = [items[width * at : width * (at + 1)] for at in range(len(contact_ids))]
    people = [_contact(found[1]) for found in each]
    addresses = {
        address for one in people if one for way in ways if (address := _address(one, way))
    }
    blocked = suppressed_among(addresses, purpose, MARKETING) if addresses else {}
    read = _Read(campaign, page, part, number, ways, blocked.keys())
    asked = [
        read.candidate(one, found, contact)
        for one, found, contact in zip(contact_ids, each, people, strict=True)
    ]
    asked = after_main_contacts(campaign, asked, now)
    return giving_way(asked, others, rules_in_force(now), now) if others else asked


@dataclass(frozen=True, slots=True)
class _Read:
    campaign: Campaign
    page: int
    part: int
    number: int
    ways: Sequence[Way]
    blocked: Collection[Address]

    def candidate(
        self, contact_id: str, found: Sequence[Item | None], contact: Contact | None
    ) -> Candidate:
        row, _, general, *rest = found
        first = self.ways[0].channel
        new = Recipient(
            self.campaign.campaign_id, contact_id, first, self.page, self.part, number=self.number
        )
        recipient = from_item(row) if row else new
        reaches = []
        for number, way in enumerate(self.ways):
            cap, consent = rest[_PER_WAY * number], rest[_PER_WAY * number + 1]
            stands = by_key(Consent.model_validate(one) for one in (consent, general) if one)
            # What was surely not sent counts already, and must not stand in its own way.
            sent = frozenset((cap or {}).get("sent", ())) - {recipient.slot}
            address = _address(contact, way) if contact else None
            limit = Cap.model_validate(cap["limit"]) if cap and "limit" in cap else None
            known = Known(contact, address in self.blocked, stands, sent, limit)
            reaches.append(Reach(way, known, int((cap or {}).get("revision", 0))))
        decided = rest[_PER_WAY * len(self.ways) :]
        tracking = by_key(Consent.model_validate(one) for one in decided if one)
        return Candidate(recipient, contact, reaches, may_be_tracked(tracking))


def unchanged_consents(contact_id: str, purpose: str, reach: Reach) -> list[tuple[Table, Op]]:
    """That what a person allows is still as it was read: a claim and a withdrawal cannot pass each
    other, however long ago that was."""
    checks: list[tuple[Table, Op]] = []
    for name in (CHANNELS[reach.way.channel].consent, ANY):
        stands = reach.known.consents.get((purpose, name))
        condition = Condition(
            "consent_unchanged",
            "#at = :consent_at AND #state = :consent_state"
            if stands
            else "attribute_not_exists(#pk)",
            "whoever withdrew a consent gets nothing more, from that moment on",
            {"consent_at": stands.at, "consent_state": stands.state} if stands else {},
        )
        checks.append((customers, Check(_consent_key(contact_id, purpose, name), condition)))
    return checks


def _address(contact: Contact, way: Way) -> Address | None:
    channel = CHANNELS[way.channel]
    address = channel.address(contact)
    return (channel.kind, address) if channel.kind and address else None


def _contact(item: Item | None) -> Contact | None:
    if item is None or {"merged_into", "deleted_at"} & item.keys():
        return None
    return contact_from(item)


def _consent_key(contact_id: str, purpose: str, channel: str) -> dict[str, str]:
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{CONSENT}{purpose}#{channel}"}
