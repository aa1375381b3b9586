"""Signing in as a customer: an address, a code from its mailbox, and in.

Nobody learns from us whether an address is known. A code is made and a mail is queued for every
address, with the same reads and writes; only who mails knows whom. Codes are asked for and guessed
at slowly (`platform.tries`), by address and by network.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import customers, load
from shared.customers.identity import contact_id_of, lead_id_of
from shared.kernel.errors import Rejected, Unauthorised
from shared.kernel.paging import seal, unseal
from shared.platform import customer_pool
from shared.platform.customer_pool import Tokens
from shared.platform.keys import key
from shared.platform.tries import Tries
from shared.platform.writes import ConditionFailed

from .access import address_mark, has_address
from .codes import LIFETIME, Code, entered, new_code, over, partition_of
from .email import address_of, note_shown
from .post import mail_later
from .proofs import proof

_TRIES: Final = Tries(customers)
_SCOPE: Final = "portal-sign-in"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A customer who is in. `mark` stands for the address whose mailbox they opened."""

    contact: Contact
    mark: str
    tokens: Tokens


def ask(typed: str, network: str, now: datetime) -> str:
    """Mail a code to an address, if somebody signs in by it; gives what has to come back with the
    code, the same in kind whether or not.

    Raises `Rejected` for what is no address, and `TooManyTries`.
    """
    address = address_of(typed)
    partition = partition_of("sign_in", address)
    _TRIES.count(partition, network, now)
    code, stored = new_code(partition, "sign_in", _whose(address), now)
    # Its id is this call's alone: one that is there already is this one, sent twice.
    with suppress(ConditionFailed):
        customers.write(stored)
    mail_later(code, "sign_in")
    return _sealed(code, address_mark(address), now)


def enter(sealed: str, typed: str, network: str, now: datetime) -> SignedIn:
    """Sign in with the code that was mailed.

    Raises `Rejected` (`code_wrong`, `code_over`), the same for an address nobody has; and
    `TooManyTries`.
    """
    code, mark = _unsealed(sealed, now)
    _TRIES.count_network(network, now)
    contact = load(entered(code, "sign_in", typed, now))
    if contact is None or contact.deleted_at or not has_address(contact, mark):
        # Put away, erased, or the address became another's since the code was mailed.
        raise over("nobody's")
    try:
        shown = proof(code, contact.contact_id, now)
        tokens = customer_pool.sign_in(contact.contact_id, shown)
    except Unauthorised as refused:
        raise over("refused") from refused
    _TRIES.forget(code.partition, network, now)
    note_shown(contact, mark, now)
    return SignedIn(contact, mark, tokens)


def _whose(address: str) -> str | None:
    """The contact that signs in by an address. Two reads, whoever it is: one fewer for somebody
    unknown would tell."""
    claim = customers.get(claim_key(lead_id_of("email", address))) or {}
    known = "contact_id" in claim and "released" not in claim
    contact = load(claim["contact_id"] if known else contact_id_of("email", address))
    return contact.contact_id if known and contact and not contact.deleted_at else None


def _sealed(code: Code, mark: str, now: datetime) -> str:
    until = str(int((now + LIFETIME).timestamp()))
    parts = {"p": code.partition, "c": code.code_id, "m": mark, "e": until}
    return seal(parts, key("session"), _SCOPE)


def _unsealed(sealed: str, now: datetime) -> tuple[Code, str]:
    try:
        parts = unseal(sealed, key("session"), _SCOPE)
    except Rejected as forged:
        raise over("forged") from forged
    if now >= datetime.fromtimestamp(int(parts["e"]), UTC):
        raise over("expired")
    return Code(parts["p"], parts["c"]), parts["m"]
