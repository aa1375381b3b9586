"""Row V5 over HTTP: canned replies filled in for a ticket, macros as one change of it."""

from typing import Any

import pytest

from shared.support.tickets.repository import happenings, need
from tests.calls import Answer, http
from tests.pump import carried
from tests.staffing import employed
from tests.support import MINA, OMAR, TICKET, a_ticket, calls_made, desk

pytestmark = pytest.mark.usefixtures("tables")

GREETING = {
    "id": "greeting",
    "name": "Greeting",
    "body": 'Dear {{ requester.name or "customer" }}, about {{ ticket.subject }}. {{ agent.name }}',
}
SOLVED = {
    "id": "solved",
    "name": "Solved",
    "reply": "{{ ticket.subject }}: try now.",
    "then": "resolved",
    "priority": "low",
    "assign_to": "me",
    "add_tags": ["solved"],
    "remove_tags": ["VIP"],
}


def put(noun: str, value: Any, *, by: Any = OMAR, version: int = 0) -> Answer:
    name = noun.replace("-", "_")
    body = {name: {noun.partition("-")[2] or noun: value}, "version": version}
    return http("sla_admin", "PUT", f"/v1/{noun}", staff=by, body=body)


def uses(ticket_id: str, macro: str = "solved", **more: Any) -> Answer:
    headers = more.pop("headers", {})
    body = {"macro": macro, **more}
    return desk(
        "POST", f"/{ticket_id}/macros", route=f"{TICKET}/macros", body=body, headers=headers
    )


def test_a_canned_reply_reads_as_if_written_for_the_ticket_and_its_braces_stay_text():
    assert put("canned-replies", [GREETING]).status == 200
    plain = a_ticket()["ticket_id"]
    sly = a_ticket(email="eve@example.com", subject="{{ agent.name }}", name="{{ 7*7 }}")

    first = desk("GET", f"/{plain}/canned-replies", route=f"{TICKET}/canned-replies").json
    second = desk(
        "GET", f"/{sly['ticket_id']}/canned-replies", route=f"{TICKET}/canned-replies"
    ).json

    assert first["items"][0]["body"] == "Dear customer, about Broken. Mina"
    assert second["items"][0]["body"] == "Dear {{ 7*7 }}, about {{ agent.name }}. Mina"


def test_a_macro_is_one_change_of_the_ticket_and_one_write():
    employed(*MINA)
    assert put("macros", [SOLVED]).status == 200
    ticket_id = a_ticket(tags=["vip", "broken"])["ticket_id"]
    uses(a_ticket(email="bo@example.com")["ticket_id"])

    with calls_made() as made:
        answer = uses(ticket_id)

    assert answer.status == 200, answer.text
    assert made[-1] == "dynamodb.TransactWriteItems"
    assert made.count("dynamodb.TransactWriteItems") == 1
    after = need(ticket_id)
    assert (after.version, after.state, after.priority, after.owner_id) == (
        2,
        "resolved",
        "low",
        "mina",
    )
    assert after.tags == ["broken", "solved"]
    assert after.answered_by == after.settled_by == "mina"
    assert happenings(ticket_id)[-1].details == {"macro": "solved"}
    (message,) = [
        one
        for one in desk("GET", f"/{ticket_id}").json["messages"]
        if one["message_id"] == answer.json["message_id"]
    ]
    assert (message["body"], message["public"], message["channel"]) == (
        "Broken: try now.",
        True,
        "email",
    )
    told = [one.type for one in carried() if one.detail.get("ticket_id") == ticket_id][2:]
    assert sorted(told) == [
        "TicketAssigned",
        "TicketChanged",
        "TicketMessageAdded",
        "TicketPriorityChanged",
        "TicketStateChanged",
    ]


def test_a_macro_used_twice_with_its_key_answers_once_and_another_with_the_key_is_refused():
    put("macros", [SOLVED, {**SOLVED, "id": "other"}])
    ticket_id = a_ticket()["ticket_id"]
    key = {"idempotency-key": "once"}

    first, again = uses(ticket_id, headers=key), uses(ticket_id, headers=key)

    assert first.json["message_id"] == again.json["message_id"]
    assert need(ticket_id).version == 2
    assert uses(ticket_id, "other", headers=key).json["code"] == "idempotency_key_reused"


def test_what_a_macro_cannot_do_it_does_nothing_of():
    spam = {"id": "spam", "name": "Spam", "then": "spam"}
    closed = {"id": "close", "name": "Close", "reply": "Bye.", "then": "closed"}
    put("macros", [SOLVED, spam, closed])
    ticket_id = a_ticket()["ticket_id"]

    illegal = uses(ticket_id, "close")
    assert (illegal.status, illegal.json["code"]) == (409, "move_not_allowed")
    assert uses(ticket_id, "nothing").json["code"] == "macro_not_found"
    assert uses(ticket_id, version=9).status == 412
    assert need(ticket_id).version == 1
    assert uses(ticket_id, "spam").status == 200
    ended = uses(ticket_id)
    assert (ended.status, ended.json["code"]) == (409, "ticket_ended")


@pytest.mark.parametrize(
    ("noun", "value", "field", "code"),
    [
        ("canned-replies", {**GREETING, "body": "{{ secret }}"}, "body", "unknown_variable"),
        ("macros", {**SOLVED, "reply": "{{ 1 + 1 }}"}, "reply", "field_malformed"),
        ("macros", {**SOLVED, "queue": "nowhere"}, "queue", "queue_not_found"),
        ("macros", {**SOLVED, "assign_to": "nobody.known"}, "assign_to", "staff_not_found"),
        ("macros", {**SOLVED, "note": "Both."}, "", None),
        ("macros", {"id": "idle", "name": "Idle"}, "", None),
    ],
)
def test_what_could_not_be_used_is_not_saved(noun, value, field, code):
    answer = put(noun, [value])

    assert answer.status == 422
    (wrong,) = answer.json["fields"]
    assert wrong["field"].endswith(field)
    assert code in (None, wrong["code"])
    assert http("sla_admin", "GET", f"/v1/{noun}", staff=MINA).json["version"] == 0


@pytest.mark.parametrize(("noun", "one"), [("canned-replies", GREETING), ("macros", SOLVED)])
def test_older_ones_are_brought_back_by_supervisors_alone(noun, one):
    assert put(noun, [one], by=MINA).status == 403
    assert put(noun, [one]).json["version"] == 1
    assert put(noun, [], version=1).json["version"] == 2
    assert put(noun, [one], version=1).status == 412

    body = {"to_version": 1, "version": 2}
    back = http("sla_admin", "POST", f"/v1/{noun}/rollback", staff=OMAR, body=body)

    name = noun.replace("-", "_")
    found = http("sla_admin", "GET", f"/v1/{noun}", staff=MINA).json
    assert back.json["version"] == found["version"] == 3
    assert [kept["id"] for kept in found[name][noun.partition("-")[2] or noun]] == [one["id"]]
