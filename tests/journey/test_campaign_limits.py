"""What keeps a message from leaving, on the deployed stack: three campaigns in the same minute under
a cap of two, a template that one person lacks a word for, and a pause in the middle."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from infra.local import rest

from .stack import Stack
from .test_campaigns import OUT, done, somebody

pytestmark = pytest.mark.journey


@pytest.fixture
def rules(stack: Stack) -> Iterator[dict[str, Any]]:
    """At any hour, two mails a person within seven days; as before afterwards."""
    before = done(stack.get("/v1/sending-rules", "marketer"))["rules"]
    put(stack, {**before, "quiet_from": "00:00", "quiet_to": "00:00",
                "caps": [{"times": 2, "days": 7}]})  # fmt: skip
    yield before
    put(stack, before)


def put(stack: Stack, rules: dict[str, Any]) -> None:
    version = done(stack.get("/v1/sending-rules", "marketer"))["version"]
    body = {"version": version, "rules": rules}
    done(stack.call("PUT", "/v1/sending-rules", body, who="marketer"))
    stack.tick("1m")  # Rules are kept for half a minute.


def listed(stack: Stack, *contact_ids: str) -> str:
    """A list of them."""
    body = {"name": f"List {uuid4().hex[:8]}"}
    made = done(stack.call("POST", "/v1/lists", body, who="marketer"), 201)["list_id"]
    path = f"/v1/lists/{made}/members"
    done(stack.call("POST", path, {"contact_ids": list(contact_ids)}, who="marketer"))
    return str(made)


def planned(stack: Stack, audience: str, subject: str = "News", **more: Any) -> str:
    """A campaign to a list, with a template of its own; its address."""
    template = {"name": f"T {uuid4().hex[:8]}", "subject": subject, "html": f"<p>Hi</p>{OUT}"}
    known = done(stack.call("POST", "/v1/templates", template, who="marketer"), 201)
    plan = {
        "name": subject,
        "audience": {"list_id": audience},
        "template_id": known["template_id"],
        **more,
    }
    made = done(stack.call("POST", "/v1/campaigns", plan, who="marketer"), 201)
    return f"/v1/campaigns/{made['campaign_id']}"


def moved(stack: Stack, path: str, move: str) -> None:
    version = done(stack.get(path, "marketer"))["version"]
    done(stack.call("POST", f"{path}/moves", {"move": move, "version": version}, who="marketer"))


def progress(stack: Stack, path: str) -> dict[str, int]:
    return {
        state: count
        for state, count in done(stack.get(path, "marketer"))["progress"].items()
        if count and state in ("sent", "skipped", "failed", "unknown", "deferred")
    }


def recipient(stack: Stack, path: str, contact_id: str) -> dict[str, Any]:
    found: dict[str, Any] = done(stack.get(f"{path}/recipients/{contact_id}", "marketer"))
    return found


def test_of_three_campaigns_in_a_minute_two_are_sent_and_the_least_important_waits_a_week(
    stack: Stack, rules: dict[str, Any]
) -> None:
    contact, email = somebody(stack, "capped", 1)
    audience = listed(stack, contact)
    at = datetime.now(UTC) + rest.ahead(stack.home) + timedelta(minutes=5)
    paths = [planned(stack, audience, priority=one, start_at=at.isoformat()) for one in (2, 8, 5)]

    stack.tick("6m")
    stack.tick("20m")

    assert len(stack.mail(email)) == 2
    low, high, middle = (recipient(stack, path, contact) for path in paths)
    assert (high["state"], middle["state"], low["state"]) == ("sent", "sent", "deferred")
    assert low["reason"] == "capped"
    first = min(datetime.fromisoformat(one["claimed_at"]) for one in (high, middle))
    until = datetime.fromisoformat(low["until"])
    assert abs(until - first - timedelta(days=7)) < timedelta(minutes=1)

    stack.tick("7d")
    stack.tick("2m")  # Its end is noticed each minute.
    assert len(stack.mail(email)) == 3
    assert done(stack.get(paths[0], "marketer"))["state"] == "done"


def test_one_without_a_word_fails_alone_and_a_pause_loses_nobody(
    stack: Stack, rules: dict[str, Any]
) -> None:
    people = [somebody(stack, "paused", number, last_name="Lee") for number in range(1, 60)]
    nameless, empty_box = somebody(stack, "paused", 0)
    silent, _ = somebody(stack, "paused", 60, agrees=False)
    path = planned(
        stack, listed(stack, silent, nameless, *(one for one, _ in people)), "For {{ last_name }}"
    )
    told = done(stack.call("POST", f"{path}/preflight", {}, who="marketer"))
    assert (told["audience"], told["sendable"]) == (61, 59)
    assert told["why_not"]["no_consent"] == sum(told["why_not"].values()) - 1 == 1

    moved(stack, path, "start")
    stack.eventually(lambda: progress(stack, path).get("sent", 0) > 3)
    moved(stack, path, "pause")
    stack.rest()
    halted = progress(stack, path)
    moved(stack, path, "resume")
    stack.rest()
    stack.tick("3m")
    stack.tick("2m")

    assert sum(halted.values()) < 61
    assert done(stack.get(path, "marketer"))["state"] == "done"
    assert progress(stack, path) == {"sent": 59, "failed": 1, "skipped": 1}
    assert recipient(stack, path, nameless)["state"] == "failed"
    assert "last_name" in str(recipient(stack, path, nameless))
    assert stack.mail(empty_box) == []
    assert [len(stack.mail(email)) for _, email in people] == [1] * 59
