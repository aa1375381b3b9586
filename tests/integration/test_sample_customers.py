"""The sample company's customers are what the product takes, once."""

import json
from typing import Any

import pytest

from infra.local.seed.customers import plant
from tests.cloud import everything
from tests.customers import accounts, contacts, fields
from tests.faults.customers import check
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("ada", ["admin"])


class InMemory:
    """The API without a stack, asked as the seed asks it."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        noun, _, rest = path.removeprefix("/v1/").partition("/")
        ask = {"contacts": contacts, "accounts": accounts, "custom-fields": fields}[noun]
        answer = ask(method, f"/{rest}" if rest else "", by=ADMIN, body=body)
        self.statuses.append(answer.status)
        return answer.status, answer.json

    def read(self, path: str) -> Any:
        return self.call("GET", path)[1]

    def write(self, method: str, path: str, body: Any = None) -> Any:
        return self.call(method, path, body)[1]


def stored() -> list[str]:
    return sorted(json.dumps(item, default=str, sort_keys=True) for item in everything())


def test_the_sample_customers_are_planted_once() -> None:
    hire(person("asha"), person("bikash"), person("chandra"))
    api: Any = InMemory()

    plant(api)

    assert set(api.statuses) == {200, 201}
    before = stored()
    plant(api)
    assert stored() == before
    check(list(everything()))
