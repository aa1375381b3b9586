"""When a call is worth another try: the SDKs' "standard" mode ("Retry behavior", AWS SDKs and
Tools reference guide), as botocore's clients have it. Tests compare the two.
"""

import random
from dataclasses import dataclass
from functools import cache
from typing import Final

from .aws import ATTEMPTS

_LONGEST_WAIT: Final = 20.0
_LONGEST_ADDED: Final = 5.0
_THROTTLED_WAIT: Final = 1.0
_BASE_WAITS: Final = {"dynamodb": 0.025}
_BASE_WAIT: Final = 0.05

_TOKENS: Final = 500
_COST: Final = 14
_COST_THROTTLED: Final = 5

_TRANSIENT: Final = frozenset(
    {"PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException"}
)
_TRANSIENT_STATUSES: Final = frozenset({500, 502, 503, 504})
_THROTTLED: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_THROTTLED_STATUS: Final = 429


@dataclass
class Store:
    """What the tries of one service draw on, so that a service in trouble is not asked four times
    as much by everybody."""

    tokens: int = _TOKENS


class Tries:
    """The tries of one call. `number` is that of the current one, from 1."""

    def __init__(self, service: str, store: Store) -> None:
        self.number = 1
        self._base = _BASE_WAITS.get(service, _BASE_WAIT)
        self._store = store
        self._cost = 0

    def again(self, status: int = 0, code: str = "", after: str = "") -> float | None:
        """Seconds to wait before the next try after a failed one; `None`: there is to be none.

        `status` and `code` are what was answered (neither: no answer came), `after` the answer's
        `x-amz-retry-after`.
        """
        throttled = code in _THROTTLED or status == _THROTTLED_STATUS
        passes = not status or status in _TRANSIENT_STATUSES or code in _TRANSIENT
        cost = _COST_THROTTLED if throttled else _COST
        if not (throttled or passes) or self.number >= ATTEMPTS or cost > self._store.tokens:
            return None
        self._cost = cost
        self._store.tokens -= cost
        base = _THROTTLED_WAIT if throttled else self._base
        # Full jitter, so that callers who failed at once part ways.
        seconds = random.random() * min(base * 2.0 ** (self.number - 1), _LONGEST_WAIT)
        if after.isdecimal():
            seconds = max(seconds, min(int(after) / 1000, seconds + _LONGEST_ADDED))
        self.number += 1
        return seconds

    def succeeded(self) -> None:
        """Give back what the last try cost; a call that came through at once gives one token."""
        store = self._store
        if store.tokens < _TOKENS:
            store.tokens = min(_TOKENS, store.tokens + (self._cost or 1))


@cache
def store(service: str) -> Store:
    """That of `service` in this process."""
    return Store()
