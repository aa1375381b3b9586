"""Tickets over HTTP: opened, answered, moved, listed, and what is refused."""

import pytest

from shared.support.tickets.repository import happenings, need
from tests import dealings
from tests.builders import a_contact
from tests.calls import http
from tests.cloud import everything
from tests.customers import custom_fields
from tests.pump import carried
from tests.support import (
    MINA,
    OMAR,
    a_ticket,
    calls_made,
    desk,
    loads,
    own,
    policies_in_force,
    posted,
    queues_in_force,
    shown,
    timer_fires,
)

pytestmark = pytest.mark.usefixtures("tables")


def ticket_items():
    return [item for item in everything() if str(item["pk"]).startswith("TICKET#")]


def test_a_form_opens_a_ticket_with_its_first_message():
    policies_in_force(first_response=60)

    answer = posted(name="Ann Lee")

    assert answer.status == 201, answer.text
    found = shown(answer.json["ticket_id"])
    ticket, (message,) = found["ticket"], found["messages"]
    assert (ticket["state"], ticket["channel"], ticket["queue"]) == ("new", "form", "support")
    assert ticket["requester"]["email"] == "ann@example.com"
    assert ticket["contact_id"] == dealings.contact_id("ann@example.com")
    assert ticket["proven"] is False
    assert ticket["due_at"] == "2025-06-02T10:00:00.000Z"
    assert (message["body"], message["author"], message["public"]) == (
        "It broke.",
        "customer",
        True,
    )
    assert {fact.type for fact in carried()} >= {"TicketOpened", "TicketMessageAdded"}


def test_a_double_click_is_one_ticket_and_a_later_message_another(clock):
    first = posted()
    clock.tick(seconds=50)
    again = posted()
    clock.tick(minutes=5)
    later = posted()

    assert first.json == again.json
    assert later.json != first.json


def test_a_key_says_which_post_is_which():
    keyed = {"idempotency-key": "k1"}

    assert posted(keyed).json == posted(keyed).json
    assert posted(keyed, message="Something else").code == "idempotency_key_reused"


def test_what_looks_automatic_is_answered_alike_and_kept_as_spam():
    answer = posted(website="https://spam.example")

    assert answer.status == 201
    assert shown(answer.json["ticket_id"])["ticket"]["state"] == "spam"


def test_too_many_from_one_place_are_kept_as_spam():
    found = [posted(subject=f"S{n}").json["ticket_id"] for n in range(7)]

    assert [shown(one)["ticket"]["state"] for one in found] == ["new"] * 5 + ["spam"] * 2


def test_a_post_is_one_call_and_the_ticket_of_whoever_has_the_address():
    ann = a_contact(emails=[{"address": "ann@example.com"}, {"address": "lee@example.com"}])
    posted(subject="First")  # What is configured is known from here on.

    with calls_made() as calls:
        own_address = posted(subject="Second").json["ticket_id"]
    with calls_made() as further_calls:
        further = posted(subject="Third", email="lee@example.com").json["ticket_id"]
    held = [posted(subject=f"S{n}", email="lee@example.com").json["ticket_id"] for n in range(4)]

    assert calls == ["dynamodb.TransactWriteItems"]
    assert further_calls == ["dynamodb.TransactWriteItems"] * 2
    tickets = [need(one) for one in (own_address, further, *held)]
    assert {one.contact_id for one in tickets} == {ann}
    assert tickets[-1].state == "spam"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": ""}, {"email": "missing"}),
        ({"email": "nobody"}, {"email": "email_invalid"}),
        ({"subject": ""}, {"subject": "missing"}),
        ({"type": "poem"}, {"type": "literal_error"}),
        ({"type": "return"}, {"lines": "missing"}),
        ({"custom.size": "12"}, {"custom.size": "unknown_field"}),
        ({"attachments.0": "forged"}, {"attachments.0": "attachment_unknown"}),
        (
            {"lines.0.sku": "a b", "lines.0.order_id": "o"},
            {"lines.0.sku": "string_pattern_mismatch"},
        ),
    ],
)
def test_a_form_that_cannot_be_taken_names_the_field_and_stores_nothing(fields, wrong):
    answer = posted(**fields)

    assert (answer.status, answer.fields) == (422, wrong)
    assert ticket_items() == []


def test_what_cannot_be_read_is_taken_out_and_nothing_left_is_refused():
    ticket = a_ticket(subject="Bro\x00ken\r\nBcc: x", body="a\x07b\nc")

    (message,) = shown(ticket["ticket_id"])["messages"]
    assert (ticket["subject"], message["body"]) == ("Broken Bcc: x", "ab\nc")
    empty = desk("POST", f"/{ticket['ticket_id']}/replies", body={"body": "\x00\x01"})
    assert empty.fields == {"body": "value_error"}
    nowhere = {"email": "ann@example.com", "subject": "s", "body": "b", "queue": "nowhere"}
    assert desk("POST", "/on-behalf", body=nowhere).fields == {"queue": "queue_not_found"}


def test_a_return_carries_its_order_lines():
    fields = {
        "type": "return",
        "lines.0.order_id": "o-1",
        "lines.0.sku": "cup",
        "lines.0.quantity": "2",
    }

    answer = posted(**fields)

    (line,) = shown(answer.json["ticket_id"])["ticket"]["lines"]
    assert (line["order_id"], line["sku"], line["quantity"]) == ("o-1", "cup", 2)


def test_a_browser_goes_only_where_the_settings_allow():
    assert posted(return_url="https://evil.example").code == "return_url_refused"
    assert posted({"origin": "https://evil.example"}).code == "origin_not_allowed"


def test_opening_is_one_write_of_ticket_event_message_and_events():
    with calls_made() as calls:
        a_ticket()

    assert [call for call in calls if "Write" in call] == ["dynamodb.TransactWriteItems"]
    (head,) = [one for one in ticket_items() if one["sk"] == "TICKET"]
    assert [event["type"] for event in head["_events"]] == ["TicketOpened", "TicketMessageAdded"]


def test_a_key_makes_one_ticket_of_a_request_sent_twice():
    body = {"email": "ann@example.com", "subject": "Broken", "body": "It broke."}
    keyed = {"idempotency-key": "k1"}

    first = desk("POST", "/on-behalf", body=body, headers=keyed).json
    again = desk("POST", "/on-behalf", body=body, headers=keyed).json
    other = desk("POST", "/on-behalf", body={**body, "subject": "Else"}, headers=keyed)

    assert first["ticket_id"] == again["ticket_id"]
    assert other.code == "idempotency_key_reused"


def test_an_answer_stops_the_clock_and_leaves_the_ticket_as_wanted():
    policies_in_force(first_response=60, resolution=480)
    ticket = a_ticket()

    answer = desk(
        "POST", f"/{ticket['ticket_id']}/replies", body={"body": "Try this.", "then": "pending"}
    )

    assert answer.status == 201, answer.text
    found = answer.json["ticket"]
    assert (found["state"], found["due_at"], found["last_author"]) == ("pending", None, "agent")
    assert found["version"] == 2
    assert [one.kind for one in happenings(ticket["ticket_id"])] == ["opened", "agent_reply"]


def test_an_answer_sent_twice_with_its_key_is_one_message():
    ticket_id = a_ticket()["ticket_id"]
    keyed = {"idempotency-key": "k1"}
    body = {"body": "Try this."}

    first = desk("POST", f"/{ticket_id}/replies", body=body, headers=keyed).json
    again = desk("POST", f"/{ticket_id}/replies", body=body, headers=keyed).json

    assert first["message_id"] == again["message_id"]
    assert len(shown(ticket_id)["messages"]) == 2
    assert desk("POST", f"/{ticket_id}/replies", body={"body": "Else"}, headers=keyed).status == 422


def test_an_answer_to_what_somebody_else_answered_meanwhile_is_refused():
    ticket_id = a_ticket()["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", body={"body": "First", "version": 1})

    late = desk("POST", f"/{ticket_id}/replies", body={"body": "Second", "version": 1})

    assert (late.status, late.json["version"]) == (412, 2)


def test_a_note_is_for_staff_and_those_mentioned_watch():
    ticket_id = a_ticket()["ticket_id"]
    desk("GET", "", by=OMAR, query={"owner": "me"})

    answer = desk("POST", f"/{ticket_id}/notes", body={"body": "Odd.", "mentions": ["omar"]})

    assert answer.json["ticket"]["watchers"] == ["omar"]
    assert answer.json["ticket"]["state"] == "new"
    assert shown(ticket_id)["messages"][1]["public"] is False
    unknown = desk("POST", f"/{ticket_id}/notes", body={"body": "Odd.", "mentions": ["nobody"]})
    assert unknown.fields == {"mentions": "staff_not_found"}


def test_an_illegal_move_names_the_legal_ones():
    ticket_id = a_ticket()["ticket_id"]

    refused = desk("POST", f"/{ticket_id}/moves", body={"to": "closed"})

    assert (refused.status, refused.code) == (409, "move_not_allowed")
    assert refused.json["allowed"] == ["open", "pending", "on_hold", "resolved", "spam"]
    assert desk("POST", f"/{ticket_id}/moves", body={"to": "merged"}).status == 409
    assert desk("POST", f"/{ticket_id}/moves", body={"to": "resolved", "version": 9}).status == 412


def test_a_resolved_ticket_closes_after_a_week(clock):
    ticket_id = a_ticket()["ticket_id"]
    desk("POST", f"/{ticket_id}/moves", body={"to": "resolved"})

    clock.tick(days=6)
    timer_fires(ticket_id)
    assert need(ticket_id).state == "resolved"
    clock.tick(days=1)
    timer_fires(ticket_id, times=3)

    ticket = need(ticket_id)
    assert (ticket.state, ticket.version) == ("closed", 3)


def test_another_priority_moves_the_deadline_from_the_start(clock):
    policies_in_force(first_response=240)
    ticket_id = a_ticket()["ticket_id"]
    clock.tick(minutes=10)

    answer = desk("PUT", f"/{ticket_id}/priority", body={"priority": "urgent"})

    assert answer.json["due_at"] == "2025-06-02T10:00:00.000Z"
    again = desk("PUT", f"/{ticket_id}/priority", body={"priority": "urgent"})
    assert again.json["version"] == answer.json["version"]


def test_giving_a_ticket_away_counts_in_both_loads():
    queues_in_force()
    ticket_id = a_ticket()["ticket_id"]
    desk("GET", "", by=OMAR, query={"owner": "me"})

    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "mina"})
    answer = desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "omar", "version": 2})

    assert (answer.json["owner_id"], answer.json["version"]) == ("omar", 3)
    assert loads() == {"STAFF#mina": 0, "STAFF#omar": 1}
    assert desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "nobody"}).status == 422
    assert desk("PUT", f"/{ticket_id}/owner", body={"owner_id": None, "queue": "x"}).status == 422
    desk("POST", f"/{ticket_id}/moves", body={"to": "resolved"})
    assert loads() == {"STAFF#mina": 0, "STAFF#omar": 0}
    mine = desk("GET", "", by=OMAR, query={"owner": "me", "group": "resolved"}).json["items"]
    assert [one["ticket_id"] for one in mine] == [ticket_id]


def test_facts_change_with_the_version_they_were_read_at():
    ticket_id = a_ticket()["ticket_id"]

    answer = desk(
        "PATCH", f"/{ticket_id}", body={"version": 1, "tags": ["vip"], "type": "incident"}
    )

    assert (answer.json["tags"], answer.json["type"], answer.json["version"]) == (
        ["vip"],
        "incident",
        2,
    )
    same = desk("PATCH", f"/{ticket_id}", body={"version": 2, "tags": ["vip"]})
    assert same.json["version"] == 2
    assert desk("PATCH", f"/{ticket_id}", body={"version": 1, "tags": []}).status == 412
    assert desk("PATCH", f"/{ticket_id}", body={"version": 2, "custom": {"x": 1}}).status == 422


def test_the_most_urgent_of_a_queue_come_first_in_one_query(clock):
    policies_in_force(first_response=240)
    late = a_ticket(subject="late")
    clock.tick(minutes=5)
    urgent = a_ticket(subject="urgent", priority="urgent")
    low = a_ticket(subject="low", priority="low")

    with calls_made() as calls:
        page = desk("GET", "", query={"queue": "support", "limit": "2"}).json

    assert [one["subject"] for one in page["items"]] == ["urgent", "late"]
    assert calls.count("dynamodb.Query") == 1
    rest = desk("GET", "", query={"queue": "support", "limit": "2", "cursor": page["next"]}).json
    assert [one["ticket_id"] for one in rest["items"]] == [low["ticket_id"]]
    assert urgent and late
    assert desk("GET", "", query={"queue": "support", "owner": "me"}).status == 422


def test_a_customer_s_tickets_are_listed_for_staff():
    contact = dealings.a_contact()
    ticket = a_ticket(email=None, contact_id=contact.contact_id)

    assert ticket["proven"] is True
    found = desk("GET", "", query={"contact": contact.contact_id}).json["items"]
    assert [one["ticket_id"] for one in found] == [ticket["ticket_id"]]
    both = desk("POST", "/on-behalf", body={"contact_id": contact.contact_id, "email": "x@example.com", "subject": "s", "body": "b"})  # fmt: skip
    assert both.fields == {"contact_id": "ambiguous"}


def test_only_those_who_work_tickets_change_them():
    ticket_id = a_ticket()["ticket_id"]
    rep = ("asha", ["rep"])

    assert desk("GET", f"/{ticket_id}", by=rep).status == 200
    assert desk("POST", f"/{ticket_id}/replies", by=rep, body={"body": "x"}).status == 403
    assert desk("GET", "/ticket_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404
    assert desk("GET", "/nonsense").status == 404
    assert desk("GET", f"/{ticket_id}/events").json["items"][0]["kind"] == "opened"
    assert MINA


def cases(method, path="", **how):
    return http("ticket_admin", method, f"/v1/cases{path}", staff=MINA, **how)


def test_a_case_groups_tickets_and_those_that_follow_them(clock):
    keyed = {"idempotency-key": "k1"}
    case = cases("POST", body={"title": "The flood"}, headers=keyed).json
    ann = dealings.a_contact()
    ticket_id = a_ticket(email=None, contact_id=ann.contact_id)["ticket_id"]

    desk("PATCH", f"/{ticket_id}", body={"version": 1, "case_id": case["case_id"]})

    assert (
        cases("POST", body={"title": "The flood"}, headers=keyed).json["case_id"] == case["case_id"]
    )
    own("POST", ann.contact_id, f"/{ticket_id}/close")
    clock.tick(days=40)
    later = own("POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "Again."}).json
    found = cases("GET", f"/{case['case_id']}", route="/v1/cases/{case_id}").json["tickets"]
    assert [one["ticket_id"] for one in found] == [ticket_id, later["ticket"]["ticket_id"]]
    desk("PATCH", f"/{found[1]['ticket_id']}", body={"version": 1, "case_id": None})
    left = cases("GET", f"/{case['case_id']}").json["tickets"]
    assert [one["ticket_id"] for one in left] == [ticket_id]
    unknown = {"version": 2, "case_id": "case_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"}
    assert desk("PATCH", f"/{found[1]['ticket_id']}", body=unknown).fields == {
        "case_id": "case_not_found"
    }
    assert cases("GET", "/case_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404


def test_custom_fields_are_checked_and_sensitive_ones_masked(now):
    size = {"name": "size", "label": "Size", "type": "number"}
    secret = {"name": "serial", "label": "Serial", "type": "text", "sensitive": True, "visible_to": ["supervisor"]}  # fmt: skip
    custom_fields(now, size, secret, noun="ticket")
    ticket_id = posted(**{"custom.size": "12", "custom.serial": "X-123456789"}).json["ticket_id"]

    seen, all_seen = (
        shown(ticket_id)["ticket"],
        desk("GET", f"/{ticket_id}", by=OMAR).json["ticket"],
    )

    assert (seen["custom"], seen["masked"]) == ({"size": 12, "serial": "****6789"}, ["serial"])
    assert all_seen["custom"]["serial"] == "X-123456789"
    wrong = desk("PATCH", f"/{ticket_id}", body={"version": 1, "custom": {"size": "big"}})
    assert list(wrong.fields) == ["custom.size"]
    mine = desk("PATCH", f"/{ticket_id}", body={"version": 1, "custom": {"serial": "Y"}})
    assert mine.code == "custom_field_forbidden"
    assert (
        desk("PATCH", f"/{ticket_id}", body={"version": 1, "custom": {"size": 13}}).json["custom"][
            "size"
        ]
        == 13
    )
