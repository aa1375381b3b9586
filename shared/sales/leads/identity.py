"""Which lead an address means, without reading anything.

The id of a lead is derived from the address it first came with (`customers.identity`), so "look
it up, then create or change it" is one conditional write, and two people cannot create the same
lead at once.
"""

import hashlib
import hmac

from shared.customers.identity import lead_id_of
from shared.kernel.ids import LeadId, derived_id
from shared.platform.keys import key


def lead_id_for(email: str | None, phone: str | None) -> LeadId:
    """The lead of a normalised e-mail address or, without one, of a number in E.164.

    Raises `ValueError` when neither is given.
    """
    if email:
        return lead_id_of("email", email)
    if phone:
        return lead_id_of("phone", phone)
    raise ValueError("a lead has an e-mail address or a phone number")


def successor(lead_id: str) -> LeadId:
    """The lead that takes what arrives for `lead_id` once that one is closed to intake: a
    converted person who comes back is a new lead."""
    text = f"after:{lead_id}".encode()
    return LeadId(derived_id("lead", hmac.digest(key("intake"), text, hashlib.sha256)))
