"""What is shipped: one folder per function, and two layers (`shared`, dependencies)."""

import hashlib
import shutil
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

from shared.pages.rendering import compile_frame

ROOT: Final = Path(__file__).resolve().parents[2]
FUNCTIONS: Final = ROOT / "functions"
BUILD: Final = ROOT / ".crm" / "build"
_COMPILED: Final = ("__pycache__", "*.pyc")


def function_code(name: str) -> lambda_.Code:
    """`functions/` with nothing but the folder `name`, so that it is a package of that name.

    Raises `FileNotFoundError` when the folder has no handler.
    """
    if not (FUNCTIONS / name / "handler.py").is_file():
        raise FileNotFoundError(f"functions/{name}/handler.py does not exist")
    return lambda_.Code.from_asset(
        str(FUNCTIONS),
        exclude=["/*", f"!/{name}", *_COMPILED],
        ignore_mode=IgnoreMode.GIT,
    )


def shared_code() -> lambda_.Code:
    """The layer of our own code: `python/shared/…`, the frames of pages compiled in it."""
    return lambda_.Code.from_asset(str(_shared_layer()))


@cache
def _shared_layer() -> Path:
    # Once for all stacks: reading it takes longer than anything else about one of them.
    sources = sorted(
        path
        for path in (ROOT / "shared").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    content = hashlib.sha256(version("jinja2").encode())
    for path in sources:
        content.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return _layer(f"shared-{content.hexdigest()[:16]}", sources)


def empty_code() -> lambda_.Code:
    """A layer of nothing: locally the dependencies are those of this environment, and wheels
    for another processor must not come before them."""
    folder = BUILD / "empty-layer" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("The dependencies of this machine are used.\n")
    return lambda_.Code.from_asset(str(folder.parent))


def _layer(name: str, sources: list[Path]) -> Path:
    """`sources` below `python/`; made aside and renamed, as tests synthesize in parallel."""
    made = BUILD / name
    if made.exists():
        return made
    BUILD.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=BUILD))
    for path in sources:
        target = aside / "python" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for page in aside.glob("python/shared/*/templates/page.html"):
        compile_frame(page.parent)
    try:
        aside.rename(made)
    except OSError:  # somebody else was first
        shutil.rmtree(aside)
    return made
