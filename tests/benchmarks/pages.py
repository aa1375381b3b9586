"""Every page of the console: what it asks of AWS, and its CPU beside rendering its template alone.

Both are measured in turns in one run, against recorded answers, like the other operations.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from shared.console.session import STAFF
from shared.pages import rendering
from shared.pages import request as entry
from shared.platform import clock
from shared.platform.codec import encode
from shared.platform.connections import Answer
from shared.sales.tables import SALES
from tests import cloud
from tests.aws_calls import Call, Send, intercepted
from tests.benchmarks.cold import answering
from tests.benchmarks.cpu import ROUNDS, WARM_UP, Cpu, bare_calls, milliseconds, summary
from tests.benchmarks.world import cold_and_warm, nothing_printed, world
from tests.builders import lead_item
from tests.calls import context, handler, invoke, request
from tests.operations import Operation, seeded
from tests.page_routes import Place, places
from tests.signing_in import pool
from tests.staffing import employed

MOST_CALLS: Final = 3
"""Of DynamoDB by a page, the one for who is asking included."""

BUDGET: Final = 3.0
"""How many times the rendering alone a page may cost."""

LEADS: Final = 60
PEOPLE: Final = 12


@dataclass(frozen=True)
class PageCost:
    """CPU of one page, of its template alone, and of boto3 alone making the same calls."""

    cpu: Cpu
    template: Cpu
    calls: Cpu

    @property
    def ratio(self) -> float:
        """How many times the rendering alone."""
        return self.cpu.median_ms / self.template.median_ms

    @property
    def over_both(self) -> float:
        """How many times the rendering and the bare calls together."""
        return self.cpu.median_ms / (self.template.median_ms + self.calls.median_ms)


def pages() -> list[Place]:
    """The pages whose address names no single thing."""
    return [one for one in places() if one.method == "GET" and "{" not in one.path]


def company() -> None:
    """People and leads to fill pages with."""
    known = {**pool(), "Username": "somebody"}
    cloud.client("cognito-idp").admin_create_user(**known, MessageAction="SUPPRESS")
    seeded()
    for number in range(PEOPLE):
        employed(f"colleague-{number}", ["rep"])
    for number in range(LEADS):
        item = encode(lead_item(1_000 + number))
        cloud.client("dynamodb").put_item(TableName=cloud.table_name(SALES), Item=item)


def asked(place: Place) -> dict[str, Any]:
    """A request for a page by the least of those who see it."""
    employed("somebody", [place.roles[0] if place.roles else "sales_manager"])
    cookie = STAFF.begin("somebody", clock.now()).partition(";")[0]
    headers = {"cookie": cookie, "accept": "text/html", "accept-encoding": "gzip"}
    return request("GET", place.path, headers=headers)


def page_operation(place: Place) -> Operation:
    """Asking for a page of the company."""

    def arrange() -> dict[str, Any]:
        company()
        return asked(place)

    return Operation(f"page {place.path}", place.function, arrange)


def page_calls() -> dict[str, list[str]]:
    """What every page asks of DynamoDB in a warm process, by its address."""
    with world():
        company()
        return {one.path: calls for one in pages() if (calls := _calls(one)) is not None}


def _calls(place: Place) -> list[str] | None:
    found: list[str] = []

    def noted(call: Call, send: Send) -> Answer:
        found.append(call.name)
        return send()

    payload = asked(place)
    invoke(place.function, payload)
    with intercepted(noted):
        answer = invoke(place.function, payload)
    # A file, or what needs a parameter, or is of the sample company only, is no page here.
    kind = answer["headers"].get("content-type", "")
    shown = answer["statusCode"] == 200 and kind.startswith("text/html")
    return [name for name in found if name.startswith("dynamodb.")] if shown else None


def page_cost(place: Place, rounds: int = ROUNDS) -> PageCost:
    """What a page costs."""
    with world() as time_there:
        payload, cold, warm = cold_and_warm(page_operation(place))
        env = {name: value for name, value in os.environ.items() if name.startswith("CRM_")}
    handle, lambda_context = handler(place.function), context(place.function)
    with (
        answering(warm, once=cold) as there,
        patch.dict(os.environ, {**cloud.CREDENTIALS, **env, **there}),
        patch.object(clock, "now", time_there),
        nothing_printed(),
    ):
        cloud.forget(session=True)
        rendered = _rendered(lambda: handle(payload, lambda_context))
        bare = bare_calls(warm)
        taken: list[tuple[float, float, float]] = []
        for _ in range(WARM_UP + rounds):
            ours = milliseconds(lambda: handle(payload, lambda_context))
            alone = milliseconds(lambda: [rendering.render(*one) for one in rendered])
            taken.append((ours, alone, milliseconds(bare)))
        cloud.forget(session=True)
    return PageCost(*(summary(kind) for kind in zip(*taken[WARM_UP:], strict=True)))


def _rendered(do: Callable[[], Any]) -> list[Any]:
    """What is rendered meanwhile: (templates, template, context)."""
    found: list[Any] = []

    def noting(*given: Any) -> str:
        found.append(given)
        return rendering.render(*given)

    with patch.object(entry, "render", noting):
        do()
    return found
