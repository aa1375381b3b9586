"""Who sees and sets what: sensitive custom fields are masked for those who need not know."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from shared.kernel.errors import FieldError, Forbidden
from shared.platform.auth import Staff

from .model import CustomField, CustomFields

MASK: Final = "****"
_SHOWN: Final = 4
_LONG_ENOUGH: Final = 8
"""Text of that length may show its end: what is shorter would show most of itself."""


def visible(
    custom: Mapping[str, Any], fields: CustomFields, by: Staff
) -> tuple[dict[str, Any], list[str]]:
    """The values as `by` sees them, and the names of those that are masked.

    Values of fields that are no more are left out: nobody can say who may see them.
    """
    known = fields.named()
    hidden = [name for name in custom if name in known and not sees(known[name], by)]
    shown = {
        name: masked(value) if name in hidden else _as_json(value)
        for name, value in custom.items()
        if name in known
    }
    return shown, hidden


def may_set(names: Iterable[str], fields: CustomFields, by: Staff) -> None:
    """Raise `Forbidden` when one of `names` is a field whose value `by` does not see."""
    known = fields.named()
    wrong = [
        FieldError(f"custom.{name}", "not_visible", "You do not see this field's value")
        for name in names
        if name in known and not sees(known[name], by)
    ]
    if wrong:
        raise Forbidden("custom_field_forbidden", fields=wrong)


def masked(value: Any) -> str:
    """What stands for a value: `****` and, of long text, the last four characters."""
    long_enough = isinstance(value, str) and len(value) >= _LONG_ENOUGH
    return f"{MASK}{value[-_SHOWN:]}" if long_enough else MASK


def _as_json(value: Any) -> Any:
    # Of at most 15 digits (`checking`), so nothing is lost.
    return float(value) if isinstance(value, Decimal) else value


def sees(field: CustomField, by: Staff) -> bool:
    """Whether `by` sees the field's value."""
    return not field.sensitive or by.has(*field.visible_to)
