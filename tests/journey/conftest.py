"""Journeys run on the product as `crm up` deploys it, in a stack of their own."""

from collections.abc import Iterator

import pytest

from .stack import Stack, chosen_folder, shared_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stack]:
    """A running stack with the sample company, shared by all journeys of the run: use addresses
    and names of your own, and `stack.restart()` only where the test is about that."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "stack"
    with shared_stack(chosen_folder(folder)) as running:
        yield running
