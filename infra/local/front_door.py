"""One origin, as CloudFront gives it in AWS: `/assets/*` from the bucket, the rest from the API.

It runs in the emulator's process and hands requests to it without another hop. Static text is
compressed on the way out, as CloudFront does.
"""

import gzip
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import quote

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

_ASSETS: Final = "/assets/"
_TEXT: Final = (b"text/", b"javascript", b"json", b"svg")
# Who the visitor is; whatever the visitor says about it is dropped.
_VIEWER: Final = (b"x-viewer-address", b"cloudfront-viewer-address")
# The emulator adds these to S3's answers; CloudFront would not let them through.
_INTERNAL: Final = (b"access-control-", b"x-amz")


def front_door(emulator: App, find_api: Callable[[], str], find_bucket: Callable[[], str]) -> App:
    """An ASGI application in front of `emulator`.

    `find_api` and `find_bucket` give the API's id and the assets bucket's name, or "" while
    nothing is deployed (answered with 503).
    """

    async def app(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _nothing_to_prepare(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        is_asset = path.startswith(_ASSETS) and scope["method"] in ("GET", "HEAD")
        target = find_bucket() if is_asset else find_api()
        if not target:
            await _not_deployed(send)
            return
        prefix = f"/{target}" if is_asset else f"/_aws/execute-api/{target}/$default"
        inner = dict(scope)
        inner["path"] = prefix + path
        inner["raw_path"] = quote(inner["path"]).encode()
        inner["headers"] = _request_headers(scope)
        if not is_asset:
            await emulator(inner, receive, send)
        elif _takes_gzip(scope):
            await emulator(inner, receive, _compressed(_without_internals(send)))
        else:
            await emulator(inner, receive, _without_internals(send))

    return app


def _request_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    host, port = scope.get("client") or ("127.0.0.1", 0)
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _VIEWER]
    told = (host.encode(), f"{host}:{port}".encode())
    return [*kept, *zip(_VIEWER, told, strict=True)]


def _without_internals(send: Send) -> Send:
    async def cleaned(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, value)
                for name, value in message["headers"]
                if not name.lower().startswith(_INTERNAL)
            ]
        await send(message)

    return cleaned


def _takes_gzip(scope: Scope) -> bool:
    accepted = [value for name, value in scope["headers"] if name.lower() == b"accept-encoding"]
    return any(b"gzip" in value for value in accepted)


def _compressed(send: Send) -> Send:
    start: MutableMapping[str, Any] = {}
    parts: list[bytes] = []

    async def collected(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        headers = {name.lower(): value for name, value in start["headers"]}
        kind = headers.get(b"content-type", b"")
        if start["status"] == 200 and any(word in kind for word in _TEXT):
            body = gzip.compress(body, 6, mtime=0)
            headers[b"content-encoding"] = b"gzip"
            headers[b"vary"] = b"accept-encoding"
        headers[b"content-length"] = str(len(body)).encode()
        await send({**start, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})

    return collected


async def _nothing_to_prepare(receive: Any, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _not_deployed(send: Send) -> None:
    body = b"The product is not deployed yet. Run: crm up\n"
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
