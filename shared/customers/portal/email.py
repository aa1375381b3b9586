"""Changing the address one signs in by, confirmed at both: a code goes to the new address; once it
is shown the change is in force and the former address is told, with a link to object.

Whoever objects has the former address back at once. Sessions that began at the new one end with
it, because a session is bound to the address whose mailbox was opened.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from shared.customers.addresses import Unusable, email_of
from shared.customers.contacts.model import Contact, Email
from shared.customers.contacts.repository import attributes, customers, load, touched
from shared.customers.contacts.writing import parts_of
from shared.customers.events import ContactChanged, CustomersEvent, EmailReplaced
from shared.customers.trail import changed as written_down
from shared.customers.writing import Part, stale, write
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, CrmError, FieldError, NotFound, Rejected, Stale
from shared.kernel.ids import new_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Item, Op
from shared.platform.tries import Tries

from .access import address_mark
from .codes import Code, entered, new_code, partition_of, spending
from .email_changes import (
    OBJECTED_WITHIN,
    ChangeState,
    EmailChange,
    asked,
    changes_of,
    done,
    load_change,
    undone,
)
from .post import mail_later

_TRIES: Final = Tries(customers)
_SCOPE: Final = "portal-objection"


def ask_change(contact: Contact, typed: str, network: str, now: datetime) -> str:
    """Mail a code to the new address; gives the change's id. Says nothing of whether the address
    is somebody's: that learns who can read its mail.

    Raises `Rejected` for what is no address or the present one, and `TooManyTries`.
    """
    new = address_of(typed)
    if new == contact.email:
        raise _wrong("email_same", "This is your address already")
    partition = partition_of("email", contact.contact_id)
    _TRIES.count(partition, network, now)
    code, stored = new_code(partition, "email", contact.contact_id, now)
    customers.write(stored, asked(contact.contact_id, code.code_id, new, now))
    mail_later(code, "email")
    return code.code_id


def confirm_change(contact: Contact, change_id: str, typed: str, now: datetime) -> Contact:
    """Change the address with the code that was mailed to the new one. One transaction: claims on
    both addresses, the contact, the change and the code, which is spent.

    Raises `NotFound` where it is no change of this contact's, `Rejected` (`code_wrong`,
    `code_over`), `Conflict` (`address_taken`) and `Stale`.
    """
    change = load_change(contact.contact_id, change_id)
    if change is None or change.state is not ChangeState.ASKED:
        raise NotFound("change_not_found", "There is no such change to confirm")
    code = Code(partition_of("email", contact.contact_id), change_id)
    entered(code, "email", typed, now)
    emails = [
        Email(address=change.new, primary=True, verified_at=iso(now)),
        *(one for one in contact.emails if one.address not in (change.new, contact.email)),
    ]
    replaced = EmailReplaced(**_about(contact, now), change_id=change_id)
    beside = [spending(code, "email", contact.contact_id, now), done(change, contact.email, now)]
    return _stored(contact, emails, [replaced], beside, now)


def objection(change: EmailChange) -> str:
    """What the link in the mail to the former address carries."""
    assert change.done_at
    until = datetime.fromisoformat(change.done_at) + OBJECTED_WITHIN
    parts = {"c": change.contact_id, "x": change.change_id, "e": str(int(until.timestamp()))}
    return seal(parts, key("session"), _SCOPE)


def objected_to(sealed: str, now: datetime) -> EmailChange:
    """The change that a link objects to. Raises `NotFound` for a link that is forged, too old, or
    was followed before."""
    gone = NotFound("objection_over", "This link is no longer good")
    try:
        parts = unseal(sealed, key("session"), _SCOPE)
    except Rejected as forged:
        raise gone from forged
    change = load_change(parts["c"], parts["x"])
    late = now >= datetime.fromtimestamp(int(parts["e"]), UTC)
    if late or change is None or change.state is not ChangeState.DONE or change.old is None:
        raise gone
    return change


def object_to(sealed: str, now: datetime) -> None:
    """Give the former address back, and undo every change that came after.

    Raises `NotFound` as `objected_to`, `Conflict` (`address_taken`) when another contact has the
    former address meanwhile, and `Stale`.
    """
    change = objected_to(sealed, now)
    contact = load(change.contact_id)
    if contact is None or contact.deleted_at or change.old is None or change.done_at is None:
        raise NotFound("objection_over", "This link is no longer good")
    since = change.done_at
    later = [
        one
        for one in changes_of(change.contact_id)
        if one.state is ChangeState.DONE and (one.done_at or "") >= since
    ]
    gone = {one.new for one in later} | {change.old}
    emails = [
        Email(address=change.old, primary=True, verified_at=iso(now)),
        *(one.model_copy(update={"primary": False}) for one in contact.emails
          if one.address not in gone),
    ]  # fmt: skip
    _stored(contact, emails, [], [undone(one) for one in later], now)


def note_shown(contact: Contact, mark: str, now: datetime) -> None:
    """Write down that the customer opened the mailbox of the address that `mark` stands for, the
    first time they do. When somebody changes the contact meanwhile, the next sign-in does it."""
    shown = [one for one in contact.emails if address_mark(one.address) == mark]
    if any(one.verified_at for one in shown):
        return
    emails = [
        one.model_copy(update={"verified_at": iso(now)}) if one in shown else one
        for one in contact.emails
    ]
    with suppress(Stale):
        _stored(contact, emails, [], [], now)


def address_of(typed: str) -> str:
    """The normalised form of an address somebody typed. Raises `Rejected` (`email_invalid`)."""
    try:
        return email_of(typed)
    except Unusable as error:
        text = "Write an e-mail address, such as ann@example.com"
        raise _wrong("email_invalid", text) from error


def _stored(
    before: Contact,
    emails: list[Email],
    events: Sequence[CustomersEvent],
    beside: Sequence[Op],
    now: datetime,
) -> Contact:
    after = touched(before, now, emails=emails)
    about = {**_about(before, now), "version": after.version, "by": before.contact_id}
    changed = ContactChanged(**about, fields=["emails"])
    trail = written_down(
        attributes(before), attributes(after), ["emails"], changed, before.contact_id
    )
    parts = [*parts_of(before, after, [changed, *events]), Part(trail, stale("contact"))]
    try:
        write([*parts, *(Part(op, _settled) for op in beside)])
    except Conflict as taken:
        if taken.code != "address_taken":
            raise
        # Who has the address is nobody else's to know.
        text = "This address belongs to another account. Sign in by it, or write to us"
        wrong = FieldError("email", "address_taken", text)
        raise Conflict("address_taken", text, [wrong]) from taken
    return after


def _about(contact: Contact, now: datetime) -> dict[str, Any]:
    return {
        "event_id": new_id("event", now),
        "occurred_at": now,
        "contact_id": contact.contact_id,
    }


def _settled(_: Item) -> CrmError:
    return Conflict("change_settled", "This was settled meanwhile")


def _wrong(code: str, text: str) -> Rejected:
    return Rejected(code, "This address cannot be used", [FieldError("email", code, text)])
