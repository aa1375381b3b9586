"""What `/v1/contacts` takes and answers beside `NewContact`, `ContactChange` and `ContactView`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.contacts.listing import ContactQuery
from shared.customers.contacts.model import ContactSummary


class ListQuery(BaseModel):
    """Which contacts; an empty parameter asks for nothing. `owner=me` are the caller's own."""

    model_config = ConfigDict(extra="forbid")

    owner: str = Field(default="", max_length=64)
    tag: str = Field(default="", max_length=60)
    account: str = Field(default="", max_length=60)
    name_begins: str = Field(default="", max_length=200)
    deleted: Literal["true", "false", ""] = ""
    limit: str | None = None
    cursor: str | None = None

    def of(self, staff_id: str) -> ContactQuery:
        """The same for the use case, asked by somebody."""
        return ContactQuery(
            owner=(staff_id if self.owner == "me" else self.owner) or None,
            tag=self.tag.strip() or None,
            account=self.account or None,
            name_begins=self.name_begins.strip() or None,
            deleted=self.deleted == "true",
        )


class ContactPage(BaseModel):
    """Some contacts in short; `next` is the cursor of those that follow."""

    items: list[ContactSummary]
    next: str | None


class Version(BaseModel):
    """The version of the contact that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
