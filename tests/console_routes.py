"""Every page there is, as the handlers register them."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Place:
    """A page or the target of a form: its function, roles and whether everybody may go there."""

    function: str
    method: str
    path: str
    roles: tuple[str, ...]
    public: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def places() -> Iterator[Place]:
    """Everything the handlers of pages register."""
    for handler in sorted((ROOT / "functions").glob("console_*/handler.py")):
        module = importlib.import_module(f"functions.{handler.parent.name}.handler")
        for call in ast.walk(ast.parse(handler.read_text())):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func) in ("console.get", "console.post"):
                args = f"(lambda *roles, public=False: (roles, public))({_arguments(call)})"
                (path, *roles), public = eval(args, vars(module))
                method = ast.unparse(call.func).rpartition(".")[2].upper()
                yield Place(handler.parent.name, method, path, tuple(roles), public)


def _arguments(call: ast.Call) -> str:
    return ", ".join(map(ast.unparse, [*call.args])) + "".join(
        f", {one.arg}={ast.unparse(one.value)}" for one in call.keywords
    )
