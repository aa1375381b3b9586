"""Which standard fields of contacts are sensitive, and one look at them as it is written down."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.platform.auth import ROLES, Staff

StandardField = Literal["emails", "phones", "external_ids"]
"""Fields that every contact has, and that a company may keep from some of its people. Sensitive
custom fields say so themselves (`custom_fields.model`)."""

Via = Literal["api", "page", "export"]


def _known_roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [one for one in roles if one not in ROLES]:
        raise ValueError(f"no such role: {', '.join(unknown)}")
    return roles


Roles = Annotated[tuple[str, ...], AfterValidator(_known_roles), Field(max_length=len(ROLES))]


class AccessRules(BaseModel):
    """Sensitive standard fields, and the roles that see them in full beside administrators:
    `{"fields": {"phones": ["rep", "sales_manager"]}}`. Others see a mask, and in lists so does
    everybody. A field that is not named is no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    fields: dict[StandardField, Roles] = Field(default_factory=dict)

    def hidden_from(self, by: Staff) -> list[StandardField]:
        """The fields of which `by` sees a mask."""
        return [name for name, roles in self.fields.items() if not by.has(*roles)]


NONE: Final = AccessRules()


class Look(BaseModel):
    """Somebody saw sensitive fields of a contact, in full (`shown`) or as a mask (`masked`). Of
    values nothing is kept."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    contact_id: str
    at: str
    by: str
    via: Via
    shown: list[str] = Field(default_factory=list)
    masked: list[str] = Field(default_factory=list)
