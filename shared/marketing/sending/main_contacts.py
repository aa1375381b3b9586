"""One message for each account goes to its main contact (row M1), where somebody is named, belongs to
the account first of all, and is in the audience; their turn is waited for. Where they get nothing
after all, it is whoever of the account comes first, as where nobody is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.customers.accounts.keys import account_key
from shared.customers.accounts.main_contact import is_reached_through
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import MAX_HOPS, contact_key, customers, from_item
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.on_the_way import OnTheWay
from shared.platform.requests import Item

from .candidate import Candidate
from .giving_way import awaited, patient_until

_OWN: Final[frozenset[str]] = frozenset()


def after_main_contacts(
    campaign: Campaign, asked: Sequence[Candidate], now: datetime
) -> list[Candidate]:
    """The same people, with when the main contact of their account is awaited before them. Where
    others of an account come than the one named, two reads, and one for the accounts."""
    if campaign.one_per != "account":
        return list(asked)
    named = _named({one.contact.account_id for one in asked if one.contact} - {None})
    behind = {
        one.recipient.contact_id: account_id
        for one in asked
        if one.recipient.number == 1
        and one.recipient.slot is None
        and one.contact
        and (account_id := one.contact.account_id)
        and named.get(account_id, one.contact.contact_id) != one.contact.contact_id
        and patient_until(one.recipient, now) > now
    }
    if not behind:
        return list(asked)
    standing = _standing({account_id: named[account_id] for account_id in set(behind.values())})
    same = OnTheWay(campaign.campaign_id, campaign.audience, _OWN, paused=False, starts_at=None)
    waits = awaited(list(set(standing.values())), [same], now)
    return [
        _behind(one, waits[standing[account_id]].get(campaign.campaign_id), now)
        if (account_id := behind.get(one.recipient.contact_id)) in standing
        and standing[account_id] != one.recipient.contact_id
        else one
        for one in asked
    ]


def first_of_all(one: Candidate) -> Candidate:
    """Somebody who waits for nobody of their account any more. Pure."""
    reaches = [replace(reach, known=replace(reach.known, behind=None)) for reach in one.reaches]
    return replace(one, reaches=reaches)


def _behind(one: Candidate, again: datetime | None, now: datetime) -> Candidate:
    if again is None:
        return one
    until = min(again, patient_until(one.recipient, now))
    reaches = [replace(reach, known=replace(reach.known, behind=until)) for reach in one.reaches]
    return replace(one, reaches=reaches)


def _named(account_ids: Iterable[str | None]) -> Mapping[str, str]:
    """Whom accounts are reached through, as it was said."""
    keys = [account_key(one) for one in account_ids if one]
    items = customers.get_many(keys) if keys else []
    return {
        item["pk"].removeprefix("ACCOUNT#"): item["main_contact_id"]
        for item in items
        if "main_contact_id" in item and "deleted_at" not in item
    }


def _standing(named: Mapping[str, str]) -> dict[str, str]:
    """Of each account who stands for it now, if anybody who was named still does and it is their
    primary one: otherwise they share a message with others."""
    found: dict[str, str] = {}
    waiting = dict(named)
    for _ in range(MAX_HOPS):
        if not waiting:
            break
        keys = [contact_key(one) for one in set(waiting.values())]
        people = {item["pk"].removeprefix("CONTACT#"): item for item in customers.get_many(keys)}
        for account_id, contact_id in list(waiting.items()):
            item: Item | None = people.get(contact_id)
            if item and "merged_into" in item:
                waiting[account_id] = item["merged_into"]
                continue
            del waiting[account_id]
            contact: Contact | None = from_item(item) if item else None
            if (
                contact
                and contact.account_id == account_id
                and is_reached_through(account_id, contact)
            ):
                found[account_id] = contact_id
    return found
