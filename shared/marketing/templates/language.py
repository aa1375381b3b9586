"""Jinja2 as templates may use it: what ends soon, tells nothing that is not the person's, and
calls nothing.

Allowed are merge fields, a list of filters, conditions and one loop over a field with several
values. There are no calls, assignments, macros, multiplications or filters that make text grow, so
a message is never longer than its source and its values, nor takes longer than to write that down.
The sandbox stands behind that for what was overlooked.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .merge_fields import CUSTOM, NAMES

FILTERS: Final = frozenset(
    {"default", "d", "upper", "lower", "title", "capitalize", "trim", "escape", "e", "join"}
    | {"length", "first", "last", "round", "truncate"}
)
TESTS: Final = frozenset({"defined", "undefined", "none", "equalto", "eq", "ne", "in"})

MAX_NODES: Final = 2_000
_LONGEST_CONSTANT: Final = 1_000

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Getattr,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Test,
    nodes.Concat,
    nodes.Keyword,
)


class NotAllowed(Exception):
    """A template says what it may not. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class MissingValue(Exception):
    """Somebody lacks a value that has no default; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Missing(Undefined):
    """Stands for what is not known of a person: it may be asked for (`or`, `if`, `default`), and
    not be said."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise MissingValue(str(self._undefined_name))

    __str__ = __html__ = __iter__ = __len__ = _refuse


def paths_in(source: str) -> set[str]:
    """The merge fields of a template, such as `first_name` and `custom.size`.

    Raises `NotAllowed` for whatever a template may not say.
    """
    try:
        tree = _environment(False).parse(source)
        return _checked(tree)
    except TemplateSyntaxError as error:
        raise NotAllowed("syntax", f"Line {error.lineno}: {error.message}") from None
    except RecursionError:
        raise NotAllowed("too_deep", "Too much within each other") from None


@lru_cache(maxsize=64)
def compiled(source: str, html: bool, tidy: bool = True) -> Compiled:
    """The template, ready to be filled in. `html` escapes what is filled in; `tidy` takes away the
    line that a condition or loop stands on."""
    return _environment(html, tidy).from_string(source)


@lru_cache(maxsize=3)
def _environment(html: bool, tidy: bool = True) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=_Missing, trim_blocks=tidy, lstrip_blocks=tidy, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def _checked(tree: nodes.Template) -> set[str]:
    found: set[str] = set()
    for number, (node, local) in enumerate(_walk(tree, frozenset())):
        if number > MAX_NODES:
            raise NotAllowed("too_complex", "Too many fields and conditions")
        if not isinstance(node, _ALLOWED):
            raise NotAllowed(
                "not_allowed", f"Line {node.lineno}: this is not possible in templates"
            )
        for kind, known in ((nodes.Filter, FILTERS), (nodes.Test, TESTS)):
            if isinstance(node, kind) and node.name not in known:
                raise NotAllowed("not_allowed", f"Line {node.lineno}: there is no {node.name} here")
        if isinstance(node, nodes.Const) and len(str(node.value)) > _LONGEST_CONSTANT:
            raise NotAllowed("not_allowed", f"Line {node.lineno}: this is too long")
        if isinstance(node, nodes.Name) and node.name not in local:
            if node.name not in NAMES:
                raise NotAllowed("unknown_variable", f"There is no field {node.name}")
            if node.name != CUSTOM:
                found.add(node.name)
        if isinstance(node, nodes.Getattr):
            inner = node.node
            if not (isinstance(inner, nodes.Name) and inner.name == CUSTOM):
                raise NotAllowed(
                    "not_allowed", f"Line {node.lineno}: only custom.<field> has parts"
                )
            found.add(f"{CUSTOM}.{node.attr}")
    return found


def _walk(node: nodes.Node, local: frozenset[str]) -> Iterator[tuple[nodes.Node, frozenset[str]]]:
    """Every node below one, with the names of the loop it is in."""
    yield node, local
    if isinstance(node, nodes.For):
        target, over = node.target, node.iter
        if local or node.recursive or node.test or not isinstance(target, nodes.Name):
            raise NotAllowed("not_allowed", f"Line {node.lineno}: loops are simple, one at a time")
        if not isinstance(over, nodes.Getattr):
            raise NotAllowed("not_allowed", f"Line {node.lineno}: loops go through custom.<field>")
        yield from _walk(over, local)
        for one in (*node.body, *node.else_):
            yield from _walk(one, frozenset([target.name]))
        return
    bare = _bare(node)
    for child in node.iter_child_nodes():
        if bare and isinstance(child, nodes.Name) and child.name == CUSTOM:
            raise NotAllowed("not_allowed", f"Line {child.lineno}: say which custom field")
        yield from _walk(child, local)


def _bare(node: nodes.Node) -> bool:
    return not isinstance(node, nodes.Getattr)
