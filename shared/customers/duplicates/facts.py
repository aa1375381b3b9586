"""What of a contact is compared with others."""

from collections.abc import Iterable
from typing import Final

from shared.customers.accounts.keys import account_key
from shared.customers.search.words import company_words, words_of
from shared.platform.keys import keyed_hash
from shared.platform.requests import Item

from .repository import customers
from .similarity import Facts

COMPARED: Final = frozenset(("first_name", "last_name", "emails", "phones", "accounts", "country"))
"""The fields that are compared: another value of another field changes no suggestion."""

_COMPANIES: Final = 3


def facts_of(contacts: Iterable[Item]) -> dict[str, Facts]:
    """The facts of stored contacts, by `pk`. Reads the names of their accounts: one call per
    hundred."""
    listed = list(contacts)
    wanted = {key["pk"]: key for item in listed for key in map(account_key, _accounts(item))}
    found = customers.get_many(wanted.values()) if wanted else []
    names = {item["pk"]: item["name"] for item in found if "name" in item}
    return {item["pk"]: _facts(item, names) for item in listed}


def fingerprint(one: Facts, other: Facts) -> str:
    """What stands for the facts of a pair: another one, where any of them is another."""
    return keyed_hash("duplicates", repr(sorted(map(repr, (one, other)))))


def _facts(item: Item, names: dict[str, str]) -> Facts:
    keys = [account_key(one)["pk"] for one in _accounts(item)]
    return Facts(
        first_name=tuple(words_of(item.get("first_name") or "")),
        last_name=tuple(words_of(item.get("last_name") or "")),
        companies=tuple(tuple(company_words(names[key])) for key in keys if key in names),
        phones=tuple(sorted(one["number"] for one in item.get("phones", ()))),
        emails=tuple(sorted(one["address"] for one in item.get("emails", ()))),
        country=item.get("country"),
    )


def _accounts(item: Item) -> list[str]:
    ranked = sorted(item.get("accounts", ()), key=lambda one: not one.get("primary"))
    return [one["account_id"] for one in ranked[:_COMPANIES]]
