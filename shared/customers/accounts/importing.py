"""Companies that the rows of a file name: found by their name, or made, once each."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from shared.customers.imports.target import Work
from shared.customers.names import folded
from shared.customers.writing import customers
from shared.kernel.errors import Conflict, Rejected, Stale
from shared.platform.idempotency import record_id

from .changes import create_account, delete_account, restore_account
from .keys import account_key
from .model import Account, NewAccount
from .repository import LIST, from_item

MAKER: Final = "import"
"""Whoever imports the same name means the same company, so its id follows from the name."""


def accounts_called(names: Iterable[str], work: Work) -> dict[str, str]:
    """The account of each name, by its folded form; those that no account may be made of (because
    accounts need more than a name here) are missing.

    One call per hundred names, one query and one write for each that is new. A dry run makes
    none.
    """
    wanted: dict[str, str] = {}
    for name in names:
        if folded(name):  # the first spelling of it stands
            wanted.setdefault(folded(name), " ".join(name.split()))
    own = {name: record_id("account", MAKER, f"company:{name}", work.now) for name in wanted}
    stored = _stored(own.values())
    found: dict[str, str] = {}
    for name, text in wanted.items():
        account = stored.get(own[name])
        if account_id := _usable(account, work) if account else _existing(name):
            found[name] = account_id
        elif work.run.mode == "dry_run" or _made(own[name], name, text, work):
            found[name] = own[name]
    return found


def put_away_unused(account_ids: Iterable[str], work: Work) -> None:
    """Put those accounts away that the import made, that nobody changed, and that have nobody and
    nothing any more. One call per hundred, and one query and write for each."""
    for account in _stored(account_ids).values():
        if account.import_id != work.of.import_id or account.version != 1 or account.deleted_at:
            continue
        pk = account_key(account.account_id)["pk"]
        under_it = customers.query(pk, limit=10, consistent=True).items
        if any(item["sk"].startswith(("CONTACT#", "CHILD#")) for item in under_it):
            continue
        try:
            delete_account(account.account_id, 1, work.run.by, work.now)
        except Stale:
            continue  # somebody changed it in this very moment: it is theirs


def _stored(account_ids: Iterable[str]) -> Mapping[str, Account]:
    keys = [account_key(one) for one in dict.fromkeys(account_ids)]
    found = map(from_item, customers.get_many(keys)) if keys else ()
    return {one.account_id: one for one in found}


def _existing(name: str) -> str | None:
    """An account of exactly that name that somebody made otherwise."""
    page = customers.query(LIST, index="by_list", begins=f"{name}#", limit=1)
    return page.items[0]["pk"].removeprefix("ACCOUNT#") if page.items else None


def _usable(account: Account, work: Work) -> str | None:
    """One that an undone import put away comes back; what a person put away stays so."""
    if account.deleted_at is None:
        return account.account_id
    if account.import_id is None or account.version != 2 or work.run.mode == "dry_run":
        return account.account_id if work.run.mode == "dry_run" and account.import_id else None
    with suppress(Stale):  # another worker brought it back
        restore_account(account.account_id, account.version, work.run.by, work.now)
    return account.account_id


def _made(account_id: str, name: str, text: str, work: Work) -> bool:
    try:
        create_account(
            NewAccount(name=text),
            MAKER,
            f"company:{name}",
            work.now,
            import_id=work.of.import_id,
        )
    except Rejected:
        # Another spelling of the name was first, or accounts need more than a name.
        return bool(_stored([account_id]))
    except Conflict:
        return False
    return True
