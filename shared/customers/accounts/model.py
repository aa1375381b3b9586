"""An account: a company or a household, to which contacts belong."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.inputs import AccountId, ContactId, CustomInput, ExternalIds, StaffId, Tags

AccountKind = Literal["company", "person"]
"""`person`: a household or somebody who buys for themselves."""

MAX_DOMAINS: Final = 10
MAX_DEPTH: Final = 10
"""Of accounts that are parts of accounts."""

_STORED: Final = ConfigDict(frozen=True, extra="ignore", defer_build=True)
_INPUT: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class AccountSummary(BaseModel):
    """An account as lists show it. Instants are ISO text; `version` grows with each change.

    `parent_id` is the account it is a part of, `owner_id` the member of staff who looks after it,
    `domains` are internet domains that are its own.
    """

    model_config = _STORED

    account_id: str
    account_kind: AccountKind
    name: str
    parent_id: str | None = None
    domains: list[str] = Field(default_factory=list)
    country: str | None = None
    owner_id: str | None = None
    tags: list[str] = Field(default_factory=list)
    created_at: str
    updated_at: str
    deleted_at: str | None = None
    version: int


class Account(AccountSummary):
    """All that is stored of an account itself. `registration` is its number in the register of
    companies (or of taxes) of its country; `main_contact_id` is whom it is reached through (see
    `main_contact`); `request_hash` tells the request that made it from
    another one with its `Idempotency-Key`."""

    registration: str | None = None
    main_contact_id: str | None = None
    industry: str | None = None
    website: str | None = None
    phone: str | None = None
    external_ids: dict[str, str] = Field(default_factory=dict)
    custom: dict[str, Any] = Field(default_factory=dict)
    created_by: str
    import_id: str | None = None
    request_hash: str | None = None


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=200)]


class AccountInput(BaseModel):
    """What may be said of an account."""

    model_config = _INPUT

    account_kind: AccountKind = "company"
    name: Name = ""
    parent_id: AccountId | None = None
    domains: list[Annotated[str, StringConstraints(max_length=300)]] = Field(
        default_factory=list, max_length=MAX_DOMAINS
    )
    country: Annotated[str, StringConstraints(max_length=60)] | None = None
    registration: Annotated[str, StringConstraints(max_length=60)] | None = None
    industry: Text | None = None
    website: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None
    owner_id: StaffId | None = None
    main_contact_id: ContactId | None = None
    tags: Tags = []
    external_ids: ExternalIds = {}
    custom: CustomInput = {}

    def given(self) -> dict[str, Any]:
        """The fields the caller named, in the order above."""
        names = [name for name in AccountInput.model_fields if name in self.model_fields_set]
        return {name: getattr(self, name) for name in names}


class NewAccount(AccountInput):
    """An account to create."""

    name: Name


class AccountChange(AccountInput):
    """What to change of an account: the fields given, and the `version` they were read at.

    Lists and `external_ids` are replaced whole; of `custom` only the fields named, of which
    `null` takes one away.
    """

    version: int = Field(ge=1)
