"""A contact: one person as sales, marketing and support share them."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import AccountId, CustomInput, ExternalIds, StaffId, Tags

DEFAULT_ZONE: Final = "UTC"
DEFAULT_LANGUAGE: Final = "en"
"""Stand where a person's own are not known. An attribute that is not stored was never set."""

MAX_ADDRESSES: Final = 10
MAX_ACCOUNTS: Final = 20

Channel = Literal["email", "phone", "sms", "whatsapp", "chat", "post", "portal"]
"""How a person likes to be reached."""

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)
_INPUT: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Email(BaseModel):
    """An address in its normalised form. `verified_at`: the person proved that it is theirs."""

    model_config = _STORED

    address: str
    primary: bool = False
    verified_at: str | None = None


class Phone(BaseModel):
    """A number in E.164."""

    model_config = _STORED

    number: str
    primary: bool = False


class Membership(BaseModel):
    """The contact's part in an account, such as `buyer`. One account is the primary one."""

    model_config = _STORED

    account_id: str
    role: str | None = None
    primary: bool = False


class ContactSummary(BaseModel):
    """A contact as lists show it. Instants are ISO text; `version` grows with each change.

    Of the e-mails, phones and accounts exactly one is primary, where there are any. `owner_id`
    is the member of staff who looks after the person.
    """

    model_config = _STORED

    contact_id: str
    first_name: str | None = None
    last_name: str | None = None
    emails: list[Email] = Field(default_factory=list)
    phones: list[Phone] = Field(default_factory=list)
    accounts: list[Membership] = Field(default_factory=list)
    job_title: str | None = None
    country: str | None = None
    owner_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    source: str
    created_at: str
    updated_at: str
    deleted_at: str | None = None
    purge_at: str | None = None
    version: int

    @property
    def name(self) -> str:
        """First and last name, as far as known."""
        return " ".join(filter(None, (self.first_name, self.last_name)))

    @property
    def email(self) -> str | None:
        """The primary e-mail address."""
        return next((one.address for one in self.emails if one.primary), None)

    @property
    def phone(self) -> str | None:
        """The primary phone number."""
        return next((one.number for one in self.phones if one.primary), None)

    @property
    def account_id(self) -> str | None:
        """The primary account."""
        return next((one.account_id for one in self.accounts if one.primary), None)


class Contact(ContactSummary):
    """All that is stored of a contact itself.

    `external_ids` are what other systems call the person, by system. `lead_ids` are leads of this
    person whose ids do not follow from an address. `custom` are custom fields' values; some may
    have been defined otherwise when they were stored. `postal_address` is as it stands on an envelope,
    below the name, in lines; the country is that of the contact.
    """

    external_ids: dict[str, str] = Field(default_factory=dict)
    lead_ids: list[str] = Field(default_factory=list)
    zone: str = DEFAULT_ZONE
    language: str = DEFAULT_LANGUAGE
    preferred_channel: Channel | None = None
    postal_address: str | None = None
    custom: dict[str, Any] = Field(default_factory=dict)
    created_by: str
    import_id: str | None = None
    import_row: int | None = None


Name = Annotated[str, StringConstraints(max_length=200)]


class EmailInput(BaseModel):
    """An e-mail address as typed."""

    model_config = _INPUT

    address: str = Field(max_length=320)
    primary: bool = False


class PhoneInput(BaseModel):
    """A phone number as typed; without a country code it is one of the contact's country."""

    model_config = _INPUT

    number: str = Field(max_length=60)
    primary: bool = False


class MembershipInput(BaseModel):
    """An account the contact belongs to."""

    model_config = _INPUT

    account_id: AccountId
    role: Annotated[str, StringConstraints(max_length=100)] | None = None
    primary: bool = False


class ContactInput(BaseModel):
    """What may be said of a contact. Of several e-mails, phones or accounts the first is the
    primary one, unless another is marked so.

    `zone` and `language` that nobody knows are answered with a warning and change nothing.
    """

    model_config = _INPUT

    first_name: Name | None = None
    last_name: Name | None = None
    emails: list[EmailInput] = Field(default_factory=list, max_length=MAX_ADDRESSES)
    phones: list[PhoneInput] = Field(default_factory=list, max_length=MAX_ADDRESSES)
    external_ids: ExternalIds = {}
    accounts: list[MembershipInput] = Field(default_factory=list, max_length=MAX_ACCOUNTS)
    job_title: Name | None = None
    country: Annotated[str, StringConstraints(max_length=60)] | None = None
    language: Annotated[str, StringConstraints(max_length=100)] | None = None
    zone: Annotated[str, StringConstraints(max_length=100)] | None = None
    preferred_channel: Channel | None = None
    postal_address: Annotated[str, StringConstraints(max_length=500)] | None = None
    owner_id: StaffId | None = None
    tags: Tags = []
    custom: CustomInput = {}

    def given(self) -> dict[str, Any]:
        """The fields the caller named, in the order above."""
        names = [name for name in ContactInput.model_fields if name in self.model_fields_set]
        return {name: getattr(self, name) for name in names}


class NewContact(ContactInput):
    """A contact to create. `source` says how it came about (`staff`, `import`, `portal` …)."""

    source: Annotated[str, StringConstraints(pattern=r"^[\w .-]{1,100}$")] = "staff"


class ContactChange(ContactInput):
    """What to change of a contact: the fields given, and the `version` they were read at.

    Lists and `external_ids` are replaced whole; of `custom` only the fields named, of which
    `null` takes one away.
    """

    version: int = Field(ge=1)


class Warned(BaseModel):
    """Something given that could not be used, without harm: `field` (a dotted path), a stable
    `code` and words for people."""

    model_config = ConfigDict(frozen=True)

    field: str
    code: str
    message: str
