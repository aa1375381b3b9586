"""Every place where something may be kept of people is exported and erased, or says why not.

The key documents of the repositories (their docstrings) are compared with what the stores of
personal data cover; `tests/infra/test_personal_data.py` does the same with what is deployed.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.customers.privacy.registry import Keys, Objects

ROOT: Final = Path(__file__).resolve().parents[2]
AREAS: Final = sorted(path.parent.name for path in (ROOT / "shared").glob("*/personal_data.py"))
COMPOSING: Final = ("privacy_admin", "privacy_plan", "privacy_work")
"""Functions that put the areas' stores together."""

STAFF_ONLY: Final = {
    "directory": "who works here: employees are no customers, and their records are the employer's",
}
"""Tables that hold nothing of customers, and why."""

SHARED_MODULES: Final = {
    "shared.platform.configuration": ("sales", "customers", "marketing", "support"),
    "shared.platform.idempotency": ("sales", "customers", "support"),
    "shared.platform.rates": ("sales", "support"),
    "shared.platform.tries": ("directory", "customers"),
}
"""Modules of the platform that keep something, and the tables of the areas that have them do."""

_DOCUMENT: Final = re.compile(r"^\|.*\| pk \| sk \|\n\|[-|]+\|\n(?P<rows>(?:\|.*\|\n?)+)", re.M)
_TABLE_NAMED: Final = re.compile(r"\(table `(\w+)`\)")
_TEXT: Final = re.compile(r"`([^`]+)`")


def areas() -> Iterator[Any]:
    for area in AREAS:
        yield importlib.import_module(f"shared.{area}.personal_data")


STORES: Final = [store for area in areas() for store in area.STORES]
COVERED: Final = [one for store in STORES for one in store.covers]
NOT_PERSONAL: Final = [one for area in areas() for one in area.NOT_PERSONAL]


def documented() -> list[Any]:
    """(table, pk, sk) of every row of a key document; keys as far as they are fixed."""
    found = []
    for path in sorted((ROOT / "shared").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        text = ast.get_docstring(ast.parse(path.read_text())) or ""
        named = _TABLE_NAMED.search(text)
        own = (named[1] if named else path.relative_to(ROOT).parts[1],)
        for document in _DOCUMENT.finditer(text):
            for row in document["rows"].splitlines():
                *_, pks, sks = row.strip("|").split(" | ")
                found += [
                    pytest.param(table, fixed(pk), fixed(sk), id=f"{module}: {table} {pk} {sk}")
                    for table in SHARED_MODULES.get(module, own)
                    for pk in _TEXT.findall(pks)
                    for sk in _TEXT.findall(sks.partition(" with ")[0])
                ]
    return found


def fixed(key: str) -> str:
    """How a key begins, whatever it is about."""
    return re.split(r"[<…]", key, maxsplit=1)[0]


def holds(one: Keys | Objects, table: str, pk: str, sk: str) -> bool:
    """Whether all keys that begin so are among those that `one` names."""
    return (
        isinstance(one, Keys)
        and one.table == table
        and pk.startswith(one.pk)
        and sk.startswith(one.sk)
    )


INDEXES: Final = ("WORK#", "TIMER#")
"""Beginnings of index keys: what is found there is an item with keys of its own."""


@pytest.mark.parametrize(("table", "pk", "sk"), documented())
def test_what_a_key_document_names_is_a_store_s_or_not_personal(
    table: str, pk: str, sk: str
) -> None:
    known = [*COVERED, *NOT_PERSONAL]

    assert (
        table in STAFF_ONLY
        or pk.startswith(INDEXES)
        or any(holds(one, table, pk, sk) for one in known)
    ), f"register {pk} {sk} of {table} in a personal_data.py, or say why it is not personal"


def test_key_documents_are_read() -> None:
    # A table of another shape would be passed over without a word.
    places = {(one.values[0], one.values[1]) for one in documented()}
    assert {
        ("sales", "LEAD#"),
        ("sales", "QUARANTINE"),
        ("customers", "CONTACT#"),
        ("customers", "SUBJECT#"),
        ("customers", "PRIVACY#"),
        ("directory", "AUDIT"),
    } <= places


def test_nothing_is_both_personal_and_not() -> None:
    twice = [
        one
        for one in NOT_PERSONAL
        if isinstance(one, Keys)
        and any(holds(other, one.table, one.pk, one.sk) for other in COVERED)
    ]

    assert twice == []


def test_what_is_not_personal_says_why() -> None:
    reasons = [reason for area in areas() for reason in area.NOT_PERSONAL.values()]

    assert all(len(reason) > 10 for reason in reasons)


def test_stores_have_names_of_their_own() -> None:
    names = [store.name for store in STORES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("function", COMPOSING)
def test_the_functions_know_the_stores_of_all_areas(function: str) -> None:
    handler = importlib.import_module(f"functions.{function}.handler")

    assert [*handler.STORES] == STORES
