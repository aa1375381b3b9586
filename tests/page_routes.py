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


def places(frame: str = "console") -> Iterator[Place]:
    """Everything that handlers of the staff's pages register, or of the `portal`'s."""
    for handler in page_handlers(frame):
        module = importlib.import_module(f"functions.{handler.parent.name}.handler")
        for call in ast.walk(ast.parse(handler.read_text())):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func) in (f"{frame}.get", f"{frame}.post"):
                given = f"_given({_arguments(call)})"
                (path, *roles), public = eval(given, vars(module) | {"_given": _given})
                method = ast.unparse(call.func).rpartition(".")[2].upper()
                yield Place(handler.parent.name, method, path, tuple(roles), public)


def page_handlers(frame: str = "console") -> list[Path]:
    """The handlers of a frame's pages."""
    handlers = sorted((ROOT / "functions").glob(f"{frame}_*/handler.py"))
    return [one for one in handlers if f"{frame} = {frame.title()}(" in one.read_text()]


def _given(*roles: str, public: bool = False, **_: object) -> tuple[tuple[str, ...], bool]:
    return roles, public


def _arguments(call: ast.Call) -> str:
    return ", ".join(map(ast.unparse, [*call.args])) + "".join(
        f", {one.arg}={ast.unparse(one.value)}" for one in call.keywords
    )
