"""Everything a change of a contact writes, in one transaction: the contact, the claims on its
addresses, its tags, its place among the members of accounts.

Each operation knows what it means when it is the one that is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.customers.accounts.keys import account_in_use, account_key, member_key
from shared.customers.names import folded
from shared.directory.repository import directory, staff_key
from shared.kernel.errors import Conflict, CrmError, FieldError, NotFound, Rejected, Stale
from shared.kernel.events import DomainEvent
from shared.platform.requests import Check, Condition, Delete, Item, Op, Put
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed

from .addresses import (
    addresses_of,
    claim_address,
    claim_external,
    claim_lead,
    forget_external,
    release_address,
)
from .model import Contact, Membership
from .repository import customers, saved

EMPLOYED: Final = Condition(
    "owner_employed",
    "attribute_exists(#pk) AND #disabled = :no",
    "somebody who works here looks after a contact",
    {"no": False},
)


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of a write, and what it means when the item found there refuses it."""

    op: Op
    refused: Callable[[Item], CrmError]


def parts_of(before: Contact | None, after: Contact, events: Sequence[DomainEvent]) -> list[Part]:
    """What storing `after` in place of `before` takes, the contact itself first."""
    return [
        Part(saved(before, after, events), _contact_refused),
        *_claims(before, after),
        *_tags(before, after),
        *_memberships(before, after),
    ]


def write(parts: Sequence[Part], *, owner: str | None = None) -> None:
    """Do all of `parts` or none, as long as `owner` (if given) works here. One call.

    Raises what the first refused part means, and `Rejected` for more than a transaction takes.
    """
    fits(len(parts) + 1)
    try:
        customers.write(*(one.op for one in parts), beside=owner_check(owner))
    except ConditionFailed as failed:
        raise reason(parts, failed.failures) from failed


def fits(operations: int) -> None:
    """Raise `Rejected` for more operations than a transaction takes."""
    if operations > TRANSACTION_LIMIT:
        raise Rejected("too_many_changes", "Change fewer addresses, accounts or tags at once")


def owner_check(owner: str | None) -> list[tuple[Table, Op]]:
    """What has to hold beside a write that makes `owner` look after something."""
    return [(directory, Check(staff_key(owner), EMPLOYED))] if owner else []


def reason(parts: Sequence[Part], failures: Mapping[int, Item]) -> CrmError:
    """What it means that operations of a write were refused, of which `parts` came first."""
    for position, found in sorted(failures.items()):
        if position < len(parts):
            return parts[position].refused(found)
    return _unacceptable("owner_id", "staff_not_found", "No such person works here")


def new_owner(before: Contact | None, after: Contact) -> str | None:
    """Who is to look after the contact from now on, if that is somebody else than before."""
    return after.owner_id if before is None or after.owner_id != before.owner_id else None


def _claims(before: Contact | None, after: Contact) -> Iterator[Part]:
    who = after.contact_id
    old, new = addresses_of(before), addresses_of(after)
    for address, path in new.items():
        if address not in old:
            yield Part(claim_address(*address, who), _taken("address_taken", path))
    for address in old:
        if address not in new:
            yield Part(release_address(*address, who), _contact_refused)
    known = before.external_ids if before else {}
    for system, external_id in after.external_ids.items():
        if known.get(system) != external_id:
            path = f"external_ids.{system}"
            yield Part(claim_external(system, external_id, who), _taken("external_id_taken", path))
    for system, external_id in known.items():
        if after.external_ids.get(system) != external_id:
            yield Part(forget_external(system, external_id, who), _contact_refused)
    for lead_id in after.lead_ids:
        if before is None or lead_id not in before.lead_ids:
            yield Part(claim_lead(lead_id, who), _taken("lead_taken", "lead_ids"))


def _tags(before: Contact | None, after: Contact) -> Iterator[Part]:
    old = {folded(one) for one in before.tags} if before else set()
    new = {folded(one) for one in after.tags}
    for tag in sorted(new - old):
        yield Part(Put(tag_key(tag, after.contact_id)), _contact_refused)
    for tag in sorted(old - new):
        yield Part(Delete(tag_key(tag, after.contact_id)), _contact_refused)


def tag_key(tag: str, contact_id: str) -> dict[str, str]:
    """The key of the item that says a contact has a tag."""
    return {"pk": f"TAG#CONTACT#{folded(tag)}", "sk": contact_id}


def _memberships(before: Contact | None, after: Contact) -> Iterator[Part]:
    old = _by_account(before.accounts if before else ())
    new = _by_account(after.accounts)
    for number, one in enumerate(after.accounts):
        if one.account_id not in old:
            yield Part(
                Check(account_key(one.account_id), account_in_use()),
                _no_account(f"accounts.{number}.account_id"),
            )
        if old.get(one.account_id) != one:
            yield Part(Put(_member(after.contact_id, one)), _contact_refused)
    for account_id in old:
        if account_id not in new:
            yield Part(Delete(member_key(account_id, after.contact_id)), _contact_refused)


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


def _contact_refused(found: Item) -> CrmError:
    if "version" not in found:
        return NotFound("contact_not_found", "There is no such contact")
    return Stale("version_stale", version=found["version"])


def _taken(code: str, path: str) -> Callable[[Item], CrmError]:
    def refused(found: Item) -> CrmError:
        wrong = FieldError(path, code, "Another contact has this")
        return Conflict(
            code, "This belongs to another contact", [wrong], contact_id=found.get("contact_id")
        )

    return refused


def _no_account(path: str) -> Callable[[Item], CrmError]:
    def refused(_: Item) -> CrmError:
        return _unacceptable(path, "account_not_found", "There is no such account")

    return refused


def _unacceptable(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
