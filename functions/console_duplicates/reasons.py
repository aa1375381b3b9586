"""What speaks for two records being of one person, in words. Pure."""

from typing import Final

from shared.pages.rendering import words

_FIELDS: Final = {
    "first_name": "first name",
    "last_name": "last name",
    "name_swapped": "names the other way round",
    "company": "company",
    "phone": "phone number",
    "email": "e-mail address",
    "country": "country",
}
_HOW: Final = {
    "same": "same {}",
    "close": "almost the same {}",
    "similar": "similar {}",
    "initial": "{} by its initial",
}


def because(code: str) -> str:
    """A reason of a suggestion (`similarity`) in words: `first_name_close` is `almost the same
    first name`."""
    if code == "email_same_name":
        return "same name in the e-mail addresses"
    field, _, how = code.rpartition("_")
    if field in _FIELDS and how in _HOW:
        return _HOW[how].format(_FIELDS[field])
    return words(code).lower()
