"""What the `crm` command asks the running emulator, beyond AWS's API: `/_crm/…` on the gateway.

GET /_crm/state      what is still under way: queue lengths, unread stream records, running functions
POST /_crm/save      write everything to disk now
POST /_crm/crash     ?function=<folder>&moment=before|during|after: its next invocation dies once,
                     before it begins; after its first AWS call, whose answer it never hears;
                     or when all is done but nobody was told
GET /_crm/texts      the text messages that were sent since the emulator started
POST /_crm/webhooks  takes a webhook and keeps it; `?status=503` answers that instead
GET /_crm/webhooks   the webhooks that came since the emulator started
"""

import asyncio
import json
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

from . import kept
from .emulator import module, scope
from .front_door import App, Scope

MOMENTS: Final = ("before", "during", "after")
# As long as the emulator pauses a mapping whose function failed.
_BACK_SECONDS: Final = 1.0
_ATTEMPTS: Final = 5
_PREFIX: Final = "/_crm/"
# What boto3 passes on of the invocation it works for, and where the emulator keeps it.
_TRACE_HEADER: Final = b"x-amzn-trace-id"
_TRACE: Final = "_x_amzn_trace_id"
_crashes: dict[str, str] = {}
_dying: list[tuple[dict[str, Any], str]] = []
_running: list[str] = []


def controlled(emulator: App) -> App:
    """`emulator` with our own addresses in front."""
    _watch_invocations()

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            doomed = _doomed(scope) if _dying and scope["type"] == "http" else ""
            await emulator(scope, receive, _unheard if doomed else send)
            if doomed:
                kill(doomed)
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        what, status = scope["path"].removeprefix(_PREFIX), 200
        answer: Any
        if what.partition("/")[0] == "webhooks":
            status, answer = await kept.webhook(scope, receive, asked)
        else:
            answer = await _answer(what, asked)
            status = 404 if answer is None else 200
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return app


async def _answer(what: str, asked: dict[str, str]) -> dict[str, Any] | None:
    if what == "state":
        return under_way()
    if what == "save":
        await asyncio.to_thread(save)
        return {}
    if what == "texts":
        return {"texts": kept.texts}
    if what == "crash" and asked.get("moment") in MOMENTS and "function" in asked:
        _crashes[asked["function"]] = asked["moment"]
        return {}
    return None


def save() -> None:
    """Write the emulator's state to disk."""
    states = module("app")._build_persistence_save_dict()
    gathered = {name: partial(_gathered, state) for name, state in states.items()}
    module("core.persistence").save_all(gathered)


def _gathered(state: Callable[[], Any]) -> Any:
    for _ in range(_ATTEMPTS):
        # While much goes on something is added to what is being looked through.
        with suppress(RuntimeError):
            return state()
    return state()


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
        name = function["config"]["FunctionName"]
        _running.append(noun)
        result: dict[str, Any] = {}
        if moment == "during":
            _dying.append((event, name))
        try:
            if moment != "before":
                result = execute(function, event)
            if moment == "after":
                kill(name)
        finally:
            _running.remove(noun)
            _dying[:] = [entry for entry in _dying if entry[0] is not event]
        if moment:
            _bring_back(event)
        if moment in (None, "during"):
            return result
        body = {"errorMessage": f"killed {moment} by crm", "errorType": "Runtime.ExitError"}
        return {"error": True, "body": body, "log": result.get("log", "")}

    svc._execute_function_warm = _execute


def _bring_back(event: Any) -> None:
    """Show the messages of a crashed invocation again soon: nobody wants to wait for minutes
    until their visibility timeout has passed."""
    records = event.get("Records") or [{}]
    source = records[0].get("eventSourceARN", "")
    queue = module("services.sqs")._queue_by_arn(source) if ":sqs:" in source else None
    receipts = {record.get("receiptHandle") for record in records}
    for message in list(queue["messages"]) if queue else ():
        if message.get("receipt_handle") in receipts:
            message["visible_at"] = time.time() + _BACK_SECONDS


def _doomed(scope: Scope) -> str:
    """The function whose invocation makes this request and is to die of it, or ""."""
    traces = [value.decode() for name, value in scope["headers"] if name == _TRACE_HEADER]
    for event, name in list(_dying):
        if traces and event.get(_TRACE) == traces[0]:
            return name
    return ""


async def _unheard(_message: MutableMapping[str, Any]) -> None:
    """The answer nobody gets."""


def kill(name: str) -> None:
    """End the process of the function called `name`, as a crash would."""
    runtime = module("core.lambda_runtime")
    for key, worker in list(runtime._workers.items()):
        process = worker._proc
        if name in key.split(":") and process is not None:
            process.kill()
