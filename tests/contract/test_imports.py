"""Who may import whom (design, "Imports"), and that importing anything is free of side effects."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = sorted(
    path for part in ("functions", "shared", "infra") for path in (ROOT / part).rglob("*.py")
)
FUNCTIONS: Final = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
AWS: Final = ("boto3", "botocore", "aws_lambda_powertools")
SHARED_GROUND: Final = ("kernel", "platform", "customers", "directory", "pages")
"""What every area may import: customers and directory hold what areas have in common, pages what
their pages have."""

RULES: Final = ("rules", "model", "states", "limits", "matching", "ledger", "rotation")
"""Names of modules that decide: pure functions and data."""

NEVER_IMPORTED: Final = {
    "*": ("moto", "aws_cdk", "jinja2.debug", "pydantic.networks", "dns"),
    "lead_capture": (
        "shared.console",
        "shared.pages",
        "phonenumbers",
        "jinja2",
        "email_validator",
        "ulid",
        "python_multipart",
    ),
    "behaviour_capture": ("phonenumbers", "jinja2", "email_validator", "ulid"),
    "contact_admin": ("phonenumbers", "jinja2", "email_validator", "ulid"),
    "account_admin": ("phonenumbers", "jinja2", "email_validator", "ulid"),
    "scoring_update": ("aws_lambda_powertools.event_handler", "phonenumbers", "jinja2"),
    "lead_assign": ("aws_lambda_powertools.event_handler", "phonenumbers", "jinja2"),
    "event_relay": ("aws_lambda_powertools.event_handler", "phonenumbers", "jinja2", "ulid"),
    "timer_dispatch": ("aws_lambda_powertools.event_handler", "phonenumbers", "jinja2", "ulid"),
    "timer_deliver": ("aws_lambda_powertools.event_handler", "phonenumbers", "jinja2", "ulid"),
}
"""Costly modules a cold start must not pay for; some are imported where they are first needed."""


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules a file imports, wherever in it, by their full names."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from shared.sales import events` imports the module `shared.sales.events`.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def area(module: str) -> str | None:
    """The area of a module of `shared`."""
    parts = module.split(".")
    return parts[1] if parts[0] == "shared" and len(parts) > 1 else None


def places(part: str) -> list[tuple[Path, str]]:
    """(file, imported module) for the files below a folder."""
    return [
        (path.relative_to(ROOT), module)
        for path in SOURCES
        if path.is_relative_to(ROOT / part)
        for module in imports(path)
    ]


def test_functions_import_neither_each_other_nor_infra_nor_boto3() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("functions")
        if module.split(".")[0] in ("boto3", "botocore", "infra", "tests")
        or (module.startswith("functions.") and module.split(".")[1] != path.parts[1])
    ]

    assert wrong == []


def test_shared_imports_neither_functions_nor_infra() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("shared")
        if module.split(".")[0] in ("functions", "infra", "tests", "moto")
    ]

    assert wrong == []


def test_only_infra_imports_the_cdk() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in [*places("shared"), *places("functions")]
        if module.split(".")[0] in ("aws_cdk", "constructs", "cdk_nag")
    ]

    assert wrong == []


def test_the_kernel_imports_nothing_of_ours_and_no_aws() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("shared/kernel")
        if module.split(".")[0] in AWS or (area(module) or "kernel") != "kernel"
    ]

    assert wrong == []


def test_the_platform_is_the_only_home_of_boto3_and_imports_no_area() -> None:
    outside = [
        f"{path} imports {module}"
        for path, module in places("shared")
        if module.split(".")[0] in ("boto3", "botocore") and path.parts[1] != "platform"
    ]
    inside = [
        f"{path} imports {module}"
        for path, module in places("shared/platform")
        if area(module) not in (None, "kernel", "platform")
    ]

    assert outside == []
    assert inside == []


def test_what_pages_share_knows_neither_staff_nor_customers() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("shared/pages")
        if area(module) not in (None, "kernel", "platform", "pages")
    ]

    assert wrong == []


def test_an_area_imports_of_another_only_its_events() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("shared")
        if path.parts[1] not in ("kernel", "platform")
        and area(module) not in (None, path.parts[1], *SHARED_GROUND)
        and module.split(".")[2:3] != ["events"]
    ]

    assert wrong == []


def test_rules_and_models_import_no_aws_and_no_clock() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, module in places("shared")
        if path.stem in RULES
        and path.parts[1] != "platform"
        and (module.split(".")[0] in AWS or area(module) == "platform")
        and not module.startswith(("shared.platform.requests", "shared.platform.auth"))
    ]

    assert wrong == []


COMMON: Final = (
    "aws_lambda_powertools.logging",
    "pydantic",
    "shared.directory.repository",
    "shared.platform.tables",
    "ssl",
    "zoneinfo",
)
"""What most functions import, and all may: brought in once, so that a hundred need not."""

_LOOK: Final = """
import importlib, json, os, socket, sys
def refuse(*_, **__): raise OSError("no network while importing")
socket.socket.connect = socket.getaddrinfo = refuse
common, asked = json.loads(sys.argv[1])
for name in common: importlib.import_module(name)
for names in asked:
    if child := os.fork():
        if os.waitpid(child, 0)[1]: sys.exit(f"{names} cannot be imported")
        continue
    for name in names: importlib.import_module(name)
    print(json.dumps(sorted(sys.modules)), flush=True)
    sys.exit()
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """What a process without environment or network has loaded after importing each function."""
    found = _loaded([[f"functions.{name}.handler"] for name in FUNCTIONS], COMMON)
    return dict(zip(FUNCTIONS, found, strict=True))


def _loaded(asked: Sequence[Sequence[str]], common: Sequence[str] = ()) -> list[list[str]]:
    """What a process has loaded that imports these modules, for each of several processes."""
    # Nothing of this process's environment: no credentials, no region, no settings.
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, json.dumps([common, asked])],
        env=env,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_importing_every_shared_module_needs_neither_network_nor_environment() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in SOURCES
        if path.is_relative_to(ROOT / "shared") and path.stem != "__init__"
    ]

    (found,) = _loaded([names])
    assert set(names) <= set(found)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_can_be_imported_anywhere_and_loads_nothing_costly_it_may_not_need(
    function: str, loaded: dict[str, list[str]]
) -> None:
    unwanted = {*NEVER_IMPORTED["*"], *NEVER_IMPORTED.get(function, ())}

    assert unwanted & set(loaded[function]) == set()
