"""Signing a person out everywhere."""

from datetime import datetime
from typing import Final

from shared.kernel.errors import Busy, NotFound, Stale

from .changes import NO_PERSON, save_changed
from .repository import staff_member

_ATTEMPTS: Final = 5


def end_sessions(staff_id: str, until: datetime, now: datetime, *, by: str) -> None:
    """End every session and token of a person that began no later than `until`.

    It holds at once: whoever asks is looked up. Raises `NotFound`, and `Busy` when others keep
    changing the person meanwhile.
    """
    for _ in range(_ATTEMPTS):
        person = staff_member(staff_id)
        if person is None:
            raise NotFound(NO_PERSON, "There is no such person")
        try:
            save_changed(person, {"signed_out_at": until}, now, by=by)
        except Stale:
            continue
        return
    raise Busy("busy", "Somebody is changing this person. Try again")
