"""Accounts that are parts of accounts: a tree, whatever several people change at once.

Who moves an account reads the way from its new parent to the top. The move holds only if every
account on that way still has the parent it was seen with, so that of two moves that together
would close a circle one is refused.
"""

from collections.abc import Iterator, Sequence

from shared.customers.writing import Part, stale, unacceptable
from shared.kernel.errors import Busy, CrmError
from shared.platform.requests import Check, Condition, Delete, Item, Put

from .keys import account_in_use, account_key, child_key
from .model import MAX_DEPTH, Account
from .repository import load


def way_up(account_id: str | None, parent_id: str | None) -> list[Account]:
    """The accounts from a new parent of `account_id` (`None`: an account yet to be) to the top.
    One strong read each.

    Raises `Rejected` at `parent_id`: `account_not_found`, `circular` when the account itself is
    on the way, `too_deep`.
    """
    way: list[Account] = []
    following = parent_id
    while following:
        if following == account_id:
            raise unacceptable("parent_id", "circular", "An account is no part of its own parts")
        if len(way) == MAX_DEPTH:
            raise unacceptable("parent_id", "too_deep", f"At most {MAX_DEPTH} accounts deep")
        account = load(following)
        if account is None or (account.deleted_at and not way):
            raise unacceptable("parent_id", "account_not_found", "There is no such account")
        way.append(account)
        following = account.parent_id
    return way


def parent_parts(before: Account | None, after: Account, way: Sequence[Account]) -> Iterator[Part]:
    """What makes `after` a part of another account than before; `way` is `way_up` of its parent."""
    old = before.parent_id if before else None
    if after.parent_id == old:
        return
    for account in way:
        yield Part(
            Check(account_key(account.account_id), _still(account, parent=account is way[0])),
            _moved,
        )
    if after.parent_id:
        child = {**child_key(after.parent_id, after.account_id), "account_id": after.account_id}
        yield Part(Put(child), stale("account"))
    if old:
        yield Part(Delete(child_key(old, after.account_id)), stale("account"))


class Moved(Busy):
    """An account on the way to the top got another parent meanwhile, or was put away."""


def _moved(_: Item) -> CrmError:
    return Moved("contended", "These accounts are being changed by others, try again")


def _still(account: Account, *, parent: bool) -> Condition:
    """The account still has the parent it was seen with; the new parent itself is in use."""
    seen = "#parent_id = :seen" if account.parent_id else "attribute_not_exists(#parent_id)"
    exists = account_in_use().expression if parent else "attribute_exists(#pk)"
    return Condition(
        "ancestor_unmoved",
        f"{exists} AND {seen}",
        "two moves at once must not close a circle",
        {"seen": account.parent_id} if account.parent_id else {},
    )
