"""CPU of a warm invocation, beside boto3 alone making the same calls.

Against recorded answers of a server in another process, so that only the client's CPU counts.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from shared.platform import clock
from tests import cloud
from tests.benchmarks.cold import answering
from tests.benchmarks.world import Exchange, cold_and_warm, nothing_printed, world
from tests.calls import context, handler
from tests.operations.operation import Operation

WARM_UP: Final = 20
ROUNDS: Final = 200


Alone = Callable[[Sequence[Exchange]], Callable[[], None]]


@dataclass(frozen=True)
class Cpu:
    """Milliseconds of CPU of one warm invocation."""

    min_ms: float
    median_ms: float


def warm_cpu(
    operation: Operation, rounds: int = ROUNDS, alone: Alone | None = None
) -> tuple[Cpu, Cpu]:
    """A function's CPU and that of boto3 alone making the same calls, measured in turns; or of
    what `alone` makes of those calls."""
    with world() as time_there:
        payload = operation.arrange()
        cold, warm = cold_and_warm(operation.function, payload)
        env = {name: value for name, value in os.environ.items() if name.startswith("CRM_")}
    handle, lambda_context = handler(operation.function), context(operation.function)

    with (
        answering(warm, once=cold) as there,
        patch.dict(os.environ, {**cloud.CREDENTIALS, **env, **there}),
        patch.object(clock, "now", time_there),
        patch.object(clock, "wait", lambda until: None),
        nothing_printed(),
    ):
        cloud.forget(session=True)
        handle(payload, lambda_context)
        bare = (alone or bare_calls)(warm)
        ours_ms, bare_ms = [], []
        warm_up = min(WARM_UP, rounds)
        for number in range(warm_up + rounds):
            one = milliseconds(lambda: handle(payload, lambda_context))
            other = milliseconds(bare)
            if number >= warm_up:
                ours_ms.append(one)
                bare_ms.append(other)
        cloud.forget(session=True)
    return summary(ours_ms), summary(bare_ms)


def bare_calls(calls: Sequence[Exchange]) -> Callable[[], None]:
    """Boto3 alone making the same calls."""
    clients = {one.service: boto3.client(one.service) for one in calls}  # type: ignore[call-overload]
    ready = [
        (getattr(clients[one.service], xform_name(one.operation)), one.parameters) for one in calls
    ]

    def run() -> None:
        for call, parameters in ready:
            # A refused condition is an answer too: what is done already is often told by one.
            with suppress(ClientError):
                call(**parameters)

    return run


def milliseconds(do: Callable[[], Any]) -> float:
    """The CPU it takes to do it once."""
    started = time.process_time()
    do()
    return (time.process_time() - started) * 1000


def summary(taken: Sequence[float]) -> Cpu:
    """Many measurements in short."""
    return Cpu(round(min(taken), 2), round(statistics.median(taken), 2))
