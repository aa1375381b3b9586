"""Making a contact belong to an account, or no longer: one primary account, whoever asks when."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from shared.kernel.errors import Busy, Conflict, NotFound, Stale
from shared.kernel.text import plain

from .changes import store_change
from .model import MAX_ACCOUNTS, Contact, Membership
from .repository import need, touched

_ATTEMPTS: Final = 5

Memberships = list[Membership]


def join_account(
    contact_id: str, account_id: str, role: str | None, primary: bool, by: str, now: datetime
) -> Contact:
    """Make a contact belong to an account as `role`, or change as what it does. The first account
    is the primary one; with `primary` it is this one from now on.

    Raises `NotFound`, `Conflict` (`contact_deleted`, `too_many_accounts`) and `Rejected` for an
    account that is not there.
    """

    def joined(accounts: Memberships) -> Memberships:
        known = next((one for one in accounts if one.account_id == account_id), None)
        first = primary or not accounts or bool(known and known.primary)
        one = Membership(account_id=account_id, role=plain(role or "") or None, primary=first)
        others = [_but(other, primary=other.primary and not first) for other in accounts]
        if known:
            return [one if other.account_id == account_id else other for other in others]
        if len(accounts) == MAX_ACCOUNTS:
            raise Conflict("too_many_accounts", f"A contact has at most {MAX_ACCOUNTS} accounts")
        return [*others, one]

    return _changed(contact_id, joined, by, now)


def leave_account(contact_id: str, account_id: str, by: str, now: datetime) -> Contact:
    """Make a contact no longer belong to an account. If that was its primary one, the first of
    the others is. Raises `NotFound`, also where it does not belong, and `Conflict`."""

    def left(accounts: Memberships) -> Memberships:
        rest = [one for one in accounts if one.account_id != account_id]
        if len(rest) == len(accounts):
            raise NotFound("member_not_found", "This contact does not belong to this account")
        if rest and not any(one.primary for one in rest):
            rest[0] = _but(rest[0], primary=True)
        return rest

    return _changed(contact_id, left, by, now)


def _changed(
    contact_id: str, change: Callable[[Memberships], Memberships], by: str, now: datetime
) -> Contact:
    for _ in range(_ATTEMPTS):
        contact = need(contact_id)
        if contact.deleted_at:
            raise Conflict("contact_deleted", "Restore this contact before changing it")
        after = touched(contact, now, accounts=change(contact.accounts))
        try:
            return store_change(contact, after, by, now)
        except Stale:
            # Somebody changed the contact meanwhile; what is asked for holds for any state of it.
            continue
    raise Busy("contended", "This record is being changed by others, try again")


def _but(one: Membership, *, primary: bool) -> Membership:
    return one.model_copy(update={"primary": primary})
