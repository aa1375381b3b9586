"""A person known through every door there is, and everything that is kept of anybody."""

import json
from collections.abc import Iterator
from typing import Any, Final

from shared.platform import clock
from tests.calls import Answer, http, invoke
from tests.cloud import SETTINGS, client, everything
from tests.pump import Pump

ADA: Final = ("ada", ["admin"])


def ask(kind: str, key: str | None = None, **subject: str) -> Answer:
    """An administrator asks for an export or an erasure."""
    headers = {"idempotency-key": key} if key else None
    body = {"kind": kind, **subject}
    path = "/v1/privacy/requests"
    return http("privacy_admin", "POST", path, body=body, headers=headers, staff=ADA)


def shown(request_id: str, part: str = "") -> Any:
    """A request as administrators see it, or its `/certificate`."""
    path, route = f"/v1/privacy/requests/{request_id}{part}", "/v1/privacy/requests/{request_id}"
    answer = http("privacy_admin", "GET", path, staff=ADA, route=route + part)
    assert answer.status == 200, answer.text
    return answer.json


def look_again() -> None:
    """Let the time come at which erasures are looked through again, and what follows happen."""
    fake: Any = clock.now
    fake.tick(minutes=25)
    tick = {"id": "tick", "detail-type": "Scheduled Event", "detail": {}}
    invoke("timer_dispatch", tick)
    Pump().run()


def erased(**subject: str) -> str:
    """Have a person erased to the end; the request's id."""
    asked = ask("erasure", **subject)
    assert asked.status == 202, asked.text
    Pump().run()
    look_again()
    request_id = str(asked.json["request_id"])
    assert shown(request_id)["state"] == "done"
    return request_id


def exported(**subject: str) -> tuple[str, bytes]:
    """Have what is kept of a person exported; the request's id and the archive."""
    asked = ask("export", **subject)
    assert asked.status == 202, asked.text
    Pump().run()
    request_id = str(asked.json["request_id"])
    assert shown(request_id)["state"] == "done"
    return request_id, stored_file(f"privacy/{request_id}/export.zip")


def stored_file(key: str) -> bytes:
    """A file of the files bucket."""
    found: bytes = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)["Body"].read()
    return found


def every_object() -> Iterator[tuple[str, bytes]]:
    """Every object of every bucket."""
    s3 = client("s3")
    for bucket in ("parked_bucket", "files_bucket"):
        for one in s3.list_objects_v2(Bucket=SETTINGS[bucket]).get("Contents", ()):
            yield one["Key"], s3.get_object(Bucket=SETTINGS[bucket], Key=one["Key"])["Body"].read()


def everything_kept() -> str:
    """Everything in tables and buckets, as one text."""
    items = [json.dumps(item, default=str, ensure_ascii=False) for item in everything()]
    return "\n".join([*items, *(body.decode(errors="replace") for _, body in every_object())])
