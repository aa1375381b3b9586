"""What is one account's: internet domains and the number in a register, by key."""

import re
from collections.abc import Iterator
from typing import Final

from shared.customers.writing import Part, customers, stale, taken
from shared.platform.requests import Condition, Delete, Put

from .model import Account

_FREE: Final = Condition(
    "account_claim_free",
    "attribute_not_exists(#pk)",
    "a domain or registered number is one company's: two records of it are a duplicate",
)
_INSIGNIFICANT: Final = re.compile(r"[^0-9A-Z]")


def domain_key(domain: str) -> dict[str, str]:
    """The key under which it is kept whose a domain (in ASCII, lower case) is."""
    return {"pk": f"DOMAIN#{domain}", "sk": "ACCOUNT"}


def registration_key(country: str | None, number: str) -> dict[str, str]:
    """The key under which it is kept whose a registered number is, however it is written."""
    significant = _INSIGNIFICANT.sub("", number.upper()) or number
    return {"pk": f"REGISTRATION#{country or '-'}#{significant}", "sk": "ACCOUNT"}


def account_of_domain(domain: str) -> str | None:
    """The account a domain belongs to. One strong read."""
    item = customers.get(domain_key(domain))
    return str(item["account_id"]) if item else None


def claim_parts(before: Account | None, after: Account) -> Iterator[Part]:
    """What claims an account's domains and number, and gives up those it had."""
    old, new = _claims(before), _claims(after)
    ours = Condition(
        "account_claim_ours",
        "#account_id = :claimant",
        "only its account gives one up",
        {"claimant": after.account_id},
    )
    for pk, (path, code) in new.items():
        if pk not in old:
            item = {"pk": pk, "sk": "ACCOUNT", "account_id": after.account_id}
            yield Part(Put(item, _FREE), taken("account", code, path))
    for pk in old:
        if pk not in new:
            yield Part(Delete({"pk": pk, "sk": "ACCOUNT"}, ours), stale("account"))


def _claims(account: Account | None) -> dict[str, tuple[str, str]]:
    """Each claim's partition, with the field it is of and what it is called when it is taken."""
    if account is None:
        return {}
    found = {
        domain_key(domain)["pk"]: (f"domains.{number}", "domain_taken")
        for number, domain in enumerate(account.domains)
    }
    if account.registration:
        pk = registration_key(account.country, account.registration)["pk"]
        found[pk] = ("registration", "registration_taken")
    return found
