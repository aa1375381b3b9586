"""Counting tries to sign in, and slowing them down.

Each is counted before anything is checked, under a keyed hash of the address and apart under that
of the network address, so parallel guesses cannot slip through. Keys, in the table of whoever signs
in:

| item | pk | sk |
|---|---|---|
| tries of the last half hour | `SIGN_IN#<keyed hash>` | `TRIES` |

After five wrong tries every further one waits: 30 s, then twice as long each time, at most 15
minutes. Signing in forgets the tries of the address. Codes to set a new password with are counted
apart, so that who forgot theirs is not kept waiting for having guessed. So is whatever else has a
`kind` of its own.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.errors import CrmError

from .keys import keyed_hash
from .requests import Condition, Key, Update
from .tables import Table
from .writes import ConditionFailed

FREE_TRIES: Final = 5
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(minutes=30)
TRIES_PER_NETWORK: Final = 50
"""An office shares an address; a guesser does not need more."""

_PATIENCE: Final = 10
"""How often a try of one network is counted anew because colleagues sign in too."""


class TooManyTries(CrmError):
    """Wait first. `extra["seconds"]` says how long."""

    status = 429
    title = "Too many tries"


def tries_of(kind: str, text: str) -> str:
    """What tries of a `kind` ("person", "network", "forgotten") by `text` are counted under."""
    return f"SIGN_IN#{keyed_hash(f'sign-in-{kind}', text.strip().casefold())}"


def wait_after(tries: int, free: int) -> timedelta:
    """How long the next try has to wait after so many."""
    if tries < free:
        return timedelta(0)
    doubled: int = 2 ** min(tries - free, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


class Tries:
    """The tries counted in `table`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, tries: str, network: str, now: datetime) -> None:
        """Count a try, also for the network address it comes from. Raises `TooManyTries`."""
        self._count(tries, now, free=FREE_TRIES)
        self.count_network(network, now)

    def count_network(self, network: str, now: datetime) -> None:
        """Count a try for its network address alone. Raises `TooManyTries`."""
        tries = tries_of("network", network)
        self._count(tries, now, free=TRIES_PER_NETWORK, patience=_PATIENCE)

    def forget(self, tries: str, network: str, now: datetime) -> None:
        """A try just counted was right: forget all of the person, and this one of the network."""
        # The network's was counted a moment ago, so it is there; it waits no longer than it did
        # before this one, and others' tries stay.
        own = Update(_key(tries), remove=("tries", "last_at", "free_at"))
        one_less = Update(
            _key(tries_of("network", network)), set={"free_at": iso(now)}, add={"tries": -1}
        )
        self._table.write(own, one_less)

    def _count(self, tries: str, now: datetime, *, free: int, patience: int = 1) -> None:
        known: dict[str, Any] = {}
        for attempt in range(patience + 1):
            number, condition = 1, _forgotten(now)
            if attempt:
                if known.get("free_at", "") > iso(now):
                    raise _too_many(datetime.fromisoformat(known["free_at"]) - now)
                number = int(known.get("tries", 0)) + 1
                condition = _still(number - 1, known.get("last_at", ""))
            try:
                self._table.write(_one_more(_key(tries), now, number, free, condition))
            except ConditionFailed as refused:
                known = refused.found(0) or {}
            else:
                return
        raise _too_many(timedelta(seconds=1))


def _one_more(key: Key, now: datetime, tries: int, free: int, condition: Condition) -> Update:
    changes = {
        "tries": tries,
        "last_at": iso(now),
        "free_at": iso(now + wait_after(tries, free)),
        "expires_at": int((now + FORGOTTEN_AFTER).timestamp()),
    }
    return Update(key, set=changes, condition=condition)


def _forgotten(now: datetime) -> Condition:
    return Condition(
        "tries_forgotten",
        "attribute_not_exists(#tries) OR #last_at < :since",
        "the first try in a while needs to know nothing of others",
        {"since": iso(now - FORGOTTEN_AFTER)},
    )


def _still(tries: int, last_at: str) -> Condition:
    return Condition(
        "tries_unchanged",
        "#tries = :tries AND #last_at = :last_at",
        "tries at the same time must not count as one",
        {"tries": tries, "last_at": last_at},
    )


def _key(tries: str) -> Key:
    return {"pk": tries, "sk": "TRIES"}


def _too_many(wait: timedelta) -> TooManyTries:
    seconds = max(1, int(wait.total_seconds()))
    span = f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
    text = "a moment" if seconds == 1 else span
    return TooManyTries(
        "too_many_tries", f"Too many tries. Wait {text}, then try again", seconds=seconds
    )
