"""What was typed into a form, as a model; what does not fit, in plain words at its place."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from shared.kernel.errors import CrmError, FieldError, Malformed, Rejected

Model = TypeVar("Model", bound=BaseModel)

_MESSAGES: Final = {
    "missing": "Fill this in",
    "string_too_short": "Fill this in",
    "string_too_long": "At most {max_length} characters",
    "string_pattern_mismatch": "Only small letters, digits, - and _; at most 40",
    "too_short": "At least {min_length}",
    "too_long": "At most {max_length}",
    "decimal_parsing": "Write a number",
    "decimal_type": "Write a number",
    "decimal_max_places": "At most {decimal_places} decimals",
    "decimal_max_digits": "At most {max_digits} digits",
    "int_parsing": "Write a whole number",
    "int_from_float": "Write a whole number",
    "int_type": "Write a whole number",
    "finite_number": "Write a number",
    "greater_than": "More than {gt}",
    "greater_than_equal": "At least {ge}",
    "less_than_equal": "At most {le}",
    "literal_error": "Choose one of {expected}",
    "enum": "Choose one of {expected}",
    "extra_forbidden": "There is no such setting",
}
"""Type of problem → what to tell a person; anything else in pydantic's words."""


def read(model: type[Model], values: Mapping[str, Any], at: str = "") -> Model:
    """`values` as `model`. Raises `Rejected` with a message per field, `at` before each path."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise refused(error, at) from error


def read_json(model: type[Model], text: str, at: str = "") -> Model:
    """JSON as `model`. Raises `Malformed` saying where it stops being JSON, else as `read`."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise refused(error, at) from error


def refused(error: ValidationError, at: str = "") -> CrmError:
    """What pydantic found, as ours."""
    found = error.errors(include_url=False, include_input=False)
    for one in found:
        if one["type"] == "json_invalid":
            why = one.get("ctx", {}).get("error", "")
            return Malformed("json_invalid", f"This is not JSON: {why}")
    fields = [
        FieldError(_place(at, one["loc"]), one["type"], _message(one["type"], one)) for one in found
    ]
    return Rejected("validation_failed", "Some of this does not fit", fields)


def _place(at: str, location: tuple[int | str, ...]) -> str:
    return ".".join([*([at] if at else []), *map(str, location)])


def _message(code: str, found: Mapping[str, Any]) -> str:
    if template := _MESSAGES.get(code):
        return template.format_map(found.get("ctx", {}))
    return str(found["msg"]).removeprefix("Value error, ")
