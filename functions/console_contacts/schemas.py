"""What the pages of contacts take: forms as browsers send them."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.console.custom_fields import custom_in
from shared.customers.consents.model import Channel, ConsentState, Purpose
from shared.customers.contacts.listing import ContactQuery
from shared.customers.contacts.model import Contact
from shared.customers.custom_fields.model import CustomFields
from shared.customers.promises.model import PromiseState

PAGE_SIZE: Final = 50

MAY_EDIT: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")
"""Who deals with people, and so may add and change them."""

MAY_MERGE: Final = ("sales_manager", "supervisor")
"""Who makes two records one, and takes that back."""

CHANNELS: Final = (
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("sms", "SMS"),
    ("whatsapp", "WhatsApp"),
    ("chat", "Chat"),
    ("post", "Post"),
    ("portal", "Portal"),
)
"""How somebody can be reached, in words."""

DEALINGS: Final = (
    ("call", "Call"),
    ("message", "Message"),
    ("meeting", "Meeting"),
    ("visit", "Visit"),
    ("event", "Event"),
    ("offer", "Offer"),
    ("complaint", "Complaint"),
    ("note", "Note for colleagues"),
    ("other", "Something else"),
)
"""What staff write down by hand; purchases come from the till."""

_PLAIN: Final = (
    "first_name",
    "last_name",
    "job_title",
    "country",
    "language",
    "zone",
    "preferred_channel",
    "postal_address",
    "owner_id",
)


class ListQuery(BaseModel):
    """Which contacts the address of the list asks for."""

    model_config = ConfigDict(extra="ignore")

    owner: str = Field(default="", max_length=64)
    tag: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=200)
    deleted: Literal["yes", ""] = ""

    def of(self, staff_id: str) -> ContactQuery:
        """The same for the use case, asked by somebody."""
        return ContactQuery(
            owner=(staff_id if self.owner == "me" else self.owner) or None,
            tag=self.tag.strip() or None,
            name_begins=self.name.strip() or None,
            deleted=bool(self.deleted),
        )


class VersionForm(BaseModel):
    """A form about a contact as it was read in `version`."""

    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=1)


class AccountForm(BaseModel):
    """An account, by its id or how its name begins, and as what the contact belongs to it."""

    model_config = ConfigDict(extra="ignore")

    account: str = Field(min_length=1, max_length=200)
    role: str = Field(default="", max_length=100)
    primary: Literal["yes", ""] = ""


class DecisionForm(BaseModel):
    """What a person said they allow, as staff write it down."""

    model_config = ConfigDict(extra="ignore")

    purpose: Purpose
    channel: Channel
    state: ConsentState
    text_version: str | None = Field(default=None, max_length=40)


class DealingForm(BaseModel):
    """What somebody had to do with a contact, as they type it in; `key` is the form's own."""

    model_config = ConfigDict(extra="ignore")

    key: str = Field(min_length=1, max_length=100)
    kind: str = Field(min_length=1, max_length=40)
    channel: str = Field(min_length=1, max_length=40)
    direction: Literal["inbound", "outbound"] = "inbound"
    seen_by: Literal["us", "them"] = "us"
    subject: str = ""
    text: str = ""
    occurred_at: str = Field(default="", max_length=40)
    promise: str = ""
    promise_due: str = Field(default="", max_length=40)


class PromiseForm(BaseModel):
    """What became of a promise as it was read in `version`."""

    model_config = ConfigDict(extra="ignore")

    state: PromiseState
    version: int = Field(ge=1, le=999_999)


def typed(
    form: Mapping[str, str], lists: Mapping[str, list[str]], fields: CustomFields
) -> dict[str, Any]:
    """A contact as the form says: addresses one in a line, the first is the primary one; tags
    between commas. What is masked for whoever typed has no field in the form, and stays."""
    given: dict[str, Any] = {name: form.get(name, "").strip() or None for name in _PLAIN}
    if "emails" in form:
        given["emails"] = [{"address": one} for one in _lines(form["emails"])]
    if "phones" in form:
        given["phones"] = [{"number": one} for one in _lines(form["phones"])]
    given["tags"] = [one.strip() for one in form.get("tags", "").split(",") if one.strip()]
    given["custom"] = custom_in(form, lists, fields)
    return given


def as_typed(contact: Contact) -> dict[str, str]:
    """The fields of the form of a contact, but for custom ones."""
    plain = {name: str(getattr(contact, name) or "") for name in _PLAIN}
    first = sorted(contact.emails, key=lambda one: not one.primary)
    numbers = sorted(contact.phones, key=lambda one: not one.primary)
    return plain | {
        "emails": "\n".join(one.address for one in first),
        "phones": "\n".join(one.number for one in numbers),
        "tags": ", ".join(contact.tags),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
