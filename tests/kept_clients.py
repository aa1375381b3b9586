"""AWS clients that outlive the processes of the tests.

Making a client reads AWS's models and takes longer than most tests. What a client knows is the
region, the address, the credentials and its configuration; so where these are the same it is
given again to whoever makes one, product or test. The one thing it remembers of a process's
life, how often it may still retry, is made new with the process (`renew`). What a test hooked
into it is gone for the next (`unhook`).
"""

import copy
import os
from functools import cache
from typing import Any, Final
from unittest.mock import patch

from botocore.config import Config
from botocore.retries import quota
from botocore.session import Session

from shared.platform import aws

_MOST: Final = 100


class Quota(quota.RetryQuota):
    """How often a client may still retry."""

    made: Final[list["Quota"]] = []

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.made.append(self)

    def renew(self) -> None:
        """As much as at first."""
        self._available_capacity = self._max_capacity


class Kept:
    """A client, and its hooks as they were at first."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._at_first = copy.copy(client.meta.events._emitter)
        self._seen = client.meta.events._emitter._lookup_cache

    def unhook(self) -> None:
        """Take away what was hooked in since."""
        events = self.client.meta.events
        # An emitter begins another cache whenever something is hooked in or out.
        if events._emitter._lookup_cache is not self._seen:
            events._emitter = copy.copy(self._at_first)
            self._seen = events._emitter._lookup_cache


class Keeping(Session):
    """A session that makes no client twice."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[Any, Kept] = {}

    def create_client(self, service: str, config: Config | None = None) -> Any:  # type: ignore[override]
        """The client of `service` for the environment as it is now."""
        around = tuple(sorted(one for one in os.environ.items() if one[0].startswith("AWS_")))
        key = service, repr(config and sorted(vars(config).items(), key=str)), around
        if key not in self.kept:
            if len(self.kept) >= _MOST:
                self.kept.clear()
                Quota.made.clear()
            with patch.object(quota, "RetryQuota", Quota):
                made = super().create_client(
                    service,
                    config=config,
                    aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
                    aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
                )
            self.kept[key] = Kept(made)
        return self.kept[key].client


@cache
def _only() -> Keeping:
    return Keeping()  # not at import: moto must have been imported before


def session() -> Keeping:
    """The one session of the process, for the product too."""
    return _only()


def renew() -> None:
    """Let every client begin a new life."""
    for one in Quota.made:
        one.renew()


def unhook() -> None:
    """Take away what a test hooked into clients."""
    for one in session().kept.values():
        one.unhook()


aws._session = session  # type: ignore[assignment]
