"""What the pages of custom fields and channels take: forms as browsers send them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.customers.channels.results import MAX_MONTHS, months
from shared.customers.custom_fields.model import FieldType
from shared.customers.names import folded
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.pages.reading import Model, read

FIELD_WRITERS: Final = ("sales_manager",)
MAY_SEE_RESULTS: Final = ("sales_manager", "marketer", "analyst", "supervisor")

TYPES: Final[Mapping[FieldType, str]] = {
    "text": "Text",
    "number": "Number",
    "date": "Date",
    "boolean": "Yes or no",
    "choice": "One of several",
    "multi_choice": "Some of several",
    "url": "Web address",
    "email": "E-mail address",
    "phone": "Phone number",
}
"""Types of custom fields in words."""

_CHOICES: Final = ("choice", "multi_choice")
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME: Final = 40
_SHOWN_MONTHS: Final = 6
_WHOLE: Final = (("options", "options"), ("pattern", "pattern"), ("minimum", "minimum"))
"""What a problem with a whole field is about, by a word of it."""


class VersionForm(BaseModel):
    """A form about something as it was read in `version`; 0: there was none."""

    model_config = ConfigDict(extra="ignore")

    version: int = Field(ge=0)


Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class ReportQuery(BaseModel):
    """`?from=2025-01&to=2025-06`: months (UTC) in which it happened."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    first: Month = Field(alias="from")
    last: Month = Field(alias="to")

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if not 1 <= len(months(self.first, self.last)) <= MAX_MONTHS:
            raise ValueError(f"a report covers 1 to {MAX_MONTHS} months")
        return self

    @classmethod
    def asked(cls, query: Mapping[str, str], now: datetime) -> Self:
        """What an address asks for, without months the last half year. Raises `Rejected`."""
        month = now.year * 12 + now.month - 1
        first, last = (
            f"{at // 12:04d}-{at % 12 + 1:02d}" for at in (month - _SHOWN_MONTHS + 1, month)
        )
        given = {"from": query.get("from") or first, "to": query.get("to") or last}
        try:
            return read(cls, given)
        except Rejected as error:
            raise _pointed(error, {"": "to", "first": "from", "last": "to"}) from error


def custom_field(
    form: Mapping[str, str], lists: Mapping[str, list[str]], known: Mapping[str, Any]
) -> dict[str, Any]:
    """A custom field as typed in. Of one there is (`known`), name and type stay. What does not go
    with its type, though something may stand in the form, is left out."""
    label = form.get("label", "")
    kind = known.get("type") or form.get("type", "")
    given: dict[str, Any] = {
        "name": known.get("name") or form.get("name", "").strip() or named(label),
        "label": label,
        "type": kind,
        "help": form.get("help", ""),
        "required": form.get("required") == "yes",
        "sensitive": form.get("sensitive") == "yes",
    }
    if given["sensitive"]:
        given["visible_to"] = lists.get("visible_to", [])
    if kind == "text":
        given["pattern"] = form.get("pattern", "").strip() or None
    if kind == "number":
        given |= {part: form.get(part, "").strip() or None for part in ("minimum", "maximum")}
    if kind in _CHOICES:
        lines = form.get("options", "").splitlines()
        given["options"] = [one.strip() for one in lines if one.strip()]
    return given


def named(label: str) -> str:
    """A short name made of what people call something."""
    plain = _NOT_NAME.sub("_", folded(label)).strip("_")
    return (plain if plain[:1].isalpha() else f"field_{plain}")[:_LONGEST_NAME].strip("_")


def whole(model: type[Model], given: Mapping[str, Any]) -> Model:
    """`given` as a model, each problem at the field of the form that it is about. Raises
    `Rejected`."""
    try:
        return read(model, given)
    except Rejected as error:
        raise _pointed(error, {}) from error


def wrong(field: str, code: str, said: str) -> CrmError:
    """One field does not fit."""
    return Rejected(
        "validation_failed", "Some of this does not fit", [FieldError(field, code, said)]
    )


def _pointed(error: CrmError, places: Mapping[str, str]) -> CrmError:
    found: dict[str, FieldError] = {}
    for one in error.fields:
        at = one.field.partition(".")[0]
        place = places.get(at, at)
        if not place:
            place = next((to for word, to in _WHOLE if word in one.message.lower()), "label")
        said = one.message.replace("`", "")
        found.setdefault(place, FieldError(place, one.code, said[:1].upper() + said[1:]))
    return type(error)(error.code, error.message, found.values())
