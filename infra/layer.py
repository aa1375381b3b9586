"""The dependency layer for AWS, built without Docker: wheels for Lambda's processor and Python.

What goes in is the closure of `project.dependencies` at the versions and hashes of
`requirements.lock`; what no function can use is taken out (see `decisions.md` for the sizes).
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from compileall import compile_dir
from importlib import metadata
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

from aws_cdk import aws_lambda as lambda_
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.constructs.code import BUILD, ROOT, empty_code
from infra.stages import Stage

PLATFORM: Final = "aarch64-manylinux2014"
PYTHON: Final = "3.13"
TARGET: Final = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.0",
    "sys_platform": "linux",
    "platform_machine": "aarch64",
    "platform_system": "Linux",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}

AWS_SERVICES: Final = frozenset(
    {"cognito-idp", "dynamodb", "events", "lambda", "s3", "secretsmanager", "sns", "sqs", "sts"}
)
"""botocore describes 400 services in 25 MB; these are the ones the functions call."""

UNUSED: Final = (
    "**/tests",
    "**/__pycache__",
    "bin",
    "phonenumbers/geodata",  # where a number is, not whether it is one
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "botocore/data/*/*/examples-1.json",
)


def dependency_code(stage: Stage) -> lambda_.Code:
    """The layer of third-party packages; locally nothing, as this machine's are used."""
    return empty_code() if stage.local else lambda_.Code.from_asset(str(build()))


def build() -> Path:
    """The folder of the layer, built once per content of the lock file (needs a registry)."""
    pins = closure()
    recipe = "\n".join(pins).encode() + Path(__file__).read_bytes() + sys.version[:4].encode()
    made = BUILD / f"dependencies-{hashlib.sha256(recipe).hexdigest()[:16]}"
    if not made.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=BUILD))
        _install(pins, aside / "python")
        _strip(aside / "python")
        _compile(aside / "python")
        try:
            aside.rename(made)
        except OSError:  # somebody else was first
            shutil.rmtree(aside)
        print(f"Dependency layer: {size(made) / 1e6:.1f} MB unzipped", file=sys.stderr)
    return made


def size(folder: Path) -> int:
    """Bytes of all files below `folder`. Lambda takes 250 MB with the function itself."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def closure() -> list[str]:
    """The blocks of the lock file for what the functions import, directly or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            extras = [{**TARGET, "extra": extra} for extra in ("", *wanted.extras)]
            if needed.marker is None or any(needed.marker.evaluate(e) for e in extras):
                waiting.append(needed)
    blocks = _locked_blocks()
    return [blocks[name] for name in sorted(found)]


def _locked_blocks() -> dict[str, str]:
    lock = (ROOT / "requirements.lock").read_text()
    blocks = re.findall(r"^[a-zA-Z0-9][^\n]*(?:\n[ ]+--hash[^\n]*)+", lock, re.MULTILINE)
    return {canonicalize_name(re.split(r"[=\[ ]", block, maxsplit=1)[0]): block for block in blocks}


def _install(pins: list[str], target: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(pins) + "\n")
        requirements.flush()
        platform = ("--python-platform", PLATFORM, "--python-version", PYTHON)
        exact = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet")
        install = (_uv(), "pip", "install", "--target", str(target))
        subprocess.run([*install, *platform, *exact, "-r", requirements.name], check=True)


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else "uv"


def _strip(target: Path) -> None:
    unused = [path for pattern in UNUSED for path in target.glob(pattern)]
    services = target / "botocore" / "data"
    unused += [path for path in services.iterdir() if path.is_dir() and not _used(path)]
    for path in unused:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _used(service: Path) -> bool:
    return service.name in AWS_SERVICES


def _compile(target: Path) -> None:
    """Lambda cannot store compiled modules, so without these every cold start compiles again.
    Only Lambda's own version of Python can make them."""
    if "{}.{}".format(*sys.version_info) == PYTHON:
        compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
