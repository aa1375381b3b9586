"""A contact as a member of staff sees it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import visible
from shared.platform.auth import Staff

from .model import Contact, Warned


class ContactView(Contact):
    """A contact; `masked` are the paths of values that stand there as a mask. `warnings` say what
    of the request that was answered could not be used."""

    masked: list[str] = Field(default_factory=list)
    warnings: list[Warned] = Field(default_factory=list)

    @classmethod
    def of(
        cls, contact: Contact, by: Staff, now: datetime, warnings: Iterable[Warned] = ()
    ) -> Self:
        """The contact as `by` sees it. One read where custom fields are not cached."""
        custom, hidden = visible(contact.custom, fields_of("contact", now), by)
        known: dict[str, Any] = {name: getattr(contact, name) for name in contact.model_fields_set}
        masked = [f"custom.{name}" for name in hidden]
        return cls(**known | {"custom": custom}, masked=masked, warnings=list(warnings))
