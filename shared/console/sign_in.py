"""Signing in: slowed down after wrong passwords, and the same answer whether a person exists.

Each try is counted before Cognito is asked, under a keyed hash of the address and apart under
that of the network address, so parallel guesses cannot slip through (table `directory`):

| item | pk | sk |
|---|---|---|
| tries of the last quarter of an hour | `SIGN_IN#<keyed hash>` | `TRIES` |

After five wrong tries every further one waits: 30 s, then twice as long each time, at most 15
minutes. Signing in forgets the tries of the address.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.directory.repository import directory
from shared.kernel.clock import iso
from shared.kernel.errors import CrmError
from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Key, Update
from shared.platform.staff_pool import Challenge, SignedIn, sign_in
from shared.platform.writes import ConditionFailed

FREE_TRIES: Final = 5
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(minutes=15)
TRIES_PER_NETWORK: Final = 50
"""An office shares an address; a guesser does not need more."""


class TooManyTries(CrmError):
    """Wait first. `extra["seconds"]` says how long."""

    status = 429
    title = "Too many tries"


def with_password(email: str, password: str, address: str, now: datetime) -> SignedIn | Challenge:
    """Sign in. Raises `TooManyTries` without asking, else as `staff_pool.sign_in`."""
    person = _key("person", email.strip().casefold())
    _count(_key("network", address), now, free=TRIES_PER_NETWORK)
    _count(person, now, free=FREE_TRIES)
    found = sign_in(email.strip(), password)
    directory.write(Update(person, remove=("tries", "last_at", "free_at")))
    return found


def wait_after(tries: int, free: int) -> timedelta:
    """How long the next try has to wait after so many."""
    if tries < free:
        return timedelta(0)
    doubled: int = 2 ** min(tries - free, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def _count(key: Key, now: datetime, *, free: int) -> None:
    try:
        _one_more(key, now, 1, free, _forgotten(now))
    except ConditionFailed as known:
        found = known.found(0) or {}
        tries = int(found.get("tries", 0))
        if found.get("free_at", "") > iso(now):
            waits = datetime.fromisoformat(found["free_at"]) - now
            seconds = max(1, int(waits.total_seconds()))
            text = f"Too many tries. Wait {_span(seconds)}, then try again"
            raise TooManyTries("too_many_tries", text, seconds=seconds) from known
        try:
            _one_more(key, now, tries + 1, free, _still(tries, found.get("last_at", "")))
        except ConditionFailed as raced:
            text = "Too many tries at once. Wait a moment, then try again"
            raise TooManyTries("too_many_tries", text, seconds=1) from raced


def _one_more(key: Key, now: datetime, tries: int, free: int, condition: Condition) -> None:
    changes = {
        "tries": tries,
        "last_at": iso(now),
        "free_at": iso(now + wait_after(tries, free)),
        "expires_at": int((now + FORGOTTEN_AFTER + LONGEST_WAIT).timestamp()),
    }
    directory.write(Update(key, set=changes, condition=condition))


def _forgotten(now: datetime) -> Condition:
    return Condition(
        "tries_forgotten",
        "attribute_not_exists(#tries) OR #last_at < :since",
        "the first try in a while needs to know nothing of others",
        {"since": iso(now - FORGOTTEN_AFTER - LONGEST_WAIT)},
    )


def _still(tries: int, last_at: str) -> Condition:
    return Condition(
        "tries_unchanged",
        "#tries = :tries AND #last_at = :last_at",
        "tries at the same time must not count as one",
        {"tries": tries, "last_at": last_at},
    )


def _key(kind: str, text: str) -> Key:
    return {"pk": f"SIGN_IN#{keyed_hash(f'sign-in-{kind}', text)}", "sk": "TRIES"}


def _span(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
