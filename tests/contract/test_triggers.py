"""Raw payloads of every trigger, for `crm invoke` and for whoever reads a handler."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.page_routes import places

ROOT = Path(__file__).resolve().parents[2]
TRIGGERS = ROOT / "events" / "triggers"
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
PAYLOADS = sorted(TRIGGERS.glob("*/*.json"))
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_payload_to_try_it_with(function: str) -> None:
    assert list((TRIGGERS / function).glob("*.json"))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_payload_is_for_a_function_there_is_and_a_route_it_answers(payload: Path) -> None:
    sent: dict[str, Any] = json.loads(payload.read_text())

    assert payload.parent.name in FUNCTIONS
    if "routeKey" in sent:
        handler = ROOT / "functions" / payload.parent.name / "handler.py"
        assert sent["routeKey"] in set(routes_in(handler))


def routes_in(handler: Path) -> Iterator[str]:
    """The route keys of a handler: those it registers with `@http.get("/…")` and its like;
    everything at and below the addresses of a `Console(templates, "/console/…")` or `Portal` are two,
    or one where there is nothing below."""
    tree = ast.parse(handler.read_text())
    prefixes = [prefix for node in ast.walk(tree) for prefix in _prefixes(node)]
    for prefix in prefixes:
        yield f"ANY {prefix}"
        if prefix not in alone():
            yield f"ANY {prefix}/{{proxy+}}"
    for route in _registered(tree):
        path = route.partition(" ")[2]
        if not any(f"{path}/".startswith(f"{one}/") for one in prefixes):
            yield route


@cache
def alone() -> frozenset[str]:
    """The pages with nothing below them: the gateway, which takes 300 routes, knows just them."""
    paths = {one.path for frame in ("console", "portal") for one in places(frame)}
    return frozenset(one for one in paths if not any(at.startswith(f"{one}/") for at in paths))


def _prefixes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Console", "Portal"):
        yield from (one.value for one in node.args if isinstance(one, ast.Constant))


def _registered(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for call in getattr(node, "decorator_list", ()):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in METHODS
                and isinstance(call.args[0], ast.Constant)
            ):
                yield f"{call.func.attr.upper()} {call.args[0].value}"
