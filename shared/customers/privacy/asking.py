"""Asking for everything that is kept of a person, or for nothing to be kept any more.

The request is stored with the event that starts its work; whoever asks is answered at once.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.repository import contact_key, followed
from shared.customers.events import PrivacyRequested
from shared.customers.identity import contact_id_of
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.ids import is_id
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.writes import ConditionFailed

from .model import Cause, Kind, PrivacyRequest
from .person import Address, Person
from .repository import PREFIX, begin_ops, customers, load

_REQUEST, _OPEN = range(2)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: `cause` says in which role, `by` is the id of the member of staff, the person's
    own contact id, or the name of what asks by itself."""

    cause: Cause
    by: str


def ask_for_contact(
    kind: Kind,
    contact_id: str,
    asker: Asker,
    now: datetime,
    *,
    reason: str = "",
    key: str | None = None,
    body: bytes = b"",
) -> PrivacyRequest:
    """Ask for the person that `contact_id` means. With an `Idempotency-Key` (`key`, of the
    request `body`) the same request again is the same one.

    Raises `NotFound` when nothing is known under that id, `Conflict`
    (`privacy_request_under_way`, with its `request_id`) and `Rejected`.
    """
    item = followed(contact_id)
    if item is None and not _has_something(contact_id):
        raise NotFound("contact_not_found", "There is no such contact")
    known = item["pk"].removeprefix("CONTACT#") if item else contact_id
    return begin(kind, Person((known,)), asker, now, reason=reason, key=key, body=body)


def ask_for_address(
    kind: Kind,
    address: Address,
    asker: Asker,
    now: datetime,
    *,
    reason: str = "",
    key: str | None = None,
    body: bytes = b"",
) -> PrivacyRequest:
    """Ask for whoever has a normalised address, known or not. Raises as `ask_for_contact`, but
    for `NotFound`: of somebody unknown it is found that nothing is kept."""
    contact = find_by_address(*address)
    contact_id = contact.contact_id if contact else contact_id_of(*address)
    person = Person((contact_id,), addresses=(address,))
    return begin(kind, person, asker, now, reason=reason, key=key, body=body)


def begin(
    kind: Kind,
    person: Person,
    asker: Asker,
    now: datetime,
    *,
    reason: str = "",
    key: str | None = None,
    body: bytes = b"",
) -> PrivacyRequest:
    """Store a request for `person`, of whom one id or address is enough. One write call. Raises
    as `ask_for_contact`, but for `NotFound`."""
    request = PrivacyRequest(
        request_id=record_id(PREFIX, f"{asker.cause}:{asker.by}", key, now),
        kind=kind,
        cause=asker.cause,
        contact_id=person.contact_id,
        requested_by=asker.by,
        requested_at=iso(now),
        reason=reason,
    )
    event = PrivacyRequested(
        event_id=f"{request.request_id}.requested",
        occurred_at=now,
        request_id=request.request_id,
        kind=kind,
    )
    try:
        customers.write(*begin_ops(request, person, request_hash(body) if key else None, event))
    except ConditionFailed as refused:
        if (known := refused.found(_REQUEST)) is not None:
            same_request(known, body)
            return load(request.request_id)
        under_way = (refused.found(_OPEN) or {}).get("request_id")
        message = "A request of this kind is under way for this person"
        raise Conflict("privacy_request_under_way", message, request_id=under_way) from refused
    return request


def _has_something(contact_id: str) -> bool:
    """Whether anything stands under the id, as it does for the person of a lead."""
    if not is_id("contact", contact_id):
        return False
    page = customers.query(contact_key(contact_id)["pk"], limit=1, consistent=True)
    return bool(page.items)
