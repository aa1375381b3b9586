"""What may be stored of an account: each value checked by itself and normalised."""

from datetime import datetime
from typing import Any, Final

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.countries import country_code
from shared.customers.custom_fields.checking import checked_custom
from shared.customers.custom_fields.repository import fields_of
from shared.customers.names import folded
from shared.customers.web import url_of
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.text import plain

from .model import Account, AccountInput

_TEXTS: Final = ("name", "industry", "registration")


def checked(given: AccountInput, present: Account | None, now: datetime) -> dict[str, Any]:
    """The values to store of what is given of an account (`present`: as it is now).

    Raises `Rejected`, naming each place: `required`, `country_invalid`, `phone_invalid`,
    `url_invalid`, `domain_invalid`, `duplicate`, and what `custom_fields.checking` finds. One
    read where custom fields are not cached.
    """
    found: dict[str, Any] = {}
    wrong: list[FieldError] = []
    values = given.given()
    region = country_code(values.get("country") or (present and present.country) or "")
    for name, value in values.items():
        try:
            if name != "custom":
                found[name] = _value(name, value, region, wrong)
        except Unusable as error:
            wrong.append(error.at(name))
    if present is None or given.custom:
        fields = fields_of("account", now, given.custom)
        stored = present.custom if present else None
        found["custom"] = checked_custom(given.custom, fields, stored, region, wrong)
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    return found


def domain_of(text: str) -> str:
    """An internet domain in ASCII and lower case. Raises `Unusable`."""
    # Of an address, which knows what a domain is in any script.
    return email_of(f"info@{text.strip()}").partition("@")[2]


def _value(name: str, value: Any, region: str | None, wrong: list[FieldError]) -> Any:
    match name:
        case "domains":
            return _domains(value, wrong)
        case "tags":
            return list({folded(one): plain(one) for one in value}.values())
        case "external_ids":
            return {system: plain(one) for system, one in value.items()}
        case "name" if not plain(value):
            raise Unusable("required", "An account has a name")
        case "country" if value and not country_code(value):
            raise Unusable("country_invalid", "A country's two letters, such as NP")
        case "country":
            return country_code(value) if value else None
        case "phone":
            return phone_of(value, region) if value else None
        case "website":
            return url_of(plain(value)) if value and plain(value) else None
    return (plain(value or "") or None) if name in _TEXTS else value


def _domains(given: list[str], wrong: list[FieldError]) -> list[str]:
    taken: list[str] = []
    for number, text in enumerate(given):
        try:
            domain = domain_of(text)
        except Unusable:
            message = "This is not a domain such as example.com"
            wrong.append(FieldError(f"domains.{number}", "domain_invalid", message))
            continue
        if domain in taken:
            wrong.append(FieldError(f"domains.{number}", "duplicate", "This is there twice"))
        taken.append(domain)
    return taken
