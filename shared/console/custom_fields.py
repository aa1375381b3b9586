"""Forms about contacts and accounts: their custom fields, and errors at the fields of the form."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.custom_fields.model import CustomField, CustomFields
from shared.kernel.errors import CrmError, FieldError
from shared.platform.auth import Staff

PREFIX: Final = "custom."
"""Of the names of form fields."""

SHOWN: Final = "custom_shown"
"""A hidden form field that names a custom field the form has: an empty tick box sends nothing."""


def shown_fields(fields: CustomFields, by: Staff, *, masked: bool = False) -> list[CustomField]:
    """The custom fields that `by` may fill in; with `masked` those shown as a mask too."""
    sees = (masked or not one.sensitive or by.has(*one.visible_to) for one in fields.fields)
    return [one for one, seen in zip(fields.fields, sees, strict=True) if seen]


def custom_in(
    form: Mapping[str, str], lists: Mapping[str, list[str]], fields: CustomFields
) -> dict[str, Any]:
    """The custom fields of a form by name; what is left empty is `None`."""
    known, there = fields.named(), lists.get(SHOWN, [])
    given: dict[str, Any] = {}
    for name in there:
        value: Any = form.get(f"{PREFIX}{name}", "")
        match known[name].type if name in known else "text":
            case "boolean":
                value = value == "yes"
            case "multi_choice":
                value = lists.get(f"{PREFIX}{name}", [])
        given[name] = value if value not in ("", []) else None
    return given


def pointed(error: CrmError) -> CrmError:
    """The error with its fields named as forms name them: `emails.0.address` is `emails`."""
    error.fields = tuple(
        FieldError(_place(one.field), one.code, one.message) for one in error.fields
    )
    return error


def _place(path: str) -> str:
    first, _, rest = path.partition(".")
    return f"custom.{rest.partition('.')[0]}" if first == "custom" else first
