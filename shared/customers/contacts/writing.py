"""Everything a change of a contact writes, in one transaction: the contact, the claims on its
addresses, its tags, its place among the members of accounts."""

from collections.abc import Iterable, Iterator, Sequence

from shared.customers.accounts.keys import account_in_use, account_key, member_key
from shared.customers.external_ids import external_parts
from shared.customers.writing import Part, missing, stale, tag_parts, taken
from shared.kernel.events import DomainEvent
from shared.platform.requests import Check, Delete, Item, Put

from .addresses import addresses_of, claim_address, claim_lead, release_address
from .model import Contact, Membership
from .repository import saved


def parts_of(before: Contact | None, after: Contact, events: Sequence[DomainEvent]) -> list[Part]:
    """What storing `after` in place of `before` takes, the contact itself first."""
    who, known = after.contact_id, before.external_ids if before else {}
    return [
        Part(saved(before, after, events), stale("contact")),
        *_claims(before, after),
        *external_parts("contact", who, known, after.external_ids),
        *tag_parts("contact", who, before.tags if before else (), after.tags),
        *_memberships(before, after),
    ]


def new_owner(before: Contact | None, after: Contact) -> str | None:
    """Who is to look after the contact from now on, if that is somebody else than before."""
    return after.owner_id if before is None or after.owner_id != before.owner_id else None


def _claims(before: Contact | None, after: Contact) -> Iterator[Part]:
    who = after.contact_id
    old, new = addresses_of(before), addresses_of(after)
    for address, path in new.items():
        if address not in old:
            yield Part(claim_address(*address, who), taken("contact", "address_taken", path))
    for address in old:
        if address not in new:
            yield Part(release_address(*address, who), stale("contact"))
    for lead_id in after.lead_ids:
        if before is None or lead_id not in before.lead_ids:
            yield Part(claim_lead(lead_id, who), taken("contact", "lead_taken", "lead_ids"))


def _memberships(before: Contact | None, after: Contact) -> Iterator[Part]:
    who = after.contact_id
    old, new = (_by_account(one.accounts if one else ()) for one in (before, after))
    for number, one in enumerate(after.accounts):
        if one.account_id not in old:
            yield Part(
                Check(account_key(one.account_id), account_in_use()),
                missing(
                    f"accounts.{number}.account_id", "account_not_found", "There is no such account"
                ),
            )
        if old.get(one.account_id) != one:
            yield Part(Put(_member(who, one)), stale("contact"))
    for account_id in old:
        if account_id not in new:
            yield Part(Delete(member_key(account_id, who)), stale("contact"))


def _member(contact_id: str, membership: Membership) -> Item:
    item = {
        **member_key(membership.account_id, contact_id),
        "contact_id": contact_id,
        "role": membership.role,
        "primary": membership.primary,
    }
    return {name: value for name, value in item.items() if value is not None}


def _by_account(memberships: Iterable[Membership]) -> dict[str, Membership]:
    return {one.account_id: one for one in memberships}
