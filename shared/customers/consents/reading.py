"""Reading what a person allows."""

from dataclasses import dataclass

from shared.customers.contacts.repository import followed
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id

from .model import Consent, Decision
from .repository import with_log


@dataclass(frozen=True, slots=True)
class Consents:
    """What stands for a person, and every decision, the latest first. `contact_id` is the record
    that counts."""

    contact_id: str
    standing: list[Consent]
    log: list[Decision]


def consents_of(contact_id: str) -> Consents:
    """What is known of the person that `contact_id` means, whether there is a record of them or
    only of what they decided. Two strong reads. Raises `NotFound`."""
    item = followed(contact_id)
    known = item["pk"].removeprefix("CONTACT#") if item else contact_id
    standing, log = with_log(known) if is_id("contact", known) else ([], [])
    if item is None and not log:
        raise NotFound("contact_not_found", "There is no such contact")
    return Consents(known, standing, log)
