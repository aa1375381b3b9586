"""What `consent_admin` takes and answers."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.consents.model import (
    Channel,
    Consent,
    ConsentState,
    Decision,
    Evidence,
    Purpose,
)
from shared.customers.consents.reading import Consents
from shared.customers.suppression.model import Reason, Suppression
from shared.customers.suppression.repository import Address
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Rejected


class NewDecision(BaseModel):
    """What a person decided: `{"purpose": "marketing", "channel": "email", "state": "granted",
    "text_version": "2025-01"}`. `decided_at` is now unless it was before."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    channel: Channel
    state: ConsentState
    text_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    decided_at: AwareDatetime | None = None

    def consent(self, by: str, now: datetime) -> Consent:
        """The decision as `by` writes it down. Raises `Rejected` for one of the future."""
        at = self.decided_at or now
        if at > now:
            wrong = FieldError("decided_at", "in_the_future", "Nobody has decided this yet")
            raise Rejected("validation_failed", fields=[wrong])
        evidence = Evidence(source="staff", text_version=self.text_version, by=by)
        return Consent(
            purpose=self.purpose,
            channel=self.channel,
            state=self.state,
            at=iso(at),
            evidence=evidence,
        )


class ConsentView(Consent):
    """A consent as it stands."""


class DecisionView(Decision):
    """A decision, as it stays in the log."""

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The view of a decision."""
        return cls(**decision.model_dump())


class ConsentList(BaseModel):
    """What a person allows, and how it came about, the latest first."""

    contact_id: str
    items: list[ConsentView]
    log: list[DecisionView]

    @classmethod
    def of(cls, known: Consents) -> Self:
        """The view of what is known."""
        return cls(
            contact_id=known.contact_id,
            items=[ConsentView(**one.model_dump()) for one in known.standing],
            log=[DecisionView.of(one) for one in known.log],
        )


class _OfAddress(BaseModel):
    """One address: an e-mail address or a phone number with its country code."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None

    def address(self) -> Address:
        """Kind and normalised address. Raises `Rejected`, naming the field."""
        if (self.email is None) == (self.phone is None):
            wrong = FieldError("email", "address_not_single", "Give an e-mail address or a number")
            raise Rejected("validation_failed", fields=[wrong])
        try:
            if self.email is not None:
                return "email", email_of(self.email)
            return "phone", phone_of(self.phone or "")
        except Unusable as error:
            wrong = error.at("phone" if self.email is None else "email")
            raise Rejected("validation_failed", fields=[wrong]) from error


class NewSuppression(_OfAddress):
    """An address not to write to any more, for one `purpose` or (without) for everything."""

    purpose: Purpose | None = None
    reason: Reason = Reason.UNSUBSCRIBED


class SuppressionCheck(_OfAddress):
    """An address, and what it would be written to for."""

    purpose: Purpose


class SuppressionLift(_OfAddress):
    """An address, and the entry that is to go: that of a purpose or (without) for everything."""

    purpose: Purpose | None = None


class Standing(BaseModel):
    """Whether an address is suppressed. `purpose` is what for, `null`: for everything."""

    suppressed: bool
    purpose: str | None = None
    reasons: list[Reason] = Field(default_factory=list)
    since: str | None = None

    @classmethod
    def of(cls, found: Suppression | None) -> Self:
        """The view of what was found."""
        if found is None:
            return cls(suppressed=False)
        known = {"purpose": found.purpose, "since": found.since, "reasons": sorted(found.reasons)}
        return cls(suppressed=True, **known)
