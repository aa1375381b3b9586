"""What may be stored in custom fields: each value checked as its field's type says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import ValidationError

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.web import url_of
from shared.kernel.errors import FieldError
from shared.kernel.text import plain

from .model import CustomField, CustomFields, matcher

MAX_TEXT: Final = 2_000
MAX_DIGITS: Final = 15
"""Of a number: so many a JSON reader's floating point keeps exactly."""

_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}


def checked_custom(
    given: Mapping[str, Any],
    fields: CustomFields,
    present: Mapping[str, Any] | None,
    region: str | None,
    wrong: list[FieldError],
) -> dict[str, Any]:
    """The custom values to store: those `present` with those `given` in their place; `null` or
    nothing takes one away. `present` is `None` for a new record, which needs all required ones.

    What is wrong is added to `wrong` as `custom.<name>`. Numbers and truths may come as text.
    A required field that an old record never had may stay away.
    """
    known = fields.named()
    values = dict(present or {})
    for name, value in given.items():
        path = f"custom.{name}"
        field = known.get(name)
        if field is None:
            wrong.append(FieldError(path, "unknown_field", "There is no such custom field"))
            continue
        try:
            taken = _value(field, value, region)
        except Unusable as error:
            wrong.append(error.at(path))
            continue
        if taken is None:
            values.pop(name, None)
        else:
            values[name] = taken
    asked = known if present is None else known.keys() & given.keys()
    missing = [name for name in asked if known[name].required and name not in values]
    reported = {one.field for one in wrong}
    wrong += [
        FieldError(f"custom.{name}", "required", "This cannot be left out")
        for name in missing
        if f"custom.{name}" not in reported
    ]
    return values


def _value(field: CustomField, value: Any, region: str | None) -> Any:
    """The value as stored; `None` for nothing. Raises `Unusable`."""
    if value is None or value == "" or value == []:
        return None
    match field.type:
        case "number":
            return _number(field, value)
        case "boolean":
            return _truth(value)
        case "multi_choice":
            return _choices(field, value)
    if not isinstance(value, str):
        raise Unusable("wrong_type", "This is text")
    if len(value) > MAX_TEXT:
        raise Unusable("too_long", f"At most {MAX_TEXT} characters")
    text = plain(value, multiline=field.type == "text")
    return _text(field, text, region) if text else None


def _text(field: CustomField, text: str, region: str | None) -> str:
    match field.type:
        case "text" if field.pattern is not None and not _matches(field.pattern, text):
            raise Unusable("pattern_mismatch", "This is not of the form it is to have")
        case "date":
            return _date(text)
        case "choice":
            return _option(field, text)
        case "url":
            return url_of(text)
        case "email":
            return email_of(text)
        case "phone":
            return phone_of(text, region)
    return text


def _matches(pattern: str, text: str) -> bool:
    try:
        matcher(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def _number(field: CustomField, value: Any) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Unusable("wrong_type", "This is a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Unusable("number_invalid", "This is not a number") from error
    if not number.is_finite() or len(number.normalize().as_tuple().digits) > MAX_DIGITS:
        raise Unusable("number_invalid", f"A number of at most {MAX_DIGITS} digits")
    if abs(number.adjusted()) > MAX_DIGITS:
        raise Unusable("number_invalid", "This number is out of all proportion")
    if field.minimum is not None and number < field.minimum:
        raise Unusable("too_small", f"At least {field.minimum}")
    if field.maximum is not None and number > field.maximum:
        raise Unusable("too_large", f"At most {field.maximum}")
    return int(number) if number == number.to_integral_value() else number.normalize()


def _truth(value: Any) -> bool:
    found = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise Unusable("wrong_type", "This is true or false")
    return found


def _date(text: str) -> str:
    try:
        if len(text) != len("2025-06-02"):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Unusable("date_invalid", "This is not a date such as 2025-06-02") from error


def _choices(field: CustomField, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unusable("wrong_type", "This is a list of choices")
    return [_option(field, one) for one in dict.fromkeys(value)]


def _option(field: CustomField, text: str) -> str:
    if text not in field.options:
        raise Unusable("option_unknown", "This is none of the choices")
    return text
