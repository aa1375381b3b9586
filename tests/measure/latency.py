"""How long what happens takes to count, on the local stack that runs (`crm up`): from the answer to a
change of a contact until they are in the segment it puts them in (row M14), and from the post of an
unsubscribe link until the consent is withdrawn (row M8): `python -m tests.measure.latency [times]`.

What is asked again and again until it shows is part of what is measured, and so is all else that the
machine does meanwhile.
"""

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, Final
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from infra.local.home import find
from infra.local.status import status
from tests.journey.stack import Reply, Stack

TIMES: Final = 10

_OUT: Final = '<p>Hi</p><a href="{{ unsubscribe_url }}">No more mails</a>'
_PATIENCE: Final = 120.0


def main(times: int = TIMES) -> None:
    """Measure and print."""
    console = Console()
    home = find()
    if not status(home)["running"]:
        console.print("The local stack is not running. Start it: crm up")
        raise SystemExit(1)
    stack = Stack(home)
    tag = f"latency-{uuid4().hex[:8]}"
    table = Table(title=f"Milliseconds until it counts, {times} times")
    for heading in ("what", "median", "slowest"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    contacts = [_contact(stack, f"{tag}.{number}@example.com") for number in range(times)]
    table.add_row("a contact changes: in the segment", *_said(_entering(stack, tag, contacts)))
    table.add_row("an unsubscribe is posted: consent gone", *_said(_leaving(stack, tag, contacts)))
    console.print(table)


def _entering(stack: Stack, tag: str, contacts: Sequence[str]) -> Iterator[float]:
    rule = {"type": "tag", "tag": tag}
    made = _done(stack.call("POST", "/v1/segments", {"name": tag, "rule": rule}, who="marketer"))
    segment = f"/v1/segments/{made['segment_id']}"
    _until(lambda: _done(stack.get(segment, "marketer"))["filling"]["done"], stack)
    at = f"{segment}/members?limit=100"
    for contact in contacts:
        body = {"version": 1, "tags": [tag]}
        _done(stack.call("PATCH", f"/v1/contacts/{contact}", body, who="marketer"))
        yield _seconds(lambda one=contact: one in _members(stack, at))


def _members(stack: Stack, at: str) -> set[str]:
    return {one["contact_id"] for one in _done(stack.get(at, "marketer"))["items"]}


def _leaving(stack: Stack, tag: str, contacts: Sequence[str]) -> Iterator[float]:
    for contact in contacts:
        yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
        _done(stack.call("POST", f"/v1/contacts/{contact}/consents", yes, who="rep"))
    with _nobody_asleep(stack):
        _sent(stack, tag, contacts)
        links = [_link(stack, f"{tag}.{number}@example.com") for number in range(len(contacts))]
    for contact, link in zip(contacts, links, strict=True):
        began = time.perf_counter()
        answer = stack.call("POST", link, form={"List-Unsubscribe": "One-Click"})
        assert answer.status == 200, answer.text
        at = f"/v1/contacts/{contact}/consents"
        _seconds(lambda at=at: "withdrawn" in stack.get(at, "rep").text)
        yield time.perf_counter() - began


def _sent(stack: Stack, tag: str, contacts: Sequence[str]) -> None:
    listed = _done(stack.call("POST", "/v1/lists", {"name": tag}, who="marketer"))["list_id"]
    members = {"contact_ids": list(contacts)}
    _done(stack.call("POST", f"/v1/lists/{listed}/members", members, who="marketer"))
    mail = {"name": tag, "subject": "Hello", "html": _OUT}
    template = _done(stack.call("POST", "/v1/templates", mail, who="marketer"))["template_id"]
    plan = {"name": tag, "audience": {"list_id": listed}, "template_id": template}
    one = _done(stack.call("POST", "/v1/campaigns", plan, who="marketer"))["campaign_id"]
    move = {"move": "start", "version": 1}
    _done(stack.call("POST", f"/v1/campaigns/{one}/moves", move, who="marketer"))
    stack.rest()


def _link(stack: Stack, address: str) -> str:
    (mail,) = stack.mail(address)
    found = re.search(r"/u/[\w.~-]+", mail.text)
    assert found, mail.text
    return found[0]


@contextmanager
def _nobody_asleep(stack: Stack) -> Iterator[None]:
    """Without quiet hours, which are as they were afterwards."""
    known = _rules(stack, {"quiet_from": "00:00", "quiet_to": "00:00"})
    try:
        yield
    finally:
        _rules(stack, {name: known[name] for name in ("quiet_from", "quiet_to")})


def _rules(stack: Stack, changed: dict[str, Any]) -> dict[str, Any]:
    known = _done(stack.get("/v1/sending-rules", "marketer"))
    body = {"version": known["version"], "rules": {**known["rules"], **changed}}
    _done(stack.call("PUT", "/v1/sending-rules", body, who="marketer"))
    rules: dict[str, Any] = known["rules"]
    return rules


def _contact(stack: Stack, address: str) -> str:
    body = {"first_name": "Ann", "emails": [{"address": address}]}
    made = _done(stack.call("POST", "/v1/contacts", body, who="marketer"))
    return str(made["contact_id"])


def _done(answer: Reply) -> Any:
    assert answer.status < 300, answer.text
    return answer.json if answer.body else None


def _until(look: Callable[[], bool], stack: Stack) -> None:
    """Let the time of the stack go by, minute by minute, until something is so."""
    for _ in range(5):
        if look():
            return
        stack.tick("1m")
    raise SystemExit("The segment does not fill: look at `crm status`")


def _seconds(look: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not look():
        if time.perf_counter() - began > _PATIENCE:
            raise SystemExit(f"Not within {_PATIENCE:g} seconds: look at `crm status`")
        time.sleep(0.01)
    return time.perf_counter() - began


def _said(found: Iterator[float]) -> tuple[str, str]:
    seconds = list(found)
    return f"{median(seconds) * 1000:,.0f}", f"{max(seconds) * 1000:,.0f}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
