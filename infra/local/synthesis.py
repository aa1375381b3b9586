"""Making the templates: the CDK app runs only when something it reads has changed."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .home import Home, tools_environment
from .restaging import restage
from .trouble import Trouble

_INPUTS: Final = ("infra", "functions", "shared", "cdk.json", "pyproject.toml", "requirements.lock")
_IGNORED: Final = ("__pycache__", "node_modules", "cdk.out")
_DIGEST: Final = "inputs.json"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file or folder the templates refer to in the assets bucket."""

    path: Path
    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    template: str
    assets: tuple[Asset, ...]


def synthesize(home: Home, context: Mapping[str, str]) -> bool:
    """Bring `home.assembly` up to date; returns whether the CDK app had to run.

    Raises `Trouble` with the app's own words when it fails.
    """
    inputs = digests(home.root) | {"context": json.dumps(context, sort_keys=True)}
    made = home.assembly / _DIGEST
    known = json.loads(made.read_text()) if made.exists() else {}
    if known == inputs:
        return False
    changed = {path for path in inputs | known if inputs.get(path) != known.get(path)}
    if not known or not restage(home, changed):
        _run(home, context)
    made.write_text(json.dumps(inputs))
    return True


def _run(home: Home, context: Mapping[str, str]) -> None:
    shutil.rmtree(home.assembly, ignore_errors=True)
    tools = tools_environment()
    if shutil.which("node", path=tools["PATH"]) is None:
        raise Trouble("Node, which CDK runs on, is missing.", "Run: make .venv")
    environment = tools | {
        "CDK_OUTDIR": str(home.assembly),
        "CDK_CONTEXT_JSON": json.dumps(dict(context)),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        # Half of the time goes into comparing templates with CloudFormation's rules, and every
        # argument with its type: that is for deployments to AWS, and for the tests.
        "CDK_VALIDATION": "false",
    }
    done = subprocess.run(
        [sys.executable, "-O", "-m", "infra.app"],
        cwd=home.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (home.assembly / "manifest.json").exists():
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise Trouble(f"The CDK app does not synthesize:\n{said}", "Correct it, then: crm up")


def digests(root: Path) -> dict[str, str]:
    """A digest of each file that the templates are made from."""
    found: dict[str, str] = {}
    for file in _files(root):
        name = str(file.relative_to(root))
        if not name.startswith("infra/local/"):
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _files(root: Path) -> Iterator[Path]:
    for name in _INPUTS:
        start = root / name
        if start.is_file():
            yield start
        for file in sorted(start.rglob("*")) if start.is_dir() else ():
            if file.is_file() and not any(part in _IGNORED for part in file.parts):
                yield file


def stacks(home: Home) -> list[Stack]:
    """The stacks of the assembly, each after those it depends on."""
    artifacts = json.loads((home.assembly / "manifest.json").read_text())["artifacts"]
    found = {
        name: artifact
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ordered: list[str] = []

    def visit(name: str) -> None:
        for needed in found[name].get("dependencies", ()):
            if needed in found and needed not in ordered:
                visit(needed)
        if name not in ordered:
            ordered.append(name)

    for name in found:
        visit(name)
    return [_stack(home.assembly, name, found[name]) for name in ordered]


def _stack(assembly: Path, name: str, artifact: Mapping[str, Any]) -> Stack:
    properties = artifact["properties"]
    template = (assembly / properties["templateFile"]).read_text()
    manifest = assembly / f"{name}.assets.json"
    files = json.loads(manifest.read_text())["files"] if manifest.exists() else {}
    assets = [
        Asset(
            assembly / entry["source"]["path"],
            destination["bucketName"],
            destination["objectKey"],
        )
        for entry in files.values()
        for destination in entry["destinations"].values()
        if not entry["source"]["path"].endswith(".template.json")
    ]
    return Stack(properties.get("stackName", name), template, tuple(assets))
