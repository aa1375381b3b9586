"""The proof that somebody showed the code from their mailbox: what our handler answers the pool's
question with, and what the pool's trigger takes for it.

It is signed, good for a minute, for one person, and spends the code. It goes from our handler to
Cognito to our trigger and is never in a browser: whoever asks Cognito without us has none.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.customers.contacts.repository import customers
from shared.kernel.errors import Rejected
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.observability import count
from shared.platform.writes import ConditionFailed

from .codes import Code, spending

GOOD_FOR: Final = timedelta(minutes=1)

_PURPOSE: Final = "portal-proof"


def proof(code: Code, contact_id: str, now: datetime) -> str:
    """The proof that the sign-in code of this contact was shown."""
    parts = {
        "p": code.partition,
        "c": code.code_id,
        "w": contact_id,
        "e": str(int((now + GOOD_FOR).timestamp())),
        "n": secrets.token_hex(8),
    }
    return seal(parts, key(_PURPOSE), _PURPOSE)


def holds(answer: str, contact_id: str, now: datetime) -> bool:
    """Whether `answer` is a proof for this contact. Spends the code: no other proof of it holds."""
    try:
        parts = unseal(answer, key(_PURPOSE), _PURPOSE)
    except Rejected:
        return _refused("forged")
    if parts["w"] != contact_id:
        return _refused("another's")
    if now >= datetime.fromtimestamp(int(parts["e"]), UTC):
        return _refused("expired")
    code = Code(parts["p"], parts["c"])
    try:
        customers.write(spending(code, "sign_in", parts["n"], now))
    except ConditionFailed:
        return _refused("replayed")
    return True


def _refused(why: str) -> bool:
    count("ProofRefused", why=why)
    return False
