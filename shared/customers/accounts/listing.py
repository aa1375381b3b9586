"""Lists of accounts, of the parts of one, and of who belongs to it."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from shared.customers.addresses import Unusable
from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import in_short as contacts_in_short
from shared.customers.listing import Source, page_of
from shared.customers.names import folded, sorted_name
from shared.customers.writing import tag_partition
from shared.platform.requests import Item

from .checking import domain_of
from .claims import account_of_domain
from .keys import children_prefix, members_prefix
from .model import AccountSummary
from .repository import DELETED, LIST, in_short, owner_partition, summary


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Which accounts; `None` is any. `parent` is the account they are parts of; `name_begins` is
    the beginning of a name, without regard to case and accents. `deleted` asks for those put away
    instead."""

    owner: str | None = None
    tag: str | None = None
    parent: str | None = None
    name_begins: str | None = None
    deleted: bool = False

    @property
    def source(self) -> Source:
        """The narrowest list that holds them all."""
        name = folded(self.name_begins or "")
        if self.deleted:
            return Source(DELETED, "by_list", name)
        if self.parent:
            return Source(*children_prefix(self.parent))
        if self.owner:
            return Source(owner_partition(self.owner), "by_owner", name)
        if self.tag:
            return Source(tag_partition("account", self.tag))
        return Source(LIST, "by_list", name)

    @property
    def selects(self) -> bool:
        """Whether the list holds others too."""
        asked = [self.owner, self.tag, self.parent]
        by_id = not self.source.index and self.name_begins
        return sum(map(bool, asked)) > (0 if self.deleted else 1) or bool(by_id)

    def matches(self, account: AccountSummary) -> bool:
        """Whether an account is one of them."""
        return (
            bool(account.deleted_at) == self.deleted
            and self.owner in (None, account.owner_id)
            and (self.tag is None or folded(self.tag) in map(folded, account.tags))
            and self.parent in (None, account.parent_id)
            and sorted_name(account.name).startswith(folded(self.name_begins or ""))
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A contact of an account: as what they belong to it, and whether it is their primary one."""

    contact: ContactSummary
    role: str | None
    primary: bool


def list_accounts(
    query: AccountQuery, *, limit: int, cursor: str | None
) -> tuple[list[AccountSummary], str | None]:
    """A page of accounts and the next page's cursor (see `customers.listing`). By name, but for
    the parts of one and those with a tag alone, which are in no order."""

    def wanted(items: list[Item]) -> Iterable[AccountSummary | None]:
        found = _records(query.source, items)
        return [one if one and query.matches(one) else None for one in found]

    return page_of(
        query.source,
        wanted,
        selects=query.selects,
        scope=f"accounts:{astuple(query)}",
        limit=limit,
        cursor=cursor,
    )


def with_domain(text: str) -> list[AccountSummary]:
    """The account whose internet domain this is, if there is one that is not put away. Two
    reads."""
    try:
        account_id = account_of_domain(domain_of(text))
    except Unusable:
        return []
    return list(in_short([account_id]).values()) if account_id else []


def members_of(
    account_id: str, *, limit: int, cursor: str | None
) -> tuple[list[Member], str | None]:
    """A page of an account's contacts, in no order, and the next page's cursor. Nobody belongs
    to an account that does not exist."""

    def wanted(items: list[Item]) -> Iterable[Member | None]:
        known = contacts_in_short(item["contact_id"] for item in items)
        return [
            Member(contact, item.get("role"), item["primary"])
            if (contact := known.get(item["contact_id"]))
            else None
            for item in items
        ]

    return page_of(
        Source(*members_prefix(account_id)),
        wanted,
        selects=False,
        scope=f"members:{account_id}",
        limit=limit,
        cursor=cursor,
    )


def _records(source: Source, items: list[Item]) -> list[AccountSummary | None]:
    if source.index:
        return [summary(item) for item in items]
    ids = [item["sk"].removeprefix("CHILD#") for item in items]
    known = in_short(ids)
    return [known.get(one) for one in ids]
