"""Which lead an address means, without reading anything.

The id of a lead is derived from the address it first came with, so "look it up, then create or
change it" is one conditional write and two people cannot create the same lead at once. The key
is secret: an id tells nobody an address.
"""

import hashlib
import hmac

from shared.kernel.ids import LeadId, derived_id
from shared.platform.keys import key


def lead_id_of(email: str | None, phone: str | None) -> LeadId:
    """The lead of a normalised e-mail address or, without one, of a number in E.164.

    Raises `ValueError` when neither is given.
    """
    if not (email or phone):
        raise ValueError("a lead has an e-mail address or a phone number")
    return _derived(f"email:{email}" if email else f"phone:{phone}")


def successor(lead_id: str) -> LeadId:
    """The lead that takes what arrives for `lead_id` once that one is closed to intake: a
    converted person who comes back is a new lead."""
    return _derived(f"after:{lead_id}")


def _derived(text: str) -> LeadId:
    return LeadId(derived_id("lead", hmac.digest(key("intake"), text.encode(), hashlib.sha256)))
