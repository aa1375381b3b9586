"""Where accounts are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| account, carrying its events | `ACCOUNT#<account_id>` | `ACCOUNT` |
| contact that belongs to it: `role`, `primary` | `ACCOUNT#<account_id>` | `CONTACT#<contact_id>` |
| account that is a part of it | `ACCOUNT#<account_id>` | `CHILD#<account_id>` |
| what was changed of it | `ACCOUNT#<account_id>` | `CHANGE#<at>#<event_id>` |
| whose an internet domain is | `DOMAIN#<domain>` | `ACCOUNT` |
| whose a number in a register is | `REGISTRATION#<country>#<number>` | `ACCOUNT` |
| whose another system's id is (see `external_ids`) | `EXTERNAL#<system>#<id>` | `ACCOUNT` |
| has a tag (see `customers.writing`) | `TAG#ACCOUNT#<folded tag>` | `<account_id>` |

| question | key | asked by |
|---|---|---|
| one account | table | account_admin and all who show companies |
| its contacts, its parts | table, `CONTACT#`, `CHILD#` | account_admin, contact_admin |
| all by name, or by the beginning of a name | `by_list`: `ACCOUNTS`, `<folded name>#<account_id>` | account_admin |
| those put away | `by_list`: `ACCOUNTS#DELETED`, the same | account_admin |
| those somebody looks after | `by_owner`: `ACCOUNTS#<staff_id>`, the same | account_admin |
| the account of a domain or a number in a register | table | account_admin |
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.names import sort_key
from shared.customers.writing import customers
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.platform.requests import Condition, Item, Key, Put
from shared.platform.tables import Table

from .keys import account_key
from .model import Account, AccountSummary

LIST: Final = "ACCOUNTS"
DELETED: Final = "ACCOUNTS#DELETED"

NEW: Final = Condition("account_new", "attribute_not_exists(#pk)", "a new account replaces none")


def owner_partition(staff_id: str) -> str:
    """The `by_owner` key of the accounts somebody looks after."""
    return f"ACCOUNTS#{staff_id}"


def load(account_id: str) -> Account | None:
    """The account, put away ones included; `None` where there is none. One strong read."""
    item = customers.get(account_key(account_id)) if is_id("account", account_id) else None
    return from_item(item) if item else None


def need(account_id: str) -> Account:
    """`load`, raising `NotFound`."""
    account = load(account_id)
    if account is None:
        raise NotFound("account_not_found", "There is no such account")
    return account


def where(account_id: str) -> tuple[Table, Key]:
    """Where an account is found, to be read together with other items."""
    return customers, account_key(account_id)


def in_short(account_ids: Iterable[str]) -> dict[str, AccountSummary]:
    """Those among accounts that are not put away, by id, in short. One call per hundred."""
    keys = [account_key(one) for one in dict.fromkeys(account_ids)]
    items = customers.get_many(keys, consistent=False) if keys else []
    live = [item for item in items if "deleted_at" not in item]
    return {one.account_id: one for one in map(summary, live)}


def from_item(item: Item) -> Account:
    """The account a stored item stands for."""
    return Account.model_validate(_named(item))


def summary(item: Item) -> AccountSummary:
    """The account in short that an item, or an index's projection of it, stands for."""
    return AccountSummary.model_validate(_named(item))


def saved(before: Account | None, after: Account, events: Sequence[DomainEvent]) -> Put:
    """Store an account in place of what it was (`None`: there is none yet), with what it takes to
    be found in lists."""
    return Put(attributes(after), NEW if before is None else unchanged(before), events)


def attributes(account: Account) -> Item:
    """An account as stored, with its keys. What is empty is left out."""
    known = account.model_dump(exclude_none=True)
    return {
        **account_key(account.account_id),
        "kind": "account",
        **{name: value for name, value in known.items() if value not in ([], {}, "")},
        **_index(account),
    }


def touched(account: Account, at: datetime, **values: Any) -> Account:
    """The account with `values` changed at `at`: its next version."""
    further = {"updated_at": iso(at), "version": account.version + 1}
    return account.model_copy(update={**values, **further})


def unchanged(account: Account) -> Condition:
    """The account is still as it was read."""
    return Condition(
        "account_unchanged",
        "#version = :account_version",
        "what was decided holds only for the state it was decided on",
        {"account_version": account.version},
    )


def _index(account: Account) -> dict[str, str]:
    place = sort_key(account.account_id, account.name)
    if account.deleted_at:
        return {"list_pk": DELETED, "list_sk": place}
    found = {"list_pk": LIST, "list_sk": place}
    if account.owner_id:
        found |= {"owner_pk": owner_partition(account.owner_id), "owner_sk": place}
    return found


def _named(item: Item) -> Item:
    return {**item, "account_id": item["pk"].removeprefix("ACCOUNT#")}
