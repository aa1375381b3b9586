"""The synthesized product, made once for all tests here, and the proof of permissions last."""

from collections.abc import Sequence

import pytest

from infra.synthesized import Deployed, Synthesized, functions, synthesize

PROOF = "test_permissions.py"


@pytest.fixture(scope="session")
def prod() -> Synthesized:
    """What is deployed to production, checked by cdk-nag on the way."""
    return synthesize(nag=True, stage="prod")


@pytest.fixture(scope="session")
def local() -> Synthesized:
    """What `crm up` deploys on a laptop."""
    return synthesize(local="true", clock_file="/tmp/crm-clock", public_base_url="http://127.0.0.1")


@pytest.fixture(scope="session")
def deployed(prod: Synthesized) -> Sequence[Deployed]:
    """The functions of production."""
    return functions(prod)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The proof of permissions reads what every other test recorded."""
    items.sort(key=lambda item: item.path.name == PROOF)
