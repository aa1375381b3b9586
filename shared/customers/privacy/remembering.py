"""Erasures as remembered outside of the tables, so that a table restored from a back-up can be
made to forget again: ids and keyed hashes, one object per erasure, for as long as back-ups last.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.customers.suppression.model import Reason
from shared.customers.suppression.repository import address_hash, customers, suppress_op
from shared.kernel.clock import parse_instant
from shared.kernel.errors import Conflict
from shared.platform import files

from .asking import Asker, begin
from .model import ERASURE, FORGETTABLE, PrivacyRequest
from .person import Person

FOLDER: Final = "erasures/"
_TOGETHER: Final = 100


@dataclass(frozen=True, slots=True)
class Memory:
    """One erasure: whose ids, which addresses (by their suppression hashes), as of when."""

    request_id: str
    erased_at: str
    cause: str
    contact_ids: list[str]
    lead_ids: list[str]
    addresses: list[str]


def remember(request: PrivacyRequest, person: Person, now: datetime) -> None:
    """Keep what it takes to erase the person again. Again, it changes nothing."""
    document: dict[str, Any] = {
        "request_id": request.request_id,
        "erased_at": request.requested_at,
        "cause": request.cause,
        "contact_ids": list(person.contact_ids),
        "lead_ids": list(person.lead_ids),
        "addresses": [address_hash(*one) for one in person.addresses],
    }
    files.write(_key(request), json.dumps(document).encode(), "application/json")


def erase_again(key: str, run: str, now: datetime) -> None:
    """Ask once more for the erasure that the object `key` remembers, once per `run` (a name for
    one restoration), and suppress its addresses again. Nothing happens when there is none. The
    command `crm reapply-erasures` sends the messages that lead here."""
    if not key.startswith(FOLDER):
        return
    try:
        memory = Memory(**json.loads(files.read(key)))
    except files.FileGone:
        return
    at = parse_instant(memory.erased_at)
    if memory.cause in FORGETTABLE:
        for start in range(0, len(memory.addresses), _TOGETHER):
            hashes = memory.addresses[start : start + _TOGETHER]
            customers.write(*(suppress_op(one, None, Reason.ERASED, at) for one in hashes))
    person = Person(tuple(memory.contact_ids), tuple(memory.lead_ids), until=memory.erased_at)
    # What a rule removed goes as a rule removes it: leads stay, nobody is suppressed.
    asker = Asker("retention" if memory.cause == "retention" else "restore", memory.request_id)
    # Refused where one is under way for them: that one finds the same.
    with suppress(Conflict):
        begin(ERASURE, person, asker, now, key=f"{run}:{memory.request_id}", body=run.encode())


def _key(request: PrivacyRequest) -> str:
    return f"{FOLDER}{request.requested_at}-{request.request_id}.json"
