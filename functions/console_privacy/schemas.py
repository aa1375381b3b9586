"""What the pages of privacy take: forms as browsers send them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.access.model import StandardField
from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.privacy.asking import Asker, ask_for_address, ask_for_contact
from shared.customers.privacy.holding import NewHold
from shared.customers.privacy.model import Kind, PrivacyRequest
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.pages.reading import read

PAGE_SIZE: Final = 50
LOOKS: Final = 20

STANDARD_FIELDS: Final[tuple[StandardField, ...]] = get_args(StandardField)
FIELD_NAMES: Final = {
    "emails": "E-mail addresses",
    "phones": "Phone numbers",
    "external_ids": "Ids in other systems",
}
"""What people call the fields that every contact has."""

_FORM: Final = ConfigDict(extra="ignore")


class RequestForm(BaseModel):
    """What is asked and for whom: a contact, or whoever has an address. `sure` is ticked for an
    erasure."""

    model_config = _FORM

    kind: Kind
    contact_id: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=320)
    reason: str = Field(default="", max_length=500)
    sure: Literal["yes", ""] = ""
    key: str = Field(default="", max_length=255)

    def ask(self, by: str, now: datetime) -> PrivacyRequest:
        """Ask it, once however often the form is sent. Raises `Rejected`, naming the field, and
        as `asking` does."""
        if self.kind == "erasure" and not self.sure:
            raise _wrong("sure", "not_sure", "Tick this: an erasure cannot be taken back")
        asker, body = Asker("staff", by), self.model_dump_json(exclude={"key"}).encode()
        if self.contact_id:
            return ask_for_contact(
                self.kind,
                self.contact_id,
                asker,
                now,
                reason=self.reason,
                key=self.key or None,
                body=body,
            )
        try:
            kind: Literal["email", "phone"] = "email" if "@" in self.address else "phone"
            known = email_of(self.address) if kind == "email" else phone_of(self.address)
        except Unusable as error:
            raise Rejected("validation_failed", fields=[error.at("address")]) from error
        return ask_for_address(
            self.kind,
            (kind, known),
            asker,
            now,
            reason=self.reason,
            key=self.key or None,
            body=body,
        )


class CertificateForm(BaseModel):
    """A certificate as it was handed out: JSON."""

    model_config = _FORM

    text: str = Field(min_length=1, max_length=100_000)


class Signed(BaseModel):
    """A certificate with its signature."""

    model_config = _FORM

    certificate: dict[str, Any]
    signature: str = Field(max_length=200)


class VersionForm(BaseModel):
    """A form about rules as they were read in `version`; 0: there were none."""

    model_config = _FORM

    version: int = Field(ge=0)


def new_hold(form: Mapping[str, str], lists: Mapping[str, list[str]]) -> NewHold:
    """A legal hold typed in; it ends with the day that was chosen (UTC). Raises `Rejected`."""
    until = form.get("until", "").strip()
    given = {
        "name": form.get("name", ""),
        "reason": form.get("reason", ""),
        "keeps": lists.get("keeps", []),
        "until": f"{until}T23:59:59Z" if until else None,
    }
    return read(NewHold, given)


def pointed(error: CrmError) -> CrmError:
    """The error with its fields named as the form names them: `keeps.0` is `keeps`."""
    said = {"until": "Choose a day"}
    error.fields = tuple(
        FieldError(
            at := one.field.partition(".")[0],
            one.code,
            said[at] if at in said and one.code.startswith("datetime") else one.message,
        )
        for one in error.fields
    )
    return error


def _wrong(field: str, code: str, said: str) -> CrmError:
    return Rejected(
        "validation_failed", "Some of this does not fit", [FieldError(field, code, said)]
    )
