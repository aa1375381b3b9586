"""Journeys run on the product as `crm up` deploys it, in a stack of their own."""

from collections.abc import Iterator
from typing import Any

import pytest

from .browser import launched
from .stack import Stack, chosen_folder, shared_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack with the sample company, shared by all journeys of a test process: use
    addresses and names of your own, and `stack.restart()` only where the test is about that."""
    with shared_stack(chosen_folder(tmp_path_factory.getbasetemp() / "stack")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running browser, shared by all journeys of a test process: take a fresh profile each."""
    with launched() as running:
        yield running
