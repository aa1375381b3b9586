"""Putting other custom fields in force."""

from datetime import datetime

from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.platform.configuration import Version

from .model import NOUNS, CustomFields, Noun
from .repository import stored_fields


def noun_of(text: str) -> Noun:
    """What has custom fields under this name. Raises `NotFound`."""
    for noun in NOUNS:
        if noun == text:
            return noun
    raise NotFound("no_custom_fields", "Contacts, accounts and tickets have custom fields")


def fields_in_force(noun: Noun) -> Version[CustomFields] | None:
    """The fields in force as just read, `None` where nobody has set any. One read."""
    return stored_fields.in_force(noun)


def put_fields(
    noun: Noun,
    fields: CustomFields,
    *,
    after: int,
    by: str,
    now: datetime,
    restored: int | None = None,
) -> int:
    """Store and activate `fields` as the version after `after`; its number. `restored` is the
    older version they come from, if they do.

    Raises `Stale`, and `Rejected` for a field whose type became another: what is stored under
    its name would no longer be of its type.
    """
    present = stored_fields.in_force(noun)
    before = present.value.named() if present else {}
    changed = [
        FieldError(
            f"fields.{number}.type", "type_changed", "A field of another type has another name"
        )
        for number, field in enumerate(fields.fields)
        if field.name in before and before[field.name].type != field.type
    ]
    if changed:
        raise Rejected("validation_failed", fields=changed)
    return stored_fields.save(
        noun, fields, by=by, at=now, after=after, activate=True, restored=restored
    )


def roll_back_fields(noun: Noun, to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version or a field was of
    another type then.
    """
    fields = stored_fields.older(noun, to, than=after)
    return put_fields(noun, fields, after=after, by=by, now=now, restored=to)
