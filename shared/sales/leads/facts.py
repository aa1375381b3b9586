"""Facts as staff type them: checked one by one, normalised where they are addresses."""

import re
from collections.abc import Mapping
from typing import Final

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.countries import country_code
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.text import plain

MAX_FACTS: Final = 50
MAX_LENGTH: Final = 500
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def checked(facts: Mapping[str, str | None]) -> dict[str, str | None]:
    """The facts as stored; an empty one is `None`, which takes staff's word back.

    Phone numbers need their country code. Raises `Rejected`, naming `facts.<name>`:
    `name_invalid`, `too_long`, `email_invalid`, `phone_invalid`, `country_invalid`; or
    `too_many_facts`.
    """
    if len(facts) > MAX_FACTS:
        raise Rejected("too_many_facts", f"At most {MAX_FACTS} facts")
    taken: dict[str, str | None] = {}
    wrong: list[FieldError] = []
    region = country_code(facts.get("country") or "")
    for name, value in facts.items():
        try:
            taken[name] = _value(name, plain(value or ""), region)
        except Unusable as error:
            wrong.append(error.at(f"facts.{name[:40]}"))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    return taken


def reachable(email: str | None, phone: str | None) -> None:
    """Raise `Rejected` unless there is one address at least: it is who a lead is."""
    if not (email or phone):
        message = "A lead has an e-mail address or a phone number"
        raise Rejected("validation_failed", fields=[FieldError("facts.email", "required", message)])


def _value(name: str, text: str, region: str | None) -> str | None:
    if not _NAME.fullmatch(name):
        raise Unusable("name_invalid", "Names are of small letters, digits and underscores")
    if len(text) > MAX_LENGTH:
        raise Unusable("too_long", f"At most {MAX_LENGTH} characters")
    if not text:
        return None
    match name:
        case "email":
            return email_of(text)
        case "phone":
            return phone_of(text, region)
        case "country":
            if not (country := country_code(text)):
                raise Unusable("country_invalid", "A country's two letters, such as NP")
            return country
    return text
