"""One field for everything: who is meant by what somebody typed."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from shared.customers.accounts.keys import account_key
from shared.customers.accounts.model import AccountSummary
from shared.customers.accounts.repository import summary as account_summary
from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import contact_key, summary
from shared.platform.requests import Item

from .exact import By, known_as
from .lookup import who
from .repository import customers

MOST: Final = 50
"""So many are found at most: who looks further adds a word."""

_SPARE: Final = 5
"""Entries may be a moment behind: of those put away since, so many are made up for."""


class Hit(BaseModel):
    """A contact or an account. `by` is what it was found by, `score` (0 to 1) how well it fits;
    `company` is the name of the contact's primary account."""

    model_config = ConfigDict(frozen=True)

    by: By | Literal["name"]
    score: float
    contact: ContactSummary | None = None
    company: str | None = None
    account: AccountSummary | None = None


def find(text: str, *, limit: int, country: str | None = None) -> list[Hit]:
    """Contacts and accounts by name or company or part of them, misspelt perhaps, best first; or
    the one contact that is known by exactly this e-mail address, phone number or id.

    At most four calls for each word of up to six, and four. A name that was changed is found a
    moment later.
    """
    exactly = known_as(text, country)
    if exactly:
        contact = ContactSummary.model_validate(exactly.contact.model_dump(exclude_unset=True))
        found = [Hit(by=exactly.by, score=1, contact=contact)]
    else:
        # Who has another address of the same name may be meant.
        found = _by_name(text.partition("@")[0], limit)
    names = _names_of(one.contact for one in found if one.contact)
    return [
        hit.model_copy(update={"company": names.get(hit.contact.account_id or "")})
        if hit.contact
        else hit
        for hit in found
    ]


def _by_name(text: str, limit: int) -> list[Hit]:
    likely = who(text, limit=limit + _SPARE)
    keys = {one: _key(one) for one, _ in likely}
    stored = customers.get_many(keys.values(), consistent=False) if keys else []
    items = {item["pk"]: item for item in stored if "deleted_at" not in item}
    hits = ((score, items.get(keys[one]["pk"])) for one, score in likely)
    return [_hit(score, item) for score, item in hits if item and "merged_into" not in item][:limit]


def _hit(score: float, item: Item) -> Hit:
    shown = round(score, 3)
    if item["sk"] == "CONTACT":
        return Hit(by="name", score=shown, contact=summary(item))
    return Hit(by="name", score=shown, account=account_summary(item))


def _key(entity_id: str) -> dict[str, str]:
    return account_key(entity_id) if entity_id.startswith("account_") else contact_key(entity_id)


def _names_of(contacts: Iterable[ContactSummary]) -> Mapping[str, str]:
    ids = dict.fromkeys(one.account_id for one in contacts if one.account_id)
    stored = customers.get_many(map(account_key, ids), consistent=False) if ids else []
    return {item["pk"].removeprefix("ACCOUNT#"): item["name"] for item in stored if "name" in item}
