"""What the portal's API takes and gives."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.consents.model import Channel, Consent, ConsentState, Purpose
from shared.customers.contacts.model import Contact, Phone, Warned
from shared.customers.portal.access import ADMIN_ROLE
from shared.customers.portal.choices import choices
from shared.customers.portal.happenings import Happening
from shared.customers.privacy.model import PrivacyRequest, RequestState
from shared.customers.privacy.reading import download_url


class OwnEmail(BaseModel):
    """An address of the customer. By each of them they can sign in."""

    address: str
    primary: bool
    verified: bool


class OwnAccount(BaseModel):
    """An account the customer belongs to; `admin`: they see its affairs beside their own."""

    account_id: str
    role: str | None
    primary: bool
    admin: bool


class Me(BaseModel):
    """The customer who asks. `version` goes back with a change; `warnings` tell what of a change
    could not be used, without harm."""

    contact_id: str
    version: int
    first_name: str | None
    last_name: str | None
    job_title: str | None
    emails: list[OwnEmail]
    phones: list[Phone]
    accounts: list[OwnAccount]
    country: str | None
    language: str
    zone: str
    preferred_channel: str | None
    warnings: list[Warned] = Field(default_factory=list)

    @classmethod
    def of(cls, contact: Contact, warnings: tuple[Warned, ...] = ()) -> Self:
        """The customer's own view of their record."""
        return cls(
            contact_id=contact.contact_id,
            version=contact.version,
            first_name=contact.first_name,
            last_name=contact.last_name,
            job_title=contact.job_title,
            emails=[
                OwnEmail(address=one.address, primary=one.primary, verified=bool(one.verified_at))
                for one in contact.emails
            ],
            phones=contact.phones,
            accounts=[
                OwnAccount(
                    account_id=one.account_id,
                    role=one.role,
                    primary=one.primary,
                    admin=one.role == ADMIN_ROLE,
                )
                for one in contact.accounts
            ],
            country=contact.country,
            language=contact.language,
            zone=contact.zone,
            preferred_channel=contact.preferred_channel,
            warnings=list(warnings),
        )


class NewEmail(BaseModel):
    """The address to sign in by from now on."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320)


class Confirmation(BaseModel):
    """The code from a mail."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)


class Asked(BaseModel):
    """A code is on its way; `change_id` goes into the address it is confirmed at."""

    change_id: str
    seconds: int


class NewChoice(BaseModel):
    """What the customer decides: whether a channel may be used for a purpose. `any` stands for
    every channel."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    channel: Channel
    granted: bool


class DecisionView(BaseModel):
    """One decision. `source` is where it was made, `text_version` the wording agreed to."""

    purpose: str
    channel: str
    state: ConsentState
    at: str
    source: str
    text_version: str | None

    @classmethod
    def of(cls, consent: Consent) -> Self:
        """The customer's own view of a decision."""
        return cls(
            purpose=consent.purpose,
            channel=consent.channel,
            state=consent.state,
            at=consent.at,
            source=consent.evidence.source,
            text_version=consent.evidence.text_version,
        )


class ChoiceView(BaseModel):
    """What holds for one purpose, by channel."""

    purpose: str
    channels: dict[str, bool]


class Consents(BaseModel):
    """What holds (`items`), the decisions that stand, and all there ever were (`log`)."""

    items: list[ChoiceView]
    standing: list[DecisionView]
    log: list[DecisionView]

    @classmethod
    def of(cls, standing: Sequence[Consent], log: Sequence[Consent]) -> Self:
        """The view of what is known."""
        return cls(
            items=[
                ChoiceView(purpose=one.purpose, channels=dict(one.channels))
                for one in choices(standing)
            ],
            standing=[DecisionView.of(one) for one in standing],
            log=[DecisionView.of(one) for one in log],
        )


class HappeningView(BaseModel):
    """Something that happened, in words for the customer."""

    entry_id: str
    occurred_at: str
    kind: str
    direction: str | None
    channel: str | None
    said: str


class History(BaseModel):
    """What happened, newest first; `next` is the cursor of what is older. A page may be empty
    though more follows."""

    items: list[HappeningView]
    next: str | None

    @classmethod
    def of(cls, found: Sequence[Happening], rest: str | None) -> Self:
        """The view of a page."""
        return cls(items=[HappeningView(**asdict(one)) for one in found], next=rest)


class Export(BaseModel):
    """A file with all that is kept of the customer. `download_url` opens it for some minutes,
    from when it is done until `expires_at`."""

    request_id: str
    state: RequestState
    requested_at: str
    completed_at: str | None
    expires_at: str | None
    download_url: str | None

    @classmethod
    def of(cls, request: PrivacyRequest, now: datetime) -> Self:
        """The customer's own view of an export."""
        return cls(
            request_id=request.request_id,
            state=request.state,
            requested_at=request.requested_at,
            completed_at=request.completed_at,
            expires_at=request.expires_at,
            download_url=download_url(request, now),
        )


class ErasureAsked(BaseModel):
    """A code is on its way; `erasure_id` goes into the address it is confirmed at."""

    erasure_id: str
    seconds: int


class Erasure(BaseModel):
    """An erasure that has begun. What became of it, the company tells under this id."""

    request_id: str
    state: RequestState
