"""The synthesized product, made once for all tests here, and the proof of permissions last."""

import fcntl
import hashlib
import json
from collections.abc import Callable, Sequence

import pytest

from infra.local.synthesis import digests
from infra.synthesized import Deployed, Synthesized, functions, synthesize

PROOF = "test_permissions.py"


@pytest.fixture(scope="session")
def prod(pytestconfig: pytest.Config) -> Synthesized:
    """What is deployed to production, checked by cdk-nag on the way."""
    return _made_once(pytestconfig, "prod", lambda: synthesize(nag=True, stage="prod"))


@pytest.fixture(scope="session")
def local(pytestconfig: pytest.Config) -> Synthesized:
    """What `crm up` deploys on a laptop."""
    context = {"clock_file": "/tmp/crm-clock", "public_base_url": "http://127.0.0.1"}
    return _made_once(pytestconfig, "local", lambda: synthesize(local="true", **context))


def _made_once(config: pytest.Config, name: str, make: Callable[[], Synthesized]) -> Synthesized:
    """Templates take ten seconds to make: one of the test processes makes them, and the next run
    makes them again when anything they are made from has changed."""
    assert config.cache
    folder = config.cache.mkdir("synthesized")
    inputs = json.dumps(digests(config.rootpath), sort_keys=True).encode()
    kept = folder / f"{name}-{hashlib.sha256(inputs).hexdigest()[:16]}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in folder.glob(f"{name}-*.json"):
                old.unlink()
            kept.write_text(json.dumps(make().templates))
    return Synthesized(json.loads(kept.read_text()))


@pytest.fixture(scope="session")
def deployed(prod: Synthesized) -> Sequence[Deployed]:
    """The functions of production."""
    return functions(prod)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The proof of permissions reads what every other test recorded."""
    items.sort(key=lambda item: item.path.name == PROOF)
