"""Why a person got a campaign or not (row X1), and deciding what nobody could know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shared.customers.contacts.repository import followed
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, NotFound
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.repository import marketing, need, page_key
from shared.platform.writes import ConditionFailed

from . import rows
from .recipient import Recipient, Row

PAGES_AT_ONCE: Final = 50
"""Of the audience: a megabyte."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a contact in a campaign: `state` as in `rows`, or `waiting` (in its audience,
    not decided on yet), `not_sent` (the campaign ended before their turn) or `not_in_audience`.
    `earlier` are messages that did not arrive, after which `recipient` was the next."""

    campaign_id: str
    contact_id: str
    state: str
    because: str
    recipient: Recipient | None = None
    earlier: Sequence[Recipient] = ()


_WORDS = {
    Row.CLAIMED: "It is being sent",
    Row.SENT: "They agreed, and the provider took it",
    Row.RELEASED: "The provider did not take it yet; it is tried again",
    Row.UNKNOWN: "It may have been sent: the provider's answer was lost",
    "no_record": "There is no record of this person in use",
    "no_address": "They have no address for it",
    "suppressed": "Their address must not be written to",
    "no_consent": "They did not agree to it",
    "capped": "They got as many messages as they may get",
    "priority": "A more important message for them goes first",
    "main_contact": "It is the turn of their account's main contact",
    "local_time": "Its time had not come on their clock",
    "quiet_hours": "It was in their quiet hours",
    "same_household": "Somebody of their household is on the list already",
    "same_account": "Somebody of their account got it already",
    "cancelled": "The campaign was cancelled",
}


def proof_of(campaign_id: str, contact_id: str) -> Proof:
    """What became of a contact in a campaign, and why. Three reads, and one for 25,000 people of
    the audience for whoever is not decided on. Raises `NotFound`."""
    campaign = need(campaign_id)
    record = followed(contact_id)
    whose = record["pk"].removeprefix("CONTACT#") if record else contact_id
    return proof_in(campaign, whose, known=record is not None)


def proof_in(campaign: Campaign, whose: str, *, known: bool = True) -> Proof:
    """`proof_of` a campaign that was just read, and of a contact by the id it now has: a read, and
    one for 25,000 people of the audience for whoever is not decided on."""
    campaign_id = campaign.campaign_id
    found = rows.all_of(campaign_id, whose)
    if not found:
        return _undecided(campaign, whose, known=known)
    one, earlier = found[-1], found[:-1]
    state = one.state or Row.CLAIMED
    because = _WORDS.get(one.reason or "") or _WORDS.get(state) or f"{one.reason}"
    return Proof(campaign_id, whose, state, because, one, earlier)


def settle_unknown(
    campaign_id: str, contact_id: str, outcome: Literal["sent", "failed"], by: str, now: datetime
) -> Recipient:
    """Say of a message of which nobody knows whether it left. Raises `NotFound`, and `Conflict`
    when it is known."""
    need(campaign_id)
    all_of_it = rows.all_of(campaign_id, contact_id)
    if not all_of_it:
        raise NotFound("recipient_not_found", "This person is no recipient of the campaign")
    found = all_of_it[-1]
    after = found.next(Row(outcome), reason=f"said_by:{by}", settled_at=iso(now))
    if found.state is Row(outcome) and found.reason == after.reason:
        return found
    if found.state is not Row.UNKNOWN:
        raise Conflict("recipient_known", "It is known what became of this message")
    try:
        marketing.write(*rows.ops_of([(found, after)]))
    except ConditionFailed as refused:
        raise Conflict("recipient_known", "Somebody else just said it") from refused
    return after


def _undecided(campaign: Campaign, contact_id: str, *, known: bool) -> Proof:
    inside = _is_meant(campaign, contact_id)
    if not inside:
        if not known:
            raise NotFound("contact_not_found", "There is no such contact")
        because = "They were not in its segment or on its list when it started"
        if campaign.state is State.PLANNED:
            because = "It has not started yet"
        return Proof(campaign.campaign_id, contact_id, "not_in_audience", because)
    if campaign.state is State.CANCELLED:
        because = "The campaign was cancelled before their turn"
        return Proof(campaign.campaign_id, contact_id, "not_sent", because)
    return Proof(campaign.campaign_id, contact_id, "waiting", "It is not their turn yet")


def _is_meant(campaign: Campaign, contact_id: str) -> bool:
    """Whether somebody is in the audience as it was written down."""
    for first in range(1, campaign.pages + 1, PAGES_AT_ONCE):
        numbers = range(first, min(first + PAGES_AT_ONCE, campaign.pages + 1))
        pages = marketing.get_many(page_key(campaign.campaign_id, number) for number in numbers)
        if any(contact_id in page["ids"] for page in pages):
            return True
    return False
