"""Custom fields as versioned data: which there are, of what type, and who sees them."""

from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import SchemaError, SchemaValidator, core_schema

from shared.platform.auth import ROLES

Noun = Literal["contact", "account", "ticket"]
"""What has custom fields: also the name its configuration is stored under."""

NOUNS: Final[tuple[Noun, ...]] = ("contact", "account", "ticket")

FieldType = Literal[
    "text", "number", "date", "boolean", "choice", "multi_choice", "url", "email", "phone"
]

MAX_FIELDS: Final = 100
MAX_OPTIONS: Final = 200

_MODEL: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)
_CHOICES: Final = ("choice", "multi_choice")


def matcher(pattern: str) -> SchemaValidator:
    """What accepts exactly the texts that match `pattern` as a whole.

    It is the expression engine of pydantic's core, which takes time in proportion to the text:
    an expression somebody typed can keep no function busy. Raises `ValueError` for what is no
    expression (look-around and back references are none here).
    """
    try:
        return SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$"))
    except SchemaError as error:
        raise ValueError("not a regular expression") from error


def _expression(text: str) -> str:
    matcher(text)
    return text


def _known_roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"there is no role {', '.join(sorted(unknown))}")
    return tuple(sorted(set(roles)))


Option = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CustomField(BaseModel):
    """One field. `pattern` (a regular expression for the whole text) goes with `text`, `minimum`
    and `maximum` with `number`, `options` with the choices.

    A `required` field is asked of new records; old ones are as good as before. A `sensitive`
    field's value is shown to administrators and the roles of `visible_to`, others see a mask.
    """

    model_config = _MODEL

    name: FieldName
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    type: FieldType
    help: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    required: bool = False
    pattern: Annotated[str, Field(max_length=200), AfterValidator(_expression)] | None = None
    minimum: Annotated[float, Field(allow_inf_nan=False)] | None = None
    maximum: Annotated[float, Field(allow_inf_nan=False)] | None = None
    options: tuple[Option, ...] = Field(default=(), max_length=MAX_OPTIONS)
    sensitive: bool = False
    visible_to: Annotated[tuple[str, ...], AfterValidator(_known_roles)] = ()

    @model_validator(mode="after")
    def _parts_go_together(self) -> Self:
        if (self.type in _CHOICES) != bool(self.options):
            raise ValueError("`options` go with `choice` and `multi_choice`, and only with them")
        if len(set(self.options)) < len(self.options):
            raise ValueError("options must differ")
        if self.pattern is not None and self.type != "text":
            raise ValueError("`pattern` goes with `text` only")
        bounds = [one for one in (self.minimum, self.maximum) if one is not None]
        if bounds and (self.type != "number" or bounds != sorted(bounds)):
            raise ValueError("`minimum` and `maximum` go with `number`, in this order")
        if self.visible_to and not self.sensitive:
            raise ValueError("`visible_to` goes with `sensitive` fields only")
        return self


class CustomFields(BaseModel):
    """All custom fields of contacts or of accounts, in the order they are shown."""

    model_config = _MODEL

    fields: tuple[CustomField, ...] = Field(default=(), max_length=MAX_FIELDS)

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [one.name for one in self.fields]
        if len(set(names)) < len(names):
            raise ValueError("each field has a name of its own")
        return self

    def named(self) -> dict[str, CustomField]:
        """The fields by name."""
        return {one.name: one for one in self.fields}
