"""Why somebody is among those found, in words. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from shared.customers.search.finding import Hit
from shared.customers.search.words import company_words, parts_of, words_of

_EXACTLY: Final[Mapping[str, str]] = {
    "email": "E-mail address",
    "phone": "Phone number",
    "external_id": "Id in another system",
    "id": "Id",
}


def reason(hit: Hit, asked: str) -> str:
    """What of a hit answers what was asked: an address, its name, its company, or a name that is
    only spelt alike."""
    if hit.by in _EXACTLY:
        return _EXACTLY[hit.by]
    typed = company_words(asked.partition("@")[0])
    if hit.account:
        return "Name" if _all_in(typed, _words(hit.account.name)) else "Similar name"
    own = _words(hit.contact.name if hit.contact else "")
    company = _words(hit.company or "")
    if _all_in(typed, own):
        return "Name"
    if _all_in(typed, company):
        return "Company"
    return "Name and company" if _all_in(typed, own + company) else "Similar name"


def _words(text: str) -> list[str]:
    return [part for word in words_of(text) for part in parts_of(word)]


def _all_in(typed: Iterable[str], words: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in typed)
