"""What is shipped to AWS beside the functions."""

import re
from pathlib import Path

import pytest

from infra.constructs.code import ROOT, shared_code
from infra.layer import AWS_SERVICES, build, closure, size
from shared.pages.rendering import COMPILED

LIMIT_BYTES = 40_000_000
"""Lambda takes 250 MB; what is larger than this starts noticeably later."""

ELF_MACHINE_AARCH64 = 0xB7


@pytest.fixture(scope="module")
def layer() -> Path:
    """The built layer (from the registry the first time)."""
    return build() / "python"


def test_the_layer_is_small(layer: Path) -> None:
    print(f"{size(layer) / 1e6:.1f} MB")

    assert size(layer) < LIMIT_BYTES


def test_compiled_modules_are_for_lambda_s_processor_and_python(layer: Path) -> None:
    modules = list(layer.rglob("*.so"))

    assert modules
    for module in modules:
        assert int.from_bytes(module.read_bytes()[18:20], "little") == ELF_MACHINE_AARCH64
        # Those of the stable interface load in any Python 3 from the one they name.
        assert "cpython-313" in module.name or module.name.endswith(".abi3.so")


def test_the_layer_holds_what_functions_import_and_nothing_to_deploy_with(layer: Path) -> None:
    names = {path.name for path in layer.iterdir()}

    assert {"boto3", "pydantic", "aws_lambda_powertools", "phonenumbers", "holidays"} <= names
    assert not {"aws_cdk", "moto", "pytest", "typer", "bin"} & names


def test_every_version_is_pinned_with_its_hashes() -> None:
    for block in closure():
        assert re.match(r"^[\w.-]+==\S+", block), block
        assert "--hash=sha256:" in block


def test_every_service_the_code_calls_is_described_in_the_layer(layer: Path) -> None:
    called = {
        name
        for path in (ROOT / "shared").rglob("*.py")
        for name in re.findall(r"""client\(["']([\w-]+)["']\)""", path.read_text())
    }

    assert called
    assert called <= AWS_SERVICES
    for service in AWS_SERVICES:
        assert list((layer / "botocore" / "data" / service).glob("*/service-2.json*")), service


@pytest.fixture
def newest() -> Path:
    """Our own layer as it was last made."""
    shared_code()
    return max((ROOT / ".crm" / "build").glob("shared-*"), key=lambda path: path.stat().st_mtime)


def test_frames_of_pages_are_compiled(newest: Path) -> None:
    for frame in ("console", "portal"):
        assert list((newest / "python" / "shared" / frame / COMPILED).glob("tmpl_*.py"))


def test_our_own_layer_has_no_compiled_leftovers(newest: Path) -> None:
    assert (newest / "python" / "shared" / "platform" / "settings.py").exists()
    assert not list(newest.rglob("__pycache__"))
