"""What may be stored of a contact: each value checked by itself and normalised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.countries import country_code
from shared.customers.custom_fields.checking import checked_custom
from shared.customers.custom_fields.repository import fields_of
from shared.customers.languages import language_tag
from shared.customers.names import folded
from shared.kernel.calendars import zone_of
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.text import plain

from .model import Contact, ContactInput, Email, Membership, Phone, Warned

_TEXTS: Final = ("first_name", "last_name", "job_title")


@dataclass(slots=True)
class Checked:
    """The values to store, by attribute, and what could not be used without harm."""

    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)


def checked(given: ContactInput, present: Contact | None, now: datetime) -> Checked:
    """What is given of a contact (`present`: as it is now), made ready to store.

    A zone or language nobody knows is left out, with a warning. Raises `Rejected`, naming each
    place: `email_invalid`, `phone_invalid`, `country_invalid`, `duplicate`, `several_primary`,
    and what `custom_fields.checking` finds. One read where custom fields are not cached.
    """
    found = Checked()
    wrong: list[FieldError] = []
    values = given.given()
    region = _country(values, present, wrong)
    for name, value in values.items():
        match name:
            case "emails":
                found.values[name] = _emails(value, present, wrong)
            case "phones":
                found.values[name] = _phones(value, region, wrong)
            case "accounts":
                found.values[name] = _accounts(value, wrong)
            case "tags":
                found.values[name] = list({folded(one): plain(one) for one in value}.values())
            case "external_ids":
                found.values[name] = {system: plain(one) for system, one in value.items()}
            case "custom":
                continue
            case "postal_address":
                found.values[name] = "\n".join(_lines(value or "")) or None
            case "country":
                found.values[name] = country_code(value) if value else None
            case "zone" | "language":
                _leniently(name, value, found)
            case _ if name in _TEXTS:
                found.values[name] = plain(value or "") or None
            case _:
                found.values[name] = value
    if present is None or given.custom:
        fields = fields_of("contact", now, given.custom)
        stored = present.custom if present else None
        found.values["custom"] = checked_custom(given.custom, fields, stored, region, wrong)
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    return found


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := plain(one))]


def recognisable(contact: Contact) -> None:
    """Raise `Rejected` unless there is something to know the person by."""
    if not (contact.name or contact.emails or contact.phones):
        message = "A contact has a name, an e-mail address or a phone number"
        raise Rejected("validation_failed", fields=[FieldError("last_name", "required", message)])


def _country(
    values: Mapping[str, Any], present: Contact | None, wrong: list[FieldError]
) -> str | None:
    """The country that numbers without a country code are of."""
    if "country" not in values:
        return present.country if present else None
    text = values["country"]
    code = country_code(text) if text else None
    if text and not code:
        message = "A country's two letters, such as NP"
        wrong.append(FieldError("country", "country_invalid", message))
    return code


def _emails(given: list[Any], present: Contact | None, wrong: list[FieldError]) -> list[Email]:
    verified = {one.address: one.verified_at for one in present.emails} if present else {}
    taken = _each(given, "emails", "address", lambda one: email_of(one.address), wrong)
    primary = _primary(given, "emails", wrong)
    return [
        Email(address=address, primary=number == primary, verified_at=verified.get(address))
        for number, address in enumerate(taken)
    ]


def _phones(given: list[Any], region: str | None, wrong: list[FieldError]) -> list[Phone]:
    taken = _each(given, "phones", "number", lambda one: phone_of(one.number, region), wrong)
    primary = _primary(given, "phones", wrong)
    return [Phone(number=number, primary=at == primary) for at, number in enumerate(taken)]


def _accounts(given: list[Any], wrong: list[FieldError]) -> list[Membership]:
    taken = _each(given, "accounts", "account_id", lambda one: str(one.account_id), wrong)
    primary = _primary(given, "accounts", wrong)
    return [
        Membership(
            account_id=account_id,
            role=plain(one.role or "") or None,
            primary=number == primary,
        )
        for number, (account_id, one) in enumerate(zip(taken, given, strict=True))
    ]


def _each(
    given: list[Any],
    name: str,
    part: str,
    normalise: Callable[[Any], str],
    wrong: list[FieldError],
) -> list[str]:
    """The normalised value of each entry; what is wrong with one is noted."""
    taken: list[str] = []
    for number, one in enumerate(given):
        path = f"{name}.{number}.{part}"
        try:
            value = normalise(one)
        except Unusable as error:
            wrong.append(error.at(path))
            value = ""
        if value and value in taken:
            wrong.append(FieldError(path, "duplicate", "This is there twice"))
        taken.append(value)
    return taken


def _primary(given: list[Any], name: str, wrong: list[FieldError]) -> int:
    """Which entry is the primary one: the one marked so, or the first."""
    marked = [number for number, one in enumerate(given) if one.primary]
    if len(marked) > 1:
        path = f"{name}.{marked[1]}.primary"
        wrong.append(FieldError(path, "several_primary", "Only one can be the primary one"))
    return marked[0] if marked else 0


def _leniently(name: str, value: str | None, found: Checked) -> None:
    """A zone or language, if it is one."""
    known = _known_zone(value) if name == "zone" else language_tag(value or "")
    if value and known is None:
        what = "a time zone such as Asia/Kathmandu" if name == "zone" else "a language such as ne"
        message = f"This is not {what}; it was left as it is"
        found.warnings.append(Warned(field=name, code=f"{name}_unknown", message=message))
    else:
        found.values[name] = known


def _known_zone(text: str | None) -> str | None:
    try:
        return zone_of(text.strip()).key if text else None
    except ValueError:
        return None
