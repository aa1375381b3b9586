"""What `/v1/custom-fields` takes and answers."""

from pydantic import BaseModel, Field

from shared.customers.custom_fields.model import CustomField, CustomFields


class FieldsVersion(BaseModel):
    """The custom fields in force, and since when."""

    version: int
    fields: tuple[CustomField, ...]
    saved_by: str | None = None
    saved_at: str | None = None
    active_since: str | None = None


class NewFields(CustomFields):
    """Custom fields to put in force, and the version they replace."""

    version: int = Field(ge=0)
