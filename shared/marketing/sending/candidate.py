"""Somebody of an audience, with all that is known of them when they are decided on."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.customers.contacts.model import Contact
from shared.marketing.campaigns.model import Way

from .checks import Known
from .recipient import Recipient


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of somebody by one way, and the revision of their cap there."""

    way: Way
    known: Known
    cap: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the audience: what became of them so far, the contact (`None`: there is no
    record in use), the ways to reach them in the campaign's order, and whether it may be noted
    what they do with a mail."""

    recipient: Recipient
    contact: Contact | None
    reaches: Sequence[Reach]
    trackable: bool = False
