"""The front door: one origin, and no visitor tells us who they are."""

import asyncio
import gzip
from typing import Any

from infra.local.front_door import front_door


def visit(path: str, method: str = "GET", api: str = "abc", **headers: str) -> dict[str, Any]:
    """What the emulator is asked when somebody at 127.0.0.1:5 asks for `path`."""
    asked: dict[str, Any] = {}
    answered: dict[str, Any] = {}

    async def emulator(scope: Any, _receive: Any, send: Any) -> None:
        asked.update(scope)
        told = [(b"Content-Type", b"text/css"), (b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": b"p {}" * 1_000})

    async def send(message: Any) -> None:
        answered.update(message)

    app = front_door(emulator, lambda: api, lambda: "pages")
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "client": ("127.0.0.1", 5),
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()],
    }
    asyncio.run(app(scope, None, send))
    return {"asked": asked, "answered": answered}


def test_assets_come_from_the_bucket_without_its_own_headers() -> None:
    seen = visit("/assets/crm.js")

    assert seen["asked"]["path"] == "/pages/assets/crm.js"
    assert dict(seen["answered"]["headers"]) == {b"Content-Type": b"text/css"}


def test_static_text_is_compressed_for_whoever_takes_it() -> None:
    plain, packed = visit("/assets/a.css"), visit("/assets/a.css", accept_encoding="gzip, br")

    assert len(plain["answered"]["body"]) == 4_000
    assert dict(packed["answered"]["headers"])[b"content-encoding"] == b"gzip"
    assert gzip.decompress(packed["answered"]["body"]) == plain["answered"]["body"]


def test_everything_else_goes_to_the_api_preflights_included() -> None:
    assert visit("/v1/leads")["asked"]["path"] == "/_aws/execute-api/abc/$default/v1/leads"
    assert visit("/v1/events", "OPTIONS")["asked"]["method"] == "OPTIONS"
    assert visit("/assets/x", "POST")["asked"]["path"].startswith("/_aws/execute-api/abc/")


def test_the_visitors_address_is_ours_to_tell() -> None:
    headers = visit("/", x_viewer_address="6.6.6.6", cookie="a=1")["asked"]["headers"]

    assert [value for name, value in headers if name == b"x-viewer-address"] == [b"127.0.0.1"]
    assert (b"cookie", b"a=1") in headers


def test_nothing_deployed_is_said_so() -> None:
    assert visit("/v1/leads", api="")["answered"]["body"].startswith(b"The product is not")
