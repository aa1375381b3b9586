"""What `form_admin` takes and answers."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.platform.configuration import Version
from shared.sales.forms.model import Form


class FormVersion(BaseModel):
    """A form in force, and since when."""

    form_id: str
    version: int
    form: Form
    saved_by: str
    saved_at: str
    active_since: str | None

    @classmethod
    def of(cls, found: Version[Form]) -> "FormVersion":
        """The view of a stored version."""
        return cls(
            form_id=found.name,
            version=found.number,
            form=found.value,
            saved_by=found.saved_by,
            saved_at=found.saved_at,
            active_since=found.active_since,
        )


class FormList(BaseModel):
    """All forms in force. `form_schema` (JSON Schema) is what a form must satisfy."""

    items: list[FormVersion]
    form_schema: dict[str, Any]


class FormBody(BaseModel):
    """The next version of a form. `version` is the one it replaces; 0 for a new form."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0)
    form: Form


class Saved(BaseModel):
    """The version that is in force now."""

    form_id: str
    version: int
