"""`crm import`: a file of people, sent, mapped, tried out or imported, with a bar while it goes on.

It does what any client does: it asks the API where to send the file, posts it there, and asks how
far the import is.
"""

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from .seed.api import Api
from .trouble import Trouble

_POLL_SECONDS: Final = 0.3
_ARRIVAL_SECONDS: Final = 60.0
_UPLOAD_SECONDS: Final = 300.0
_ENDED: Final = ("ready", "finished", "cancelled", "undone", "unreadable")

Progress = Callable[[int, int], None]
"""Told how many chunks of how many are done."""


def send_file(api: Api, path: Path, target: str) -> dict[str, Any]:
    """Announce an import of the file at `path`, send it and wait until it was looked at; the
    import as the API shows it. Raises `Trouble` for what is no readable table."""
    if not path.is_file():
        raise Trouble(f"There is no file {path}.", "Give the path of a CSV file or of vCards.")
    wish = {"target": target, "file_name": path.name}
    one: dict[str, Any] = api.write("POST", "/v1/imports", wish)
    try:
        post_file(one["upload"], path)
    except urllib.error.HTTPError as refusal:
        what = "too large" if b"EntityTooLarge" in refusal.read() else f"refused ({refusal.code})"
        raise Trouble(f"{path.name} is {what}.", "A file may have up to 100 MB.") from refusal
    one = _wait(api, one["import_id"], lambda seen: seen["state"] != "waiting", _ARRIVAL_SECONDS)
    if one["state"] == "unreadable":
        raise Trouble(f"{path.name}: {one['problem']['message']}", "Nothing was imported.")
    return one


def run(api: Api, one: Mapping[str, Any], *, dry_run: bool, progress: Progress) -> dict[str, Any]:
    """Start an import, or try it out, and follow it to its end; as it is then."""
    body = {"version": one["version"], "dry_run": dry_run}
    begun = api.write("POST", f"/v1/imports/{one['import_id']}/start", body)
    number = len(begun["runs"])
    ended: dict[str, Any] = {}
    for seen in _seen(api, one["import_id"]):
        newest = seen["runs"][number - 1]
        progress(newest["done"], newest["chunks"])
        if seen["state"] in _ENDED:
            ended = seen
            break
    if ended["state"] == "unreadable":
        raise Trouble(ended["problem"]["message"], "Nothing was imported.")
    return ended


def errors_of(api: Api, import_id: str) -> bytes:
    """The rows that failed, with their reasons, as CSV."""
    address = api.write("GET", f"/v1/imports/{import_id}/errors")["url"]
    with urllib.request.urlopen(address, timeout=60) as answer:
        body: bytes = answer.read()
        return body


def post_file(upload: Mapping[str, Any], path: Path) -> None:
    """Post the file with the signed fields, as a browser's form does (RFC 7578). Raises urllib's
    `HTTPError` when S3 refuses it."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in upload["fields"].items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + path.read_bytes()
    request = urllib.request.Request(
        upload["url"],
        body + f"\r\n--{boundary}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    urllib.request.urlopen(request, timeout=_UPLOAD_SECONDS).close()


def _seen(api: Api, import_id: str) -> Iterator[dict[str, Any]]:
    while True:
        yield api.write("GET", f"/v1/imports/{import_id}")
        time.sleep(_POLL_SECONDS)


def _wait(
    api: Api, import_id: str, done: Callable[[dict[str, Any]], bool], patience: float
) -> dict[str, Any]:
    deadline = time.monotonic() + patience
    for seen in _seen(api, import_id):
        if done(seen):
            return seen
        if time.monotonic() > deadline:
            break
    raise Trouble("The file was sent, but nobody looked at it.", "See: crm status, crm logs")
