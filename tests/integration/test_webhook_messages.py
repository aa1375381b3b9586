"""Campaigns that another program takes on, by webhook."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from shared.marketing.channels import messages
from shared.marketing.channels.webhooks import Webhook, create_webhook
from shared.platform import clock as platform_clock
from shared.platform.outside import AnswerLost, NotAllowed, NotReached
from tests.calls import http
from tests.conftest import FakeClock
from tests.marketing import NABIN
from tests.messaging import started
from tests.sending import (
    a_text,
    agree,
    people,
    rules,
    sums,
)


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


class Program:
    """Another program, by what it is sent and what it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[Any] = []
        monkeypatch.setattr(messages, "post", self._post)

    def _post(self, url: str, headers: Any, body: bytes, _: float) -> int:
        self.came.append((url, dict(headers), body))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return int(answer)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(monkeypatch)


def by_webhook() -> dict[str, Any]:
    given = Webhook(name="Chat", url="https://chat.example.com/in")
    one = create_webhook(given, "nabin", None, platform_clock.now())
    text = a_text("Hi {{ first_name }}", "text")
    return {"channel": "webhook", "template_id": text, "webhook_id": one.name}


def chatting(count: int) -> list[str]:
    found = people(count)
    for one in found:
        agree(one, channel="chat")
    return found


def test_a_program_gets_each_message_once_and_can_tell_that_it_is_ours(program: Program) -> None:
    ann, bob = chatting(2)
    (silent,) = people(1, "silent")
    way = by_webhook()
    one = started([ann, bob, silent], **way)

    assert sums(one) == {"sent": 2, "skipped": 1}
    url, headers, body = program.came[0]
    told = json.loads(body)
    assert url == "https://chat.example.com/in"
    assert {row["webhook-id"] for _, row, _ in program.came} == {
        f"{one}.{who}.1" for who in (ann, bob)
    }
    assert told["text"] in ("Hi P0", "Hi P1")
    assert (told["campaign_id"], told["purpose"]) == (one, "marketing")
    shown = http("campaign_admin", "GET", f"/v1/webhooks/{way['webhook_id']}", staff=NABIN, route="/v1/webhooks/{webhook_id}").json  # fmt: skip
    secret = base64.b64decode(shown["secret"].removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    proven = base64.b64encode(hmac.digest(secret, said, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{proven}"


@pytest.mark.parametrize(
    ("answer", "after", "calls"),
    [
        (NotReached("refused"), {"sent": 1}, 2),
        (429, {"sent": 1}, 2),
        (503, {"sent": 1}, 2),
        (500, {"unknown": 1}, 1),
        (AnswerLost("slow"), {"unknown": 1}, 1),
        (404, {"failed": 1}, 1),
        (302, {"failed": 1}, 1),
        (NotAllowed("address_internal", ""), {"failed": 1}, 1),
    ],
)
def test_what_a_program_answers_decides_whether_it_is_asked_again(
    program: Program, answer: Any, after: dict[str, int], calls: int
) -> None:
    program.answers = [answer]

    one = started(chatting(1), **by_webhook())

    assert sums(one) == after
    assert len(program.came) == calls
    assert len({headers["webhook-id"] for _, headers, _ in program.came}) == 1


def test_programs_that_take_their_time_are_gone_on_with_later(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.marketing.sending import run

    instants = iter(range(0, 10_000, 25))
    monkeypatch.setattr(run, "monotonic", lambda: next(instants))

    one = started(chatting(6), **by_webhook())

    assert sums(one) == {"sent": 6}
    assert len(program.came) == 6


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://chat.example.com/", "url_not_secure"),
        ("https://10.1.2.3/", "address_internal"),
        ("https://chat.example.com:22/", "port_refused"),
    ],
)
def test_programs_of_internal_networks_are_not_registered(url: str, code: str) -> None:
    body = {"name": "x", "url": url}

    answer = http("campaign_admin", "POST", "/v1/webhooks", body=body, staff=NABIN)

    assert (answer.status, answer.fields) == (422, {"url": code})


def test_programs_are_registered_changed_and_listed() -> None:
    body = {"name": "Chat", "url": "https://chat.example.com/in"}
    key = {"idempotency-key": "k"}
    made = http("campaign_admin", "POST", "/v1/webhooks", body=body, headers=key, staff=NABIN)
    again = http("campaign_admin", "POST", "/v1/webhooks", body=body, headers=key, staff=NABIN)
    one = made.json["webhook_id"]
    path, route = f"/v1/webhooks/{one}", "/v1/webhooks/{webhook_id}"

    changed = http("campaign_admin", "PUT", path, body={**body, "generation": 2, "version": 1}, staff=NABIN, route=route)  # fmt: skip
    stale = http("campaign_admin", "PUT", path, body={**body, "version": 1}, staff=NABIN, route=route)  # fmt: skip

    assert (made.status, again.json["webhook_id"]) == (201, one)
    assert made.json["secret"] != changed.json["secret"]
    assert stale.status == 412
    listed = http("campaign_admin", "GET", "/v1/webhooks", staff=("asha", ["rep"])).json["items"]
    assert [(row["webhook_id"], "secret" in row) for row in listed] == [(one, False)]
    assert http("campaign_admin", "GET", path, staff=("asha", ["rep"]), route=route).status == 403
