"""Creating and changing accounts, putting them away and bringing them back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.events import (
    AccountChanged,
    AccountCreated,
    AccountDeleted,
    AccountRestored,
    CustomersEvent,
)
from shared.customers.external_ids import external_parts
from shared.customers.trail import changed as written_down
from shared.customers.trail import differing
from shared.customers.writing import (
    Part,
    customers,
    fits,
    owner_check,
    reason,
    stale,
    tag_parts,
    write,
)
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, Stale
from shared.kernel.ids import new_id
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.writes import ConditionFailed

from .checking import checked
from .claims import claim_parts
from .hierarchy import Moved, parent_parts, way_up
from .main_contact import main_contact_parts
from .model import Account, AccountChange, NewAccount
from .repository import attributes, from_item, need, saved, touched

FACTS: Final = Account.model_fields.keys() - {"updated_at", "version", "request_hash"}
"""What can be another after a change."""

_ATTEMPTS: Final = 5


def create_account(
    new: NewAccount,
    by: str,
    idempotency_key: str | None,
    now: datetime,
    *,
    import_id: str | None = None,
) -> Account:
    """Store a new account made by `by`. Sent again with its key, it changes nothing and is
    answered alike. One call, and one strong read per account above it.

    Raises `Rejected` for unacceptable values, and `Conflict` (`domain_taken`,
    `registration_taken`, `external_id_taken`, with the other `account_id`).
    """
    account_id = record_id("account", by, idempotency_key, now)
    body = new.model_dump_json().encode()
    account = Account(
        account_id=account_id,
        **{"account_kind": "company"} | checked(new, None, now),
        created_at=iso(now),
        created_by=by,
        updated_at=iso(now),
        version=1,
        import_id=import_id,
        request_hash=request_hash(body),
    )
    event = AccountCreated(**_about(account, by, now))
    parts = _parts(None, account, [event], way_up(None, account.parent_id))
    fits(len(parts) + 1)
    try:
        customers.write(*(one.op for one in parts), beside=owner_check(account.owner_id))
    except ConditionFailed as failed:
        if found := failed.found(0):
            same_request(found, body)
            return from_item(found)
        raise reason(parts, failed.failures) from failed
    return account


def change_account(account_id: str, change: AccountChange, by: str, now: datetime) -> Account:
    """Change what is given of an account; without a difference nothing is written.

    Raises `NotFound`, `Stale` when `change.version` is not the newest, `Conflict` as
    `create_account` does and `account_deleted`, and `Rejected`.
    """
    for attempt in range(_ATTEMPTS):
        before = _as_known(account_id, change.version)
        if before.deleted_at:
            raise Conflict("account_deleted", "Restore this account before changing it")
        after = touched(before, now, **checked(change, before, now))
        fields = differing(attributes(before), attributes(after), FACTS)
        if not fields:
            return before
        event = AccountChanged(**_about(after, by, now), fields=fields)
        moves = after.parent_id != before.parent_id
        way = way_up(account_id, after.parent_id) if moves else []
        try:
            return _stored(before, after, event, by, way)
        except Moved:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def delete_account(account_id: str, version: int, by: str, now: datetime) -> Account:
    """Put an account away: it is in no list and no search, nothing new can belong to it, and it
    can be brought back as it was. One that is put away already stays so.

    Raises `NotFound` and `Stale`.
    """
    before = _as_known(account_id, version)
    if before.deleted_at:
        return before
    after = touched(before, now, deleted_at=iso(now))
    return _stored(before, after, AccountDeleted(**_about(after, by, now)), by)


def restore_account(account_id: str, version: int, by: str, now: datetime) -> Account:
    """Bring an account back that was put away. Raises `NotFound` and `Stale`."""
    before = _as_known(account_id, version)
    if not before.deleted_at:
        return before
    after = touched(before, now, deleted_at=None)
    return _stored(before, after, AccountRestored(**_about(after, by, now)), by)


def _stored(
    before: Account,
    after: Account,
    event: CustomersEvent,
    by: str,
    way: Sequence[Account] = (),
) -> Account:
    old, new = attributes(before), attributes(after)
    trail = written_down(old, new, differing(old, new, FACTS), event, by)
    owner = after.owner_id if after.owner_id != before.owner_id else None
    write([*_parts(before, after, [event], way), Part(trail, stale("account"))], owner=owner)
    return after


def _parts(
    before: Account | None,
    after: Account,
    events: Sequence[CustomersEvent],
    way: Sequence[Account],
) -> list[Part]:
    """What storing `after` in place of `before` takes, the account itself first."""
    who, known = after.account_id, before.external_ids if before else {}
    return [
        Part(saved(before, after, events), stale("account")),
        *claim_parts(before, after),
        *external_parts("account", who, known, after.external_ids),
        *tag_parts("account", who, before.tags if before else (), after.tags),
        *parent_parts(before, after, way),
        *main_contact_parts(before, after),
    ]


def _as_known(account_id: str, version: int) -> Account:
    account = need(account_id)
    if account.version != version:
        raise Stale("version_stale", version=account.version)
    return account


def _about(account: Account, by: str, now: datetime) -> dict[str, Any]:
    return {
        "event_id": new_id("event", now),
        "occurred_at": now,
        "account_id": account.account_id,
        "version": account.version,
        "by": by,
    }
