"""Every page of the console: what it asks of AWS, and its CPU beside rendering its template alone.

Both are measured in turns in one run, against recorded answers, like the other operations.
"""

import gzip
import os
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from unittest.mock import patch

from jinja2 import Template

from shared.console.session import STAFF
from shared.platform import clock
from tests import cloud
from tests.benchmarks.cold import Cold, answering, started_cold
from tests.benchmarks.company import SOMEBODY, company
from tests.benchmarks.cpu import ROUNDS, WARM_UP, Cpu, bare_calls, milliseconds, summary
from tests.benchmarks.world import Exchange, cold_and_warm, nothing_printed, world
from tests.calls import context, handler, invoke, request
from tests.page_routes import Place, places
from tests.staffing import employed

MOST_CALLS: Final = 3
"""Of DynamoDB by a page, the one for who is asking included."""

BUDGET: Final = 3.0
"""How many times the rendering alone a page may cost."""

_FILE: Final = re.compile(r"/(file|errors|export|report\.csv|files/{file_id})$")


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


@dataclass(frozen=True)
class Recorded:
    """A page as somebody of the company asked for it: the request, and AWS's answers meanwhile.

    A part of a page is not `whole`: its template is a line or ten, and the calls it makes alone
    take longer than the budget.
    """

    place: Place
    payload: dict[str, Any]
    whole: bool
    cold: list[Exchange]
    warm: list[Exchange]
    env: dict[str, str]
    instant: datetime

    @property
    def calls(self) -> list[str]:
        """What it asks of DynamoDB in a warm process."""
        return [one.operation for one in self.warm if one.service == "dynamodb"]


def pages() -> list[Place]:
    """Every page there is, without files."""
    return [one for one in places() if one.method == "GET" and not _FILE.search(one.path)]


def recorded_pages(*, one_per_function: bool = False) -> list[Recorded]:
    """The pages that show something of the company, each asked for by the least who may."""
    found: list[Recorded] = []
    with world() as time_there:
        things = company(time_there)
        env = {name: value for name, value in os.environ.items() if name.startswith("CRM_")}
        for place in pages():
            if one_per_function and found and found[-1].place.function == place.function:
                continue
            if set(re.findall(r"{(\w+)}", place.path)) <= things.keys():
                payload = _asked(place, things)
                answer = invoke(place.function, payload)
                if _is_page(answer):
                    whole = "<html" in _text(answer)
                    cold, warm = cold_and_warm(place.function, payload)
                    found.append(Recorded(place, payload, whole, cold, warm, env, time_there()))
    return found


def _asked(place: Place, things: Mapping[str, str]) -> dict[str, Any]:
    role = place.roles[0] if place.roles else "sales_manager"
    employed(SOMEBODY, [role])
    cookie = STAFF.begin(SOMEBODY, clock.now()).partition(";")[0]
    headers = {"cookie": cookie, "accept": "text/html", "accept-encoding": "gzip"}
    return request("GET", place.path.format(**things), headers=headers)


def _is_page(answer: Mapping[str, Any]) -> bool:
    # A file, or what needs a parameter, or is of the sample company only, is no page here.
    kind = answer["headers"].get("content-type", "")
    return answer["statusCode"] == 200 and kind.startswith("text/html")


def _text(answer: Mapping[str, Any]) -> str:
    body: str = answer["body"]
    return gzip.decompress(b64decode(body)).decode() if answer.get("isBase64Encoded") else body


def page_cost(page: Recorded, rounds: int = ROUNDS) -> PageCost:
    """What a page costs."""
    function = page.place.function
    handle, lambda_context = handler(function), context(function)
    with (
        answering(page.warm, once=page.cold) as there,
        patch.dict(os.environ, {**cloud.CREDENTIALS, **page.env, **there}),
        patch.object(clock, "now", lambda: page.instant),
        nothing_printed(),
    ):
        cloud.forget(session=True)
        rendered = _rendered(lambda: handle(page.payload, lambda_context))
        bare = bare_calls(page.warm)
        taken: list[tuple[float, float, float]] = []
        warm_up = min(WARM_UP, rounds)
        for number in range(warm_up + rounds):
            # Turn about: whichever comes first after boto3's calls finds the processor's caches
            # full of those, and the other finds there what both have in common.
            if number % 2:
                ours = milliseconds(lambda: handle(page.payload, lambda_context))
                alone = milliseconds(lambda: [one() for one in rendered])
            else:
                alone = milliseconds(lambda: [one() for one in rendered])
                ours = milliseconds(lambda: handle(page.payload, lambda_context))
            taken.append((ours, alone, milliseconds(bare)))
        cloud.forget(session=True)
    return PageCost(*(summary(kind) for kind in zip(*taken[warm_up:], strict=True)))


def page_start(page: Recorded, runs: int) -> tuple[Cold, Cold]:
    """A cold start that begins with the page, and the bare handler's."""
    function = page.place.function
    return started_cold(function, page.payload, page.cold, page.env, page.instant, runs)


def _rendered(do: Callable[[], Any]) -> list[Callable[[], str]]:
    """What is rendered meanwhile, each to be rendered again."""
    found: list[Callable[[], str]] = []
    render = Template.render

    def noting(template: Template, *given: Any, **named: Any) -> str:
        found.append(partial(render, template, *given, **named))
        return render(template, *given, **named)

    with patch.object(Template, "render", noting):
        do()
    return found
