"""Which mail about a ticket was sent, is being sent, or never is to be.

| entity | pk | sk |
|---|---|---|
| claim of the acknowledgement (see platform.mail) | `SENT#<ticket_id>` | `ACK` |
| claim of an answer | `SENT#<ticket_id>` | `<message_id>` |
| that trouble with one of them was told | `SENT#<ticket_id>` | `<that>#TROUBLE` |
"""

from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.platform.mail import CLAIM_KEPT, Outcome
from shared.platform.requests import Condition, Key, Put

ACK: Final = "ACK"


def claim_key(ticket_id: str, which: str) -> Key:
    """The claim of the acknowledgement or of one answer."""
    return {"pk": f"SENT#{ticket_id}", "sk": which}


def withheld(ticket_id: str, outcome: Outcome, now: datetime) -> Put:
    """A claim that keeps a ticket's acknowledgement from ever being sent."""
    item = {"state": outcome, "error": "not_answered", "settled_at": iso(now)}
    return Put({**claim_key(ticket_id, ACK), **item, **_expiry(now)}, _FREE)


def trouble_receipt(ticket_id: str, which: str, now: datetime) -> Put:
    """That trouble with a mail was told, once."""
    key = claim_key(ticket_id, f"{which}#TROUBLE")
    return Put({**key, "at": iso(now), **_expiry(now)}, _FREE)


def _expiry(now: datetime) -> dict[str, int]:
    return {"expires_at": int((now + CLAIM_KEPT).timestamp())}


_FREE: Final = Condition(
    "ticket_mail_unclaimed",
    "attribute_not_exists(#pk)",
    "what was decided about a mail, or told of it, is so once",
)
