"""Tickets on the deployed stack: from the public form to a linked ticket forty days later, and an
escalation that happens once a level."""

import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from infra.local.importing import post_file

from .company import address
from .stack import Reply, Stack

pytestmark = pytest.mark.journey

FRIDAY_16_30: Final = datetime(2025, 6, 6, 16, 30, tzinfo=UTC)
OFFICE: Final = {
    "zone": "UTC",
    "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
}
PNG: Final = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def tickets(stack: Stack, method: str, path: str = "", body: Any = None, who: str = "agent") -> Any:
    reply = stack.call(method, f"/v1/tickets{path}", body, who=who)
    assert reply.status < 300, reply.text
    return reply.json


def own(stack: Stack, token: str, method: str, path: str = "", body: Any = None) -> Reply:
    headers = {"authorization": f"Bearer {token}"}
    return stack.call(method, f"/v1/portal/tickets{path}", body, headers=headers)


def a_customer(stack: Stack) -> tuple[str, str]:
    """A contact of this journey: id and address."""
    email = address()
    made = stack.call("POST", "/v1/contacts", {"emails": [{"address": email}]}, who="agent")
    assert made.status == 201, made.text
    return made.json["contact_id"], email


def a_queue(
    stack: Stack,
    calendar: Mapping[str, Any] = OFFICE,
    clock: str = "first_response",
    target: int = 60,
) -> str:
    """A queue of this journey, whose tickets have an hour of the office, or another target, beside
    those there are."""
    queue = f"journey-{uuid4().hex[:8]}"
    found = stack.get("/v1/ticket-queues", who="supervisor").json
    mine = {"id": queue, "name": queue, "supervisors": ["pema"], "managers": ["maya"]}
    rules = {**found["rules"], "queues": [*found["rules"]["queues"], mine]}
    body = {"rules": rules, "version": found["version"]}
    assert stack.call("PUT", "/v1/ticket-queues", body, who="supervisor").status == 200
    newest = stack.get("/v1/sla-policies?limit=1", who="supervisor").json["items"][0]["version"]
    present = stack.get(f"/v1/sla-policies/{newest}", who="supervisor").json["policies"]
    hour = {
        "id": queue,
        "name": queue,
        "when": [{"field": "queue", "in": [queue]}],
        "calendar": queue,
        "targets": {"normal": {clock: target}},
    }
    policies = {
        "calendars": {**present["calendars"], queue: calendar},
        "policies": [hour, *present["policies"]],
    }
    body = {"policies": policies, "version": newest, "activate": True}
    saved = stack.call("POST", "/v1/sla-policies", body, who="supervisor")
    assert saved.status == 201, saved.text
    # What was read is kept for half a minute.
    stack.tick("31s")
    return queue


def test_a_visitor_s_ticket_is_answered_and_shown_in_no_portal_until_proven(
    stack: Stack, tmp_path: Path
) -> None:
    contact_id, email = a_customer(stack)
    announced = stack.call(
        "POST", "/v1/tickets/uploads", {"name": "cup.png", "media_type": "image/png"}
    )
    assert announced.status == 201, announced.text
    picture = tmp_path / "cup.png"
    picture.write_bytes(PNG)
    post_file(announced.json, picture)
    form = {
        "email": email,
        "subject": "The cup <b>broke</b>",
        "message": "It broke at once.",
        "attachments.0": announced.json["token"],
    }

    posted = [stack.call("POST", "/v1/tickets", form=form) for _ in range(2)]
    ticket_id = posted[0].json["ticket_id"]

    assert [one.json["ticket_id"] for one in posted] == [ticket_id, ticket_id], "a double click"
    found = tickets(stack, "GET", f"/{ticket_id}")
    assert found["ticket"]["contact_id"] == contact_id
    assert found["ticket"]["due_clock"] == "first_response"
    (file,) = found["messages"][0]["attachments"]
    url = tickets(stack, "GET", f"/{ticket_id}/attachments/{file['file_id']}")["url"]
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.read() == PNG
        assert "attachment" in answer.headers["content-disposition"]
    listed = tickets(stack, "GET", "?queue=support&limit=100")["items"]
    assert ticket_id in [one["ticket_id"] for one in listed]
    refused = stack.call("POST", f"/v1/tickets/{ticket_id}/moves", {"to": "closed"}, who="agent")
    assert (refused.status, "resolved" in refused.json["allowed"]) == (409, True)
    stranger = stack.customer_token(a_customer(stack)[1])
    assert own(stack, stranger, "GET", f"/{ticket_id}").status == 404
    # By signing in the customer shows that the address is theirs.
    token = stack.customer_token(email)
    assert own(stack, token, "GET", f"/{ticket_id}").json["ticket"]["state"] == "open"
    stack.rest()
    history = stack.get(f"/v1/contacts/{contact_id}/history", who="agent").json["entries"]
    assert "ticket_opened" in [one["kind"] for one in history]


def test_a_ticket_escalates_once_a_level_is_settled_opened_again_and_followed(
    stack: Stack,
) -> None:
    contact_id, email = a_customer(stack)
    queue = a_queue(stack)
    # Before the time is another: tries to sign in are counted by it, for all journeys together.
    token = stack.customer_token(email)
    with stack.another_time():
        stack.go_to(FRIDAY_16_30)
        opened = tickets(
            stack,
            "POST",
            "/on-behalf",
            {"contact_id": contact_id, "subject": "Late", "body": "Where is it?", "queue": queue,
             "owner_id": "ojas"},
        )  # fmt: skip
        ticket_id, ref = opened["ticket_id"], opened["reference"]
        monday = datetime.fromisoformat(opened["due_at"])
        # The clock runs on while the ticket is on its way.
        assert (
            timedelta(0) <= monday - datetime(2025, 6, 9, 9, 30, tzinfo=UTC) < timedelta(minutes=2)
        )

        for minutes in (-15, 0, 60):
            stack.go_to(monday + timedelta(minutes=minutes, seconds=1))
        told = {
            to: [one.subject for one in stack.mail(f"{to}@example.com") if ref in one.subject]
            for to in ("ojas", "pema", "maya")
        }
        assert told == {
            "ojas": [f"Ticket {ref} needs an answer soon"],
            "pema": [f"Ticket {ref} is late"],
            "maya": [f"Ticket {ref} was escalated to you"],
        }
        then = tickets(stack, "GET", f"/{ticket_id}/sla?as_of=2025-06-06T16:45:00Z")
        clock = then["clocks"]["first_response"]
        assert (clock["state"], clock["target"]) == ("active", 60)

        tickets(stack, "POST", f"/{ticket_id}/replies", {"body": "Sent.", "then": "resolved"})
        stack.tick("3d")
        again = own(stack, token, "POST", f"/{ticket_id}/replies", {"body": "Not here."})
        assert again.json["ticket"]["state"] == "open"

        tickets(stack, "POST", f"/{ticket_id}/moves", {"to": "resolved"})
        stack.tick("7d1m")
        assert tickets(stack, "GET", f"/{ticket_id}")["ticket"]["state"] == "closed"

        stack.tick("40d")
        later = own(stack, token, "POST", f"/{ticket_id}/replies", {"body": "And now?"})
        new_id = later.json["ticket"]["ticket_id"]
        assert new_id != ticket_id
        assert tickets(stack, "GET", f"/{new_id}")["ticket"]["follows"] == ticket_id

        moved = tickets(stack, "POST", f"/{new_id}/merge", {"into": _another(stack, contact_id)})
        back = stack.call("POST", f"/v1/tickets/{moved['ticket_id']}/merge", {"into": new_id}, who="agent")  # fmt: skip
        assert (back.status, back.json["code"]) == (409, "ticket_merged")
        reply = own(stack, token, "POST", f"/{new_id}/replies", {"body": "Here too."})
        assert reply.json["ticket"]["ticket_id"] == moved["ticket_id"]
        stack.rest()


def test_deadlines_are_working_time_of_the_calendar_s_own_zone_and_pauses_move_them(
    stack: Stack,
) -> None:
    contact_id, _ = a_customer(stack)
    weekdays = ("sun", "mon", "tue", "wed", "thu", "fri")
    nepal = {"zone": "Asia/Kathmandu", "hours": {day: ["10:00-17:00"] for day in weekdays}}
    broken = {"zone": "UTC", "hours": {day: ["09:00-10:00", "10:30-17:00"] for day in weekdays}}
    in_nepal = a_queue(stack, nepal)
    with_a_break = a_queue(stack, broken, "resolution", 120)
    office = a_queue(stack)

    def opened(queue: str, at: datetime) -> str:
        stack.go_to(at)
        body = {"contact_id": contact_id, "subject": "S", "body": "B", "queue": queue}
        return str(tickets(stack, "POST", "/on-behalf", body)["ticket_id"])

    def clock(ticket_id: str, name: str = "first_response") -> dict[str, Any]:
        found: dict[str, Any] = tickets(stack, "GET", f"/{ticket_id}/sla")["clocks"][name]
        return found

    def due(ticket_id: str, expected: datetime, name: str = "first_response") -> bool:
        """At that time, but for what the clock ran on while the ticket was on its way."""
        late = datetime.fromisoformat(clock(ticket_id, name)["due_at"]) - expected
        return timedelta(0) <= late < timedelta(minutes=2)

    friday = datetime(2025, 6, 6, tzinfo=UTC)
    with stack.another_time():
        paused = opened(with_a_break, friday.replace(hour=9))
        for minute, to in ((30, "pending"), (45, "open")):
            stack.go_to(friday.replace(hour=9, minute=minute))
            tickets(stack, "POST", f"/{paused}/moves", {"to": to})
        assert due(paused, friday.replace(hour=11, minute=45), "resolution")

        # 16:30 in Kathmandu, where Saturday is free and Sunday is not.
        abroad = opened(in_nepal, friday.replace(hour=10, minute=45))
        assert due(abroad, datetime(2025, 6, 8, 4, 45, tzinfo=UTC))

        # Just before 16:00, so that an answer at 17:00 comes at the very end.
        last = opened(office, friday.replace(hour=15, minute=59))
        assert due(last, friday.replace(hour=16, minute=59))
        stack.go_to(friday.replace(hour=16, minute=58))
        tickets(stack, "POST", f"/{last}/replies", {"body": "Here."})
        assert clock(last)["state"] == "met"
        over_night = opened(office, FRIDAY_16_30)
        assert due(over_night, datetime(2025, 6, 9, 9, 30, tzinfo=UTC))
        stack.rest()


def _another(stack: Stack, contact_id: str) -> str:
    body = {"contact_id": contact_id, "subject": "Another", "body": "Another."}
    return str(tickets(stack, "POST", "/on-behalf", body)["ticket_id"])
