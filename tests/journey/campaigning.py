"""What journeys of campaigns do again and again: people who allow mails, templates, campaigns to
lists, and what became of them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import uuid4

import pytest

from .stack import Reply, Stack

AT_ONCE: Final = 100
OUT: Final = (
    '<a href="{{ unsubscribe_url }}">No more mails</a> <a href="{{ preferences_url }}">Choose</a>'
)


def done(answer: Reply, status: int = 200) -> Any:
    """What was answered with that status."""
    assert answer.status == status, answer.text
    return answer.json


def post(stack: Stack, path: str, body: Any, who: str = "marketer", status: int = 201) -> Any:
    """What was answered to a post."""
    return done(stack.call("POST", path, body, who=who), status)


def somebody(
    stack: Stack, tag: str, number: int, *, agrees: bool = True, **facts: Any
) -> tuple[str, str]:
    """A contact with a tag, who allows mails or not: id and address."""
    email = f"c{number}.{uuid4().hex[:10]}@example.com"
    about = {"first_name": f"Ann {number}", "emails": [{"address": email}], "tags": [tag], **facts}
    contact = str(post(stack, "/v1/contacts", about)["contact_id"])
    if agrees:
        agree(stack, contact)
    return contact, email


def agree(stack: Stack, contact_id: str) -> None:
    """Let them allow mails."""
    yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
    post(stack, f"/v1/contacts/{contact_id}/consents", yes, who="rep")


def rules_of(stack: Stack) -> dict[str, Any]:
    """The rules of sending in force."""
    return dict(done(stack.get("/v1/sending-rules", "marketer"))["rules"])


def put_rules(stack: Stack, rules: dict[str, Any]) -> None:
    """Change them, and wait until every process knows."""
    version = done(stack.get("/v1/sending-rules", "marketer"))["version"]
    body = {"version": version, "rules": rules}
    done(stack.call("PUT", "/v1/sending-rules", body, who="marketer"))
    stack.tick("1m")  # Rules are kept for half a minute.


def at_any_hour(rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Rules without quiet hours."""
    return {**rules, "quiet_from": "00:00", "quiet_to": "00:00", **more}


@pytest.fixture
def always(stack: Stack) -> Iterator[None]:
    """At any hour and as often as anybody likes; as before afterwards."""
    before = rules_of(stack)
    put_rules(stack, at_any_hour(before, caps=[]))
    yield
    put_rules(stack, before)


def listed(stack: Stack, *contact_ids: str) -> dict[str, str]:
    """A list of them, as the audience of a campaign."""
    made = post(stack, "/v1/lists", {"name": f"List {uuid4().hex[:8]}"})["list_id"]
    join(stack, made, contact_ids)
    return {"list_id": made}


def join(stack: Stack, list_id: str, contact_ids: Sequence[str]) -> None:
    """Put them on a list."""
    for at in range(0, len(contact_ids), AT_ONCE):
        members = {"contact_ids": list(contact_ids[at : at + AT_ONCE])}
        post(stack, f"/v1/lists/{list_id}/members", members, status=200)


def template(stack: Stack, subject: str = "News", html: str = "<p>Hi</p>") -> str:
    """A template with the links a mail must have; its id."""
    words = {"name": f"T {uuid4().hex[:8]}", "subject": subject, "html": f"{html}{OUT}"}
    return str(post(stack, "/v1/templates", words)["template_id"])


def planned(stack: Stack, audience: dict[str, str], template_id: str, **more: Any) -> str:
    """A campaign to a list or a segment; its address."""
    plan = {
        "name": f"C {uuid4().hex[:8]}",
        "audience": audience,
        "template_id": template_id,
        **more,
    }
    return f"/v1/campaigns/{post(stack, '/v1/campaigns', plan)['campaign_id']}"


def moved(stack: Stack, path: str, move: str) -> None:
    """Start a campaign, pause it, go on."""
    version = done(stack.get(path, "marketer"))["version"]
    post(stack, f"{path}/moves", {"move": move, "version": version}, status=200)


def progress(stack: Stack, path: str) -> dict[str, int]:
    """How many have their message, or a reason why not."""
    return {
        state: count
        for state, count in done(stack.get(path, "marketer"))["progress"].items()
        if count and state in ("sent", "skipped", "failed", "unknown", "deferred")
    }


def recipient(stack: Stack, path: str, contact_id: str) -> dict[str, Any]:
    """What became of one of them, and why."""
    return dict(done(stack.get(f"{path}/recipients/{contact_id}", "marketer")))


def report(stack: Stack, path: str, model: str = "last") -> dict[str, Any]:
    """What a campaign led to."""
    return dict(done(stack.get(f"{path}/report?model={model}", "marketer")))


def buy(stack: Stack, contact_id: str, amount: int) -> None:
    """Let them buy for so many cents."""
    bought = {
        "id": uuid4().hex,
        "contact_id": contact_id,
        "channel": "point_of_sale",
        "kind": "purchase",
        "direction": "inbound",
        "purchase": {"currency": "EUR", "lines": [{"sku": "kettle", "amount": amount}]},
    }
    assert stack.call("POST", "/v1/interactions", bought, who="agent").status < 300
    stack.rest()
