"""Lists of contacts: all, of an owner, with a tag, of an account, by how a name begins."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from shared.customers.accounts.keys import members_prefix
from shared.customers.listing import Source, page_of
from shared.customers.names import folded
from shared.customers.writing import tag_partition
from shared.platform.requests import Item

from .model import ContactSummary
from .repository import DELETED, LIST, in_short, name_of, owner_partition, summary


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts; `None` is any. `name_begins` is the beginning of "last name first name",
    without regard to case and accents. `deleted` asks for those put away instead."""

    owner: str | None = None
    tag: str | None = None
    account: str | None = None
    name_begins: str | None = None
    deleted: bool = False

    @property
    def source(self) -> Source:
        """The narrowest list that holds them all."""
        name = folded(self.name_begins or "")
        if self.deleted:
            return Source(DELETED, "by_list", name)
        if self.account:
            return Source(*members_prefix(self.account))
        if self.owner:
            return Source(owner_partition(self.owner), "by_owner", name)
        if self.tag:
            return Source(tag_partition("contact", self.tag))
        return Source(LIST, "by_list", name)

    @property
    def selects(self) -> bool:
        """Whether the list holds others too."""
        asked = [self.owner, self.tag, self.account]
        by_id = not self.source.index and self.name_begins
        return sum(map(bool, asked)) > (0 if self.deleted else 1) or bool(by_id)

    def matches(self, contact: ContactSummary) -> bool:
        """Whether a contact is one of them."""
        return (
            bool(contact.deleted_at) == self.deleted
            and self.owner in (None, contact.owner_id)
            and (self.tag is None or folded(self.tag) in map(folded, contact.tags))
            and (self.account is None or self.account in (a.account_id for a in contact.accounts))
            and name_of(contact).startswith(folded(self.name_begins or ""))
        )


def list_contacts(
    query: ContactQuery, *, limit: int, cursor: str | None
) -> tuple[list[ContactSummary], str | None]:
    """A page of contacts and the next page's cursor (see `customers.listing`). By name, but for
    those of an account or with a tag alone, which are in no order."""

    def wanted(items: list[Item]) -> Iterable[ContactSummary | None]:
        found = _records(query.source, items)
        return [one if one and query.matches(one) else None for one in found]

    return page_of(
        query.source,
        wanted,
        selects=query.selects,
        scope=f"contacts:{astuple(query)}",
        limit=limit,
        cursor=cursor,
    )


def _records(source: Source, items: list[Item]) -> list[ContactSummary | None]:
    if source.index:
        return [summary(item) for item in items]
    ids = [item["sk"].removeprefix("CONTACT#") for item in items]
    known = in_short(ids)
    return [known.get(one) for one in ids]
