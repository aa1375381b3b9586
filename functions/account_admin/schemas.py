"""What `/v1/accounts` takes and answers beside `NewAccount`, `AccountChange` and `AccountView`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.access.showing import listed
from shared.customers.accounts.listing import AccountQuery
from shared.customers.accounts.listing import Member as Found
from shared.customers.accounts.model import AccountSummary
from shared.customers.contacts.model import ContactSummary


class ListQuery(BaseModel):
    """Which accounts; an empty parameter asks for nothing. `owner=me` are the caller's own,
    `domain` is the one whose domain that is."""

    model_config = ConfigDict(extra="forbid")

    owner: str = Field(default="", max_length=64)
    tag: str = Field(default="", max_length=60)
    parent: str = Field(default="", max_length=60)
    name_begins: str = Field(default="", max_length=200)
    domain: str = Field(default="", max_length=300)
    deleted: Literal["true", "false", ""] = ""
    limit: str | None = None
    cursor: str | None = None

    def of(self, staff_id: str) -> AccountQuery:
        """The same for the use case, asked by somebody."""
        return AccountQuery(
            owner=(staff_id if self.owner == "me" else self.owner) or None,
            tag=self.tag.strip() or None,
            parent=self.parent or None,
            name_begins=self.name_begins.strip() or None,
            deleted=self.deleted == "true",
        )


class AccountPage(BaseModel):
    """Some accounts in short; `next` is the cursor of those that follow."""

    items: list[AccountSummary]
    next: str | None


class Part(BaseModel):
    """As what a contact belongs to the account; with `primary` it is their primary one."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[str, StringConstraints(max_length=100)] | None = None
    primary: bool = False


class Member(BaseModel):
    """A contact of the account."""

    contact: ContactSummary
    role: str | None
    primary: bool


class MemberPage(BaseModel):
    """Some contacts of an account; `next` is the cursor of those that follow."""

    items: list[Member]
    next: str | None

    @classmethod
    def of(cls, found: Sequence[Found], rest: str | None, now: datetime) -> Self:
        """The page of what was found."""
        contacts = listed([one.contact for one in found], now)
        items = [
            Member(contact=contact, role=one.role, primary=one.primary)
            for contact, one in zip(contacts, found, strict=True)
        ]
        return cls(items=items, next=rest)


class Version(BaseModel):
    """The version of the account that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
