"""What the `crm` command asks the running emulator, beyond AWS's API: `/_crm/…` on the gateway.

GET /_crm/state      what is still under way: queue lengths, unread stream records, running functions
POST /_crm/save      write everything to disk now
POST /_crm/crash     ?function=<folder>&moment=before|during|after: its next invocation dies once
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

from .emulator import module, scope
from .front_door import App

MOMENTS: Final = ("before", "during", "after")
_PREFIX: Final = "/_crm/"
# Long enough for a handler to have begun, short enough for it not to have finished.
_DURING_SECONDS: Final = 0.01
_crashes: dict[str, str] = {}
_running: list[str] = []


def controlled(emulator: App) -> App:
    """`emulator` with our own addresses in front."""
    _watch_invocations()

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await emulator(scope, receive, send)
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        answer = await _answer(scope["path"].removeprefix(_PREFIX), asked)
        headers = [(b"content-type", b"application/json")]
        status = 404 if answer is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return app


async def _answer(what: str, asked: dict[str, str]) -> dict[str, Any] | None:
    if what == "state":
        return under_way()
    if what == "save":
        await asyncio.to_thread(save)
        return {}
    if what == "crash" and asked.get("moment") in MOMENTS and "function" in asked:
        _crashes[asked["function"]] = asked["moment"]
        return {}
    return None


def save() -> None:
    """Write the emulator's state to disk."""
    app = module("app")
    module("core.persistence").save_all(app._build_persistence_save_dict())


def under_way() -> dict[str, Any]:
    """Work that will go on by itself; all empty means the stack is at rest."""
    svc, sqs, dynamodb = (
        module("services.lambda_svc"),
        module("services.sqs"),
        module("services.dynamodb"),
    )
    queues: dict[str, int] = {}
    streams: dict[str, int] = {}
    with scope():
        for mapping in svc._esms.values():
            source = mapping["EventSourceArn"]
            if queue := sqs._queue_by_arn(source) if ":sqs:" in source else None:
                if queue["messages"]:
                    queues[queue["name"]] = len(queue["messages"])
            elif "/stream/" in source:
                table = source.split("/stream/")[0].rpartition("/")[2]
                position = svc._dynamodb_stream_positions.get(mapping["UUID"], 0)
                if unread := dynamodb.stream_end_position(table) - position:
                    streams[f"{table} → {mapping['FunctionName']}"] = unread
    return {"queues": queues, "streams": streams, "functions": list(_running)}


def _watch_invocations() -> None:
    svc = module("services.lambda_svc")
    execute = svc._execute_function_warm

    def _execute(function: Any, event: Any) -> Any:
        noun = function["config"]["Handler"].split(".")[0]
        moment = _crashes.pop(noun, None)
        _running.append(noun)
        try:
            with _crashing(function["config"]["FunctionName"], moment):
                result = execute(function, event) if moment != "before" else None
        finally:
            _running.remove(noun)
        died = {"error": True, "body": {"errorMessage": f"killed {moment} by crm", "errorType":
                "Runtime.ExitError"}}  # fmt: skip
        return died if moment in ("before", "after") else result

    svc._execute_function_warm = _execute


@contextlib.contextmanager
def _crashing(name: str, moment: str | None) -> Iterator[None]:
    killer = threading.Timer(_DURING_SECONDS, kill, [name])
    if moment == "during":
        killer.start()
    yield
    killer.cancel()
    if moment == "after":
        kill(name)


def kill(name: str) -> None:
    """End the process of the function called `name`, as a crash would."""
    runtime = module("core.lambda_runtime")
    for key, worker in list(runtime._workers.items()):
        process = worker._proc
        if name in key.split(":") and process is not None:
            process.kill()
