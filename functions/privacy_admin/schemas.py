"""What `privacy_admin` takes and answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.identity import AddressKind
from shared.customers.privacy.asking import Asker, ask_for_address, ask_for_contact
from shared.customers.privacy.model import Hold, Kind, PrivacyRequest, StoreProgress
from shared.customers.privacy.reading import RequestInFull
from shared.kernel.errors import FieldError, Rejected


class NewRequest(BaseModel):
    """What is asked, and for whom: a contact, or whoever has an address, known or not.
    `{"kind": "erasure", "email": "ann@example.com", "reason": "Her letter of 2 June"}`."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    contact_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    email: Annotated[str, StringConstraints(max_length=320)] | None = None
    phone: Annotated[str, StringConstraints(max_length=60)] | None = None
    reason: Annotated[str, StringConstraints(max_length=500)] = ""

    def ask(self, by: str, now: datetime, *, key: str | None, body: bytes) -> PrivacyRequest:
        """Ask it. Raises `Rejected`, naming the field, and as `asking` does."""
        asker = Asker("staff", by)
        how = {"reason": self.reason, "key": key, "body": body}
        given = [one for one in (self.contact_id, self.email, self.phone) if one is not None]
        if len(given) != 1:
            message = "Give a contact, an e-mail address or a number"
            wrong = FieldError("contact_id", "subject_not_single", message)
            raise Rejected("validation_failed", fields=[wrong])
        if self.contact_id is not None:
            return ask_for_contact(self.kind, self.contact_id, asker, now, **how)  # type: ignore[arg-type]
        return ask_for_address(self.kind, self._address(), asker, now, **how)  # type: ignore[arg-type]

    def _address(self) -> tuple[AddressKind, str]:
        try:
            if self.email is not None:
                return "email", email_of(self.email)
            return "phone", phone_of(self.phone or "")
        except Unusable as error:
            wrong = error.at("phone" if self.email is None else "email")
            raise Rejected("validation_failed", fields=[wrong]) from error


class RequestView(PrivacyRequest):
    """A request and how far it is."""

    @classmethod
    def of(cls, request: PrivacyRequest) -> Self:
        """The view of a request."""
        return cls(**request.model_dump())


class RequestPage(BaseModel):
    """Some requests, newest first; `next` is the cursor of those that follow."""

    items: list[RequestView]
    next: str | None = None


class StoreView(BaseModel):
    """How far one store is. `found`: how many records of which entity there were; `kept` by legal
    holds; `stays` without telling who it was."""

    store: str
    done: bool
    found: dict[str, int]
    kept: dict[str, int]
    stays: dict[str, int]

    @classmethod
    def of(cls, progress: StoreProgress, current: int) -> Self:
        """The view of a store in the round that is under way."""
        counts = progress.model_dump(include={"store", "found", "kept", "stays"})
        return cls(done=progress.state == "done" and progress.round == current, **counts)


class RequestDetail(RequestView):
    """A request with its stores. `download_url` opens the export for some minutes."""

    stores: list[StoreView]
    download_url: str | None = None
    certified: bool

    @classmethod
    def of(cls, found: RequestInFull) -> Self:  # type: ignore[override]
        """The view of a request in full."""
        request = found.request
        return cls(
            **request.model_dump(),
            stores=[StoreView.of(one, request.round) for one in found.stores],
            download_url=found.download_url,
            certified=found.certified,
        )


class HoldView(Hold):
    """A legal hold."""

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """The view of a hold."""
        return cls(**hold.model_dump())


class HoldList(BaseModel):
    """The holds of a contact, and what a hold may keep."""

    items: list[HoldView]
    possible: list[str]

    @classmethod
    def of(cls, holds: Iterable[Hold], possible: Iterable[str]) -> Self:
        """The view of holds."""
        return cls(items=[HoldView.of(one) for one in holds], possible=sorted(possible))
