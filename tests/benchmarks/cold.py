"""Cold starts: import and first invocation in fresh processes, beside the bare handler."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import cloud
from tests.benchmarks.world import Exchange, cold_and_warm, world
from tests.calls import request
from tests.operations.operation import Operation

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
RUNS: Final = 11
"""Of which the first writes the byte code, and is not the fastest."""


@dataclass(frozen=True)
class Cold:
    """Milliseconds of the fastest of some cold starts: of import and first call together."""

    wall_ms: float
    cpu_ms: float
    import_ms: float
    modules: int


@contextmanager
def answering(again: Sequence[Exchange], once: Sequence[Exchange] = ()) -> Iterator[dict[str, str]]:
    """Serve recorded answers (see `stub`); the environment that leads there."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "recorded.json"
        answers = {"once": list(map(_plain, once)), "again": list(map(_plain, again))}
        file.write_text(json.dumps(answers))
        server = subprocess.Popen(
            [sys.executable, str(HERE / "stub.py"), str(file)], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout
        try:
            port = server.stdout.readline().strip()
            yield {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        finally:
            server.terminate()
            server.wait(10)


def cold_start(operation: Operation, runs: int = RUNS) -> tuple[Cold, Cold]:
    """A function's cold start and the bare handler's, measured in turns so that both meet the
    same machine."""
    with world() as time_there:
        payload = operation.arrange()
        recorded, _ = cold_and_warm(operation.function, payload)
        env = {name: value for name, value in os.environ.items() if name.startswith("CRM_")}
    return started_cold(operation.function, payload, recorded, env, time_there(), runs)


def started_cold(
    function: str,
    payload: dict[str, Any],
    recorded: Sequence[Exchange],
    env: Mapping[str, str],
    now: datetime,
    runs: int = RUNS,
) -> tuple[Cold, Cold]:
    """The same for a recorded invocation at `now`."""
    bare_payload = request("POST", "/v1/leads", body={"email": "ann@example.com", "last_name": "A"})
    module = f"functions.{function}.handler"
    with answering([*recorded, _written()]) as there:
        given = {**env, **there}
        pairs = [
            (
                _start(module, payload, now, given),
                _start(_BARE, bare_payload, now, given),
            )
            for _ in range(runs)
        ]
    return _fastest([ours for ours, _ in pairs]), _fastest([bare for _, bare in pairs])


def _plain(one: Exchange) -> dict[str, Any]:
    return asdict(one) | {"parameters": None}


_BARE: Final = "tests.benchmarks.bare"


def _written() -> Exchange:
    return Exchange(
        "dynamodb", "TransactWriteItems", {}, "TransactWriteItems", 200,
        {"content-type": "application/x-amz-json-1.0"}, "e30=",
    )  # fmt: skip


def _fastest(starts: Sequence[dict[str, Any]]) -> Cold:
    return Cold(
        wall_ms=round(min(one["import_ms"] + one["first_ms"] for one in starts), 1),
        cpu_ms=round(min(one["cpu_ms"] for one in starts), 1),
        import_ms=round(min(one["import_ms"] for one in starts), 1),
        modules=starts[0]["modules"],
    )


def _start(module: str, payload: Any, now: datetime, env: dict[str, str]) -> dict[str, Any]:
    given = {
        **cloud.CREDENTIALS,
        **env,
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONPATH": str(ROOT),
        "LAMBDA_TASK_ROOT": str(ROOT),
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / "payload.json"
        file.write_text(json.dumps(payload))
        done = subprocess.run(
            [sys.executable, str(HERE / "first_call.py"), module, str(file), now.isoformat()],
            env=given, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{module} does not start:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if (result["status"] or 200) >= 400:
        raise RuntimeError(f"{module} answered {result['status']}:\n{done.stdout[-2000:]}")
    return result
