"""Fixtures for every test: a clock to set, an account in memory, and what functions logged."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Final

import hypothesis
import pytest

from shared.platform import clock as platform_clock
from shared.platform.observability import logger
from tests import cloud, dynamodb_local, in_memory, permissions
from tests.fake_clock import NOW, FakeClock
from tests.pump import Pump

hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")
"""Machines are shared: how long an example takes is nothing a test can fail for."""


class Logs:
    """What the functions logged: `text` as written, `lines` as parsed JSON."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.others = io.StringIO()

    @property
    def text(self) -> str:
        """Everything logged so far, also by libraries: Lambda shows the root logger's too."""
        return self.stream.getvalue() + self.others.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of ours so far."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def logs() -> Iterator[Logs]:
    """What the code under test logs."""
    caught = Logs()
    handler: Any = logger().registered_handler
    before, handler.stream = handler.stream, caught.stream
    others = logging.StreamHandler(caught.others)
    others.setLevel(logging.WARNING)
    logging.getLogger().addHandler(others)
    yield caught
    logging.getLogger().removeHandler(others)
    handler.stream = before


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time entry points read; `NOW` until the test moves it."""
    fake = FakeClock()
    monkeypatch.setattr(platform_clock, "now", fake)
    monkeypatch.setattr(platform_clock, "wait", fake.wait)
    return fake


@pytest.fixture
def now(clock: FakeClock) -> datetime:
    """The instant the test starts at."""
    return clock()


@pytest.fixture
def settings_env(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials of nobody and the settings every function gets; nothing cached before or after."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    cloud.forget()
    yield
    cloud.forget()


__all__ = ["NOW", "FakeClock", "Logs"]

BACKENDS: Final = ("memory", "moto", "dynamodb_local", "ministack")
"""What keeps the tables. A test marked `conformance` runs on each."""

Endpoint = Callable[[str], str | None]


def pytest_configure() -> None:
    """See every call from the first on."""
    permissions.watch()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose what keeps the tables: `pytest --tables moto tests/integration`."""
    parser.addoption("--tables", choices=BACKENDS, default="memory", help="what keeps the tables")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run conformance tests once per backend."""
    if "backend" in metafunc.fixturenames and metafunc.definition.get_closest_marker("conformance"):
        metafunc.parametrize("backend", BACKENDS, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """What keeps the tables of this test."""
    return str(getattr(request, "param", request.config.getoption("--tables")))


@pytest.fixture(scope="session")
def endpoint_of() -> Iterator[Endpoint]:
    """The endpoint of a backend, started when first asked for; memory and moto have none."""
    with ExitStack() as servers:
        started: dict[str, str | None] = {"memory": None, "moto": cloud.MOTO}

        def endpoint(backend: str) -> str | None:
            if backend not in started:
                started[backend] = servers.enter_context(getattr(dynamodb_local, backend)())
            return started[backend]

        yield endpoint


@pytest.fixture
def tables(
    settings_env: None,
    clock: FakeClock,
    backend: str,
    endpoint_of: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """All tables, queues, buckets, the bus, the sign-in pool and the secret, in memory; the
    tables in `backend`."""
    endpoint = endpoint_of(backend)
    if endpoint == cloud.MOTO:
        monkeypatch.setenv("CRM_TEST_TABLES", cloud.MOTO)
    elif endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", endpoint)
    if endpoint:
        # What is kept of an account, its clients and how far its streams were read, is another's.
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", dynamodb_local.fresh_account())
        cloud.forget(session=True)
    for name in cloud.TOLD:
        monkeypatch.setenv(name, "")
    with in_memory.account(endpoint):
        cloud.forget()
        yield
    if endpoint:
        cloud.forget(session=True)


@pytest.fixture
def pump(tables: None) -> Pump:
    """Delivers events from the tables' streams to the functions that consume them."""
    return Pump()
