"""The main contact of an account: whom it is reached through, as somebody here named them.

Only who belongs to the account can be named, which the same write checks. What becomes of them later
is seen when they are asked for: merged, it is the contact they are now; gone, put away or elsewhere,
it is nobody until another one is named, or they belong to it again.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.writing import Part, customers, missing
from shared.platform.requests import Check, Condition, Update
from shared.platform.writes import ConditionFailed

from .keys import account_key, member_key
from .model import Account

_BELONGS: Final = Condition(
    "contact_belongs",
    "attribute_exists(#pk)",
    "an account is reached through somebody who belongs to it",
)


def main_contact_parts(before: Account | None, after: Account) -> Iterator[Part]:
    """What naming somebody takes beside storing the account."""
    named = after.main_contact_id
    if named and (before is None or named != before.main_contact_id):
        said = missing(
            "main_contact_id", "member_not_found", "This contact does not belong to the account"
        )
        yield Part(Check(member_key(after.account_id, named), _BELONGS), said)


def is_reached_through(account_id: str, contact: Contact) -> bool:
    """Whether somebody who was named may still stand for the account. Pure."""
    return contact.deleted_at is None and any(
        one.account_id == account_id for one in contact.accounts
    )


def forget_main_contact(account_ids: Iterable[str], contact_id: str) -> None:
    """Take out that somebody was named, where they are."""
    for account_id in account_ids:
        theirs = Condition(
            "named_theirs",
            "#main_contact_id = :named",
            "another one may be named meanwhile",
            {"named": contact_id},
        )
        gone = Update(
            account_key(account_id),
            add={"version": 1},
            remove=["main_contact_id"],
            condition=theirs,
        )
        try:
            customers.write(gone)
        except ConditionFailed:
            continue
