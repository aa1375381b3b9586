"""What `privacy_rules` takes and answers."""

from typing import Self

from pydantic import BaseModel, Field

from shared.customers.access.model import NONE, AccessRules, Look, Roles, StandardField
from shared.customers.retention.model import DEFAULT, RetentionRules
from shared.platform.configuration import Version


class NewAccess(AccessRules):
    """Rules to put in force, and the version they replace."""

    version: int = Field(ge=0)


class AccessVersion(BaseModel):
    """The rules in force, and who said so when."""

    version: int
    fields: dict[StandardField, Roles]
    saved_by: str | None = None
    saved_at: str | None = None

    @classmethod
    def of(cls, found: Version[AccessRules] | None) -> Self:
        """The view of what is in force."""
        if found is None:
            return cls(version=0, fields=NONE.fields)
        known = {"saved_by": found.saved_by, "saved_at": found.saved_at}
        return cls(version=found.number, fields=found.value.fields, **known)


class NewRetention(RetentionRules):
    """Rules to put in force, and the version they replace."""

    version: int = Field(ge=0)


class RetentionVersion(RetentionRules):
    """The rules in force, and who said so when."""

    version: int
    saved_by: str | None = None
    saved_at: str | None = None

    @classmethod
    def of(cls, found: Version[RetentionRules] | None) -> Self:
        """The view of what is in force."""
        if found is None:
            return cls(version=0, **DEFAULT.model_dump())
        known = {"saved_by": found.saved_by, "saved_at": found.saved_at}
        return cls(version=found.number, **found.value.model_dump(), **known)


class LookPage(BaseModel):
    """Some looks, the latest first; `next` is the cursor of those that follow."""

    items: list[Look]
    next: str | None = None
