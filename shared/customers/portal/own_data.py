"""What customers may ask of us about their data: all of it as a file, or none of it any more.

The work is that of privacy requests (`customers.privacy`). An erasure cannot be taken back, so it
begins only once a code from the customer's mailbox was shown, however they are signed in.
"""

from contextlib import suppress
from datetime import datetime
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import customers
from shared.customers.privacy.asking import Asker, ask_for_contact
from shared.customers.privacy.model import ERASURE, EXPORT, PrivacyRequest
from shared.customers.privacy.repository import load, requests_of
from shared.kernel.errors import Conflict, NotFound
from shared.platform.tries import Tries
from shared.platform.writes import ConditionFailed

from .codes import Code, entered, new_code, partition_of, spending
from .post import mail_later

LATEST: Final = 10

_TRIES: Final = Tries(customers)


def ask_export(contact: Contact, key: str | None, now: datetime) -> PrivacyRequest:
    """Have everything that is kept of the customer written down. With a `key` the same request
    again is the same one. Raises `Conflict` (`privacy_request_under_way`) and `Rejected`."""
    return ask_for_contact(EXPORT, contact.contact_id, _asker(contact), now, key=key)


def own_export(contact: Contact, request_id: str) -> PrivacyRequest:
    """An export the customer asked for, or staff for them. Raises `NotFound`, also for another's
    and for what is no export."""
    request = load(request_id)
    if request.contact_id != contact.contact_id or request.kind != EXPORT:
        raise NotFound("privacy_request_not_found", "There is no such request")
    return request


def own_exports(contact: Contact) -> list[PrivacyRequest]:
    """The customer's latest exports, newest first."""
    return [one for one in requests_of(contact.contact_id, most=LATEST) if one.kind == EXPORT]


def ask_erasure(contact: Contact, network: str, now: datetime) -> str:
    """Mail a code to the customer's own address; gives the id under which it is confirmed.
    Nothing is erased yet. Raises `Conflict` (`email_missing`) and `TooManyTries`."""
    if contact.email is None:
        raise Conflict("email_missing", "There is no address to send a code to. Write to us")
    partition = partition_of("erasure", contact.contact_id)
    _TRIES.count(partition, network, now)
    code, stored = new_code(partition, "erasure", contact.contact_id, now)
    customers.write(stored)
    mail_later(code, "erasure")
    return code.code_id


def confirm_erasure(contact: Contact, erasure_id: str, typed: str, now: datetime) -> PrivacyRequest:
    """Erase everything, with the code that was mailed.

    Raises `NotFound` where it is no erasure of this customer's, `Rejected` (`code_wrong`,
    `code_over`) and `Conflict` (`privacy_request_under_way`).
    """
    code = Code(partition_of("erasure", contact.contact_id), erasure_id)
    if customers.get(code.key) is None:
        raise NotFound("erasure_not_found", "There is no such erasure to confirm")
    entered(code, "erasure", typed, now)
    # First the request, which is the same however often it is made with this key: who never
    # heard that it began may send the code again.
    request = ask_for_contact(ERASURE, contact.contact_id, _asker(contact), now, key=erasure_id)
    # Spent already or out of time meanwhile: the erasure has begun all the same.
    with suppress(ConditionFailed):
        customers.write(spending(code, "erasure", request.request_id, now))
    return request


def _asker(contact: Contact) -> Asker:
    return Asker("customer", contact.contact_id)
