"""What customers may see and change of their own record.

They see what they would tell about themselves. Who looks after them, tags, custom fields and where
the record came from are the company's.
"""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.creation import Saved
from shared.customers.contacts.model import Channel, Contact, ContactChange, Name, PhoneInput
from shared.customers.contacts.repository import customers
from shared.kernel.errors import Conflict, FieldError
from shared.platform.tries import Tries

from .codes import partition_of

MAX_PHONES: Final = 10

_TRIES: Final = Tries(customers)
_TAKEN: Final = "This number cannot be used. Write to us if it is yours"


class ProfileChange(BaseModel):
    """What to change: the fields given, and the `version` they were read at.

    The first phone number is the primary one unless another is marked so. A zone or language that
    nobody knows is answered with a warning and changes nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    version: int = Field(ge=1)
    first_name: Name | None = None
    last_name: Name | None = None
    job_title: Name | None = None
    phones: list[PhoneInput] = Field(default_factory=list, max_length=MAX_PHONES)
    country: Annotated[str, StringConstraints(max_length=60)] | None = None
    language: Annotated[str, StringConstraints(max_length=100)] | None = None
    zone: Annotated[str, StringConstraints(max_length=100)] | None = None
    preferred_channel: Channel | None = None


def change_profile(contact: Contact, change: ProfileChange, network: str, now: datetime) -> Saved:
    """Change what is given of the customer's own record.

    Raises `Stale`, `Rejected`, `Conflict` (`address_taken`: somebody else has the number) and
    `TooManyTries`: whose a number is cannot be asked for without end.
    """
    given = ContactChange.model_validate(change.model_dump(exclude_unset=True))
    if "phones" in change.model_fields_set:
        _TRIES.count(partition_of("phone", contact.contact_id), network, now)
    try:
        return change_contact(contact.contact_id, given, contact.contact_id, now)
    except Conflict as taken:
        if taken.code != "address_taken":
            raise
        # Without saying whose it is.
        wrong = [FieldError(one.field, one.code, _TAKEN) for one in taken.fields]
        raise Conflict(taken.code, _TAKEN, wrong) from taken
