"""What the pages of accounts take: forms as browsers send them."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.console.custom_fields import custom_in
from shared.customers.accounts.listing import AccountQuery
from shared.customers.accounts.model import Account
from shared.customers.custom_fields.model import CustomFields

PAGE_SIZE: Final = 50

MAY_EDIT: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")
"""Who deals with companies, and so may add and change them."""

_PLAIN: Final = (
    "name",
    "country",
    "registration",
    "industry",
    "website",
    "phone",
    "owner_id",
    "parent_id",
)


class ListQuery(BaseModel):
    """Which accounts the address of the list asks for."""

    model_config = ConfigDict(extra="ignore")

    owner: str = Field(default="", max_length=64)
    tag: str = Field(default="", max_length=60)
    parent: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=200)
    deleted: Literal["yes", ""] = ""

    def of(self, staff_id: str) -> AccountQuery:
        """The same for the use case, asked by somebody."""
        return AccountQuery(
            owner=(staff_id if self.owner == "me" else self.owner) or None,
            tag=self.tag.strip() or None,
            parent=self.parent or None,
            name_begins=self.name.strip() or None,
            deleted=bool(self.deleted),
        )


class VersionForm(BaseModel):
    """A form about an account as it was read in `version`."""

    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=1)


class MainContactForm(VersionForm):
    """Whom an account is reached through: one of its contacts, or "" for nobody."""

    contact_id: str = Field(default="", max_length=60)


class MemberForm(BaseModel):
    """A contact, by an e-mail address or a phone number of theirs, and as what they belong."""

    model_config = ConfigDict(extra="ignore")

    address: str = Field(min_length=1, max_length=320)
    role: str = Field(default="", max_length=100)
    primary: Literal["yes", ""] = ""


def typed(
    form: Mapping[str, str], lists: Mapping[str, list[str]], fields: CustomFields
) -> dict[str, Any]:
    """An account as the form says: domains one in a line, tags between commas."""
    given: dict[str, Any] = {name: form.get(name, "").strip() or None for name in _PLAIN}
    given["name"] = form.get("name", "")
    given["account_kind"] = form.get("account_kind") or "company"
    given["domains"] = [one.strip() for one in form.get("domains", "").splitlines() if one.strip()]
    given["tags"] = [one.strip() for one in form.get("tags", "").split(",") if one.strip()]
    given["custom"] = custom_in(form, lists, fields)
    return given


def as_typed(account: Account) -> dict[str, str]:
    """The fields of the form of an account, but for custom ones."""
    plain = {name: str(getattr(account, name) or "") for name in (*_PLAIN, "account_kind")}
    return plain | {"domains": "\n".join(account.domains), "tags": ", ".join(account.tags)}
