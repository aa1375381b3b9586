"""An account that can be put back to how it was, for fault after fault."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from shared.sales.scoring import dry_runs
from tests.cloud import REGION, client, forget, memory
from tests.conftest import FakeClock
from tests.dynamodb.tables import State
from tests.sending import mails, texts


class Account:
    """The account of a test. Its tables, its files, its sign-in pool, its mails and its time are
    put back: queues and bus are empty once everything was delivered."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._tables: dict[str, State] = {}
        self._pools: dict[str, Any] = {}
        self._files: dict[str, dict[str, tuple[Any, bytes]]] = {}
        self._instant: datetime | None = None
        self._mails: list[Any] = []
        self._texts: dict[str, Any] = {}

    def arrange(self, arrange: Callable[[], Any]) -> Any:
        """Arrange, and remember how everything is then."""
        payload = arrange()
        self._tables = memory().state()
        self._files = {
            name: {key: (one, one.value) for key, one in bucket.keys.items()}
            for name, bucket in _buckets().items()
        }
        self._pools = copy.deepcopy({one.id: (one.users, one.groups) for one in _pools()})
        self._instant = self._clock()
        self._mails = list(mails())
        self._texts = dict(texts())
        forget()
        return payload

    def put_back(self) -> None:
        """Make everything as it was then, for a new process."""
        assert self._instant
        memory().put_back(self._tables)
        for name, bucket in _buckets().items():
            files = self._files[name]
            for key in [key for key in bucket.keys if key not in files]:
                del bucket.keys[key]
            for key, (one, body) in files.items():
                # Anew: what was deleted has lost its content.
                if bucket.keys.get(key) is not one:
                    client("s3").put_object(Bucket=name, Key=key, Body=body)
        for pool in _pools():
            pool.users, pool.groups = copy.deepcopy(self._pools[pool.id])
        self._clock.at(self._instant)
        mails()[:] = self._mails
        texts().clear()
        texts().update(self._texts)
        forget()


@pytest.fixture
def account(tables: None, clock: FakeClock) -> Account:
    """See `Account`."""
    return Account(clock)


def _buckets() -> Any:
    return get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets


def _pools() -> Any:
    return get_backend("cognito-idp")[DEFAULT_ACCOUNT_ID][REGION].user_pools.values()


@pytest.fixture(autouse=True)
def _short_dry_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run of two months fails in all the ways that one of three years does."""
    monkeypatch.setattr(dry_runs, "MONTHS", 2)
