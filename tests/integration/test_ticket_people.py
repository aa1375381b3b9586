"""Who takes a ticket, who is told of it, who else is at it; tickets merged and split (V4, V5)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.customers.events import ContactsMerged, MergeUndone
from shared.directory.changes import change_staff
from shared.directory.model import StaffChange
from shared.support.tickets.repository import happenings, need
from tests import dealings
from tests.calls import bus_event, http, invoke, queue_event
from tests.cloud import everything
from tests.pump import Pump, carried
from tests.sending import mails as sent_mails
from tests.staffing import hire, person
from tests.support import (
    OMAR,
    a_ticket,
    desk,
    loads,
    own,
    policies,
    policies_in_force,
    queues_in_force,
    shown,
    timer_fires,
)

pytestmark = pytest.mark.usefixtures("tables")


def agents(*names: str, **more: Any) -> None:
    hire(*(person(name, team_id="support", roles=("agent",), **more) for name in names))


def auto(strategy: str = "least_busy", **more: Any) -> None:
    queues_in_force(team_id="support", strategy=strategy, **more)


def mails() -> list[tuple[str, str]]:
    """Those to people who work here."""
    told = [(one.destinations["ToAddresses"][0], subject_of(one)) for one in sent_mails()]
    return [(to, subject) for to, subject in told if not subject.startswith("Re: ")]


def subject_of(one: Any) -> str:
    return str(one.subject)


def owner(ticket_id: str) -> str | None:
    return need(ticket_id).owner_id


def test_tickets_go_to_whoever_has_the_fewest():
    agents("ann", "bob")
    auto()

    found = [a_ticket(subject=f"S{n}")["ticket_id"] for n in range(4)]
    Pump().run()

    assert sorted(str(owner(one)) for one in found) == ["ann", "ann", "bob", "bob"]
    assert loads() == {"STAFF#ann": 2, "STAFF#bob": 2}


def test_tickets_go_round_and_each_once_whatever_is_delivered_twice():
    agents("ann", "bob", "cid")
    auto("round_robin")

    found = [a_ticket(subject=f"S{n}")["ticket_id"] for n in range(3)]
    Pump(copies=3).run()

    assert {owner(one) for one in found} == {"ann", "bob", "cid"}
    assert sum(loads().values()) == 3


def test_a_ticket_goes_to_somebody_who_knows_and_has_room():
    agents("ann")
    agents("bob", skills=("french",))
    skill = {"skill": "French", "when": [{"field": "tag", "in": ["fr"]}]}
    auto(skills=[skill], capacity=1)

    first, second = (a_ticket(subject=f"S{n}", tags=["fr"])["ticket_id"] for n in range(2))
    Pump().run()

    assert {owner(first), owner(second)} == {"bob", None}


def test_at_night_a_ticket_waits_until_the_first_comes_to_work(clock):
    agents("ann")
    auto()
    clock.at(datetime(2025, 6, 2, 20, tzinfo=UTC))
    ticket_id = a_ticket()["ticket_id"]
    Pump().run()
    assert (owner(ticket_id), need(ticket_id).assign_at) == (None, "2025-06-03T04:15:00.000Z")

    clock.at(datetime(2025, 6, 3, 4, 16, tzinfo=UTC))
    timer_fires(ticket_id, times=2)

    assert owner(ticket_id) == "ann"


def test_what_somebody_had_who_left_is_given_to_others(clock):
    agents("ann", "bob")
    auto()
    found = [a_ticket(subject=f"S{n}")["ticket_id"] for n in range(2)]
    Pump().run()

    change_staff("ann", StaffChange(version=1, disabled=True), clock(), by="root")
    Pump().run()

    assert [owner(one) for one in found] == ["bob", "bob"]
    assert loads() == {"STAFF#ann": 0, "STAFF#bob": 2}


def test_by_hand_nobody_is_chosen():
    agents("ann")
    queues_in_force(team_id="support")

    ticket_id = a_ticket()["ticket_id"]
    Pump().run()

    assert owner(ticket_id) is None


def test_many_tickets_are_given_away_at_once_and_each_tells_what_became_of_it():
    agents("ann")
    one, two = (a_ticket(subject=f"S{n}")["ticket_id"] for n in range(2))
    own_path = f"/{two}/moves"
    desk("POST", own_path, body={"to": "spam"})
    body = {"ticket_ids": [one, two, "ticket_x"], "owner_id": "ann"}

    found = desk("POST", "/assignments", body=body).json["items"]
    again = desk("POST", "/assignments", body=body).json["items"]

    assert [(item["version"], item["refused"]) for item in found] == [
        (2, None),
        (None, "ticket_ended"),
        (None, "ticket_not_found"),
    ]
    assert again == found
    nobody = desk("POST", "/assignments", body={**body, "owner_id": "nobody"})
    assert nobody.fields == {"owner_id": "staff_not_found"}


def test_whoever_is_at_a_ticket_is_shown_to_others_for_a_minute(clock):
    ticket_id = a_ticket()["ticket_id"]
    desk("PUT", f"/{ticket_id}/presence", by=OMAR, body={"doing": "writing"})

    seen = desk("PUT", f"/{ticket_id}/presence", body={"doing": "viewing"}).json["items"]

    assert [(one["staff_id"], one["doing"]) for one in seen] == [("omar", "writing")]
    assert [one["staff_id"] for one in shown(ticket_id)["present"]] == ["omar"]
    clock.tick(seconds=61)
    assert shown(ticket_id)["present"] == []
    assert need(ticket_id).version == 1


def test_the_owner_is_warned_the_supervisor_told_and_the_manager_last(clock):
    hire(person("mina", roles=("agent",)), person("omar", roles=("supervisor",)))
    hire(person("vera", roles=("supervisor",)))
    queues_in_force(supervisors=["omar"], managers=["vera"])
    policies_in_force(first_response=60)
    clock.at(datetime(2025, 6, 6, 16, 30, tzinfo=UTC))
    ticket_id = a_ticket(owner_id="mina")["ticket_id"]
    ref = ticket_id[-8:]

    for hour, minute in ((9, 15), (9, 30), (10, 30)):
        clock.at(datetime(2025, 6, 9, hour, minute, tzinfo=UTC))
        timer_fires(ticket_id)
        Pump(copies=3).run()

    assert mails() == [
        ("mina@example.com", f"Ticket {ref} needs an answer soon"),
        ("omar@example.com", f"Ticket {ref} is late"),
        ("vera@example.com", f"Ticket {ref} was escalated to you"),
    ]


def test_who_answered_before_the_notice_went_out_is_told_nothing(clock):
    hire(person("omar", roles=("supervisor",)))
    queues_in_force(supervisors=["omar"])
    policies_in_force(first_response=60)
    clock.at(datetime(2025, 6, 6, 16, 30, tzinfo=UTC))
    ticket_id = a_ticket()["ticket_id"]
    clock.at(datetime(2025, 6, 9, 9, 31, tzinfo=UTC))
    timer_fires(ticket_id)
    desk("POST", f"/{ticket_id}/replies", body={"body": "Sorry."})

    Pump().run()

    assert [fact.type for fact in carried() if fact.type.startswith("Sla")] == ["SlaBreached"]
    assert mails() == []


def test_somebody_escalates_by_hand_with_a_reason_and_a_key_once():
    hire(person("vera", roles=("supervisor",)))
    queues_in_force(managers=["vera"])
    ticket_id = a_ticket()["ticket_id"]
    keyed = {"idempotency-key": "k1"}
    path, body = f"/{ticket_id}/escalations", {"reason": "They are furious."}

    first = desk("POST", path, body=body, headers=keyed)
    again = desk("POST", path, body=body, headers=keyed)
    Pump().run()

    assert first.json["version"] == again.json["version"] == 2
    assert happenings(ticket_id)[1].details == {"reason": "They are furious."}
    assert [to for to, _ in mails()] == ["vera@example.com"]
    assert desk("POST", path, body={"reason": " "}).status == 422


def test_the_new_owner_is_told_unless_they_took_it_themselves():
    hire(person("mina", roles=("agent",)), person("omar", roles=("supervisor",)))
    ticket_id = a_ticket()["ticket_id"]
    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "mina"})
    Pump().run()
    assert mails() == []

    desk("PUT", f"/{ticket_id}/owner", body={"owner_id": "omar"})
    Pump().run()

    assert [to for to, _ in mails()] == ["omar@example.com"]
    a_ticket(subject="another", owner_id="omar")
    Pump().run()
    assert [to for to, _ in mails()] == ["omar@example.com"] * 2


def test_who_is_named_in_a_note_is_told_and_nobody_of_other_messages():
    hire(person("omar", roles=("supervisor",)))
    ticket_id = a_ticket()["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", body={"body": "Hello."})
    note = {"body": "Omar?", "mentions": ["omar", "mina"]}
    desk("POST", f"/{ticket_id}/notes", body=note)

    Pump(copies=2).run()

    assert mails() == [("omar@example.com", f"You were named on ticket {ticket_id[-8:]}")]


def test_a_program_is_told_once_with_a_signature(clock, monkeypatch):
    calls: list[tuple[str, Any, bytes]] = []
    answers = [503, 200]

    def post(url, headers, body, seconds):
        calls.append((url, dict(headers), body))
        return answers[min(len(calls), len(answers)) - 1]

    monkeypatch.setattr("shared.support.escalation.webhook.post", post)
    url = "https://chat.example.com/hook"
    given = {"queues": [{"id": "support", "name": "Support", "webhook": url}]}
    put = http(
        "sla_admin", "PUT", "/v1/ticket-queues", staff=OMAR, body={"rules": given, "version": 0}
    )
    assert put.json["webhook_secrets"]["support"].startswith("whsec_")
    policies_in_force(first_response=60)
    ticket_id = a_ticket()["ticket_id"]
    clock.at(datetime(2025, 6, 2, 10, 0, tzinfo=UTC))
    timer_fires(ticket_id)

    Pump(copies=2).run()

    assert len(calls) == 2, "once more, for the program could not listen"
    assert calls[0][1]["webhook-id"] == calls[1][1]["webhook-id"]
    assert json.loads(calls[1][2])["data"]["ticket_id"] == ticket_id
    (claim,) = [one for one in everything() if one["sk"] == "WEBHOOK#support"]
    assert claim["state"] == "sent"


def test_programs_inside_are_not_called():
    given = {"queues": [{"id": "support", "name": "S", "webhook": "http://169.254.169.254/"}]}

    answer = http(
        "sla_admin", "PUT", "/v1/ticket-queues", staff=OMAR, body={"rules": given, "version": 0}
    )

    assert list(answer.fields) == ["rules.queues.0.webhook"]


def test_a_dry_run_tells_what_would_be_and_changes_nothing(clock):
    policies_in_force(first_response=600)
    ticket_id = a_ticket()["ticket_id"]
    clock.at(datetime(2025, 6, 2, 9, 50, tzinfo=UTC))
    before = sorted(everything(), key=str)
    path = "/v1/sla-policies/dry-runs"

    tried = http(
        "sla_admin", "POST", path, staff=OMAR, body={"policies": policies(first_response=60)}
    )
    present = http("sla_admin", "POST", path, staff=OMAR, body={})

    assert [(one["level"], one["at"], one["new"]) for one in tried.json["levels"]] == [
        ("warn", "2025-06-02T09:45:00Z", False),
        ("breach", "2025-06-02T10:00:00Z", True),
        ("manager", "2025-06-02T11:00:00Z", True),
    ]
    assert (tried.json["looked_at"], tried.json["gone"]) == (1, 0)
    assert [one["level"] for one in present.json["levels"]] == ["warn"]
    assert present.json["levels"][0]["ticket_id"] == ticket_id
    Pump().run()
    assert [
        one for one in sorted(everything(), key=str) if one["pk"].startswith(("TICKET", "NOTICE"))
    ] == [one for one in before if one["pk"].startswith(("TICKET", "NOTICE"))]
    assert mails() == []


def merge(ticket_id: str, into: str, **more: Any) -> Any:
    return desk("POST", f"/{ticket_id}/merge", body={"into": into, **more})


def test_a_merged_ticket_is_read_and_answered_in_the_other_and_never_merged_back():
    ann = dealings.a_contact()
    a, b = (
        own("POST", ann.contact_id, body={"subject": s, "body": s}).json["ticket_id"] for s in "ab"
    )

    answer = merge(a, b)

    assert answer.json["ticket_id"] == b
    assert need(a).state == "merged" and need(b).merged == [a]
    assert merge(a, b).json["version"] == answer.json["version"], "done again it changes nothing"
    back = merge(b, a)
    assert (back.status, back.code, back.json["merged_into"]) == (409, "ticket_merged", b)
    reply = own("POST", ann.contact_id, f"/{a}/replies", body={"body": "More."})
    assert reply.json["ticket"]["ticket_id"] == b
    assert [one["body"] for one in shown(b)["messages"]] == ["a", "b", "More."]
    assert [one["body"] for one in own("GET", ann.contact_id, f"/{a}").json["messages"]] == [
        "a",
        "b",
        "More.",
    ]
    assert desk("POST", f"/{a}/moves", body={"to": "open"}).status == 409
    assert merge(b, b).fields == {"into": "same_ticket"}
    assert merge(b, "ticket_01JWQ6Y3M8Z4T0V5B7C9D1E2F3").status == 404


def test_tickets_of_two_customers_are_merged_only_when_it_is_meant():
    one, other = a_ticket()["ticket_id"], a_ticket(email="bob@example.com")["ticket_id"]

    assert merge(one, other).code == "other_customer"
    assert merge(one, other, across_customers=True).status == 200


def test_a_message_becomes_a_ticket_of_its_own_once():
    ann = dealings.a_contact()
    ticket_id = own("POST", ann.contact_id, body={"subject": "a", "body": "a"}).json["ticket_id"]
    added = own(
        "POST", ann.contact_id, f"/{ticket_id}/replies", body={"body": "And the bill?"}
    ).json
    desk("POST", f"/{ticket_id}/notes", body={"body": "Hm."})
    body = {"message_id": added["message_id"], "subject": "The bill"}
    keyed = {"idempotency-key": "k1"}

    new = desk("POST", f"/{ticket_id}/split", body=body, headers=keyed)
    again = desk("POST", f"/{ticket_id}/split", body=body, headers=keyed)

    assert new.status == 201, new.text
    assert new.json["ticket_id"] == again.json["ticket_id"]
    found = shown(new.json["ticket_id"])
    assert (found["ticket"]["split_from"], found["messages"][0]["body"]) == (
        ticket_id,
        "And the bill?",
    )
    assert [one.kind for one in happenings(ticket_id)].count("split") == 1
    note = shown(ticket_id)["messages"][2]["message_id"]
    assert (
        desk("POST", f"/{ticket_id}/split", body={**body, "message_id": note}).code
        == "note_not_split"
    )
    assert desk("POST", f"/{ticket_id}/split", body={**body, "message_id": "x"}).status == 404


def test_tickets_follow_their_customer_when_records_are_merged_and_back(now):
    ann = dealings.a_contact()
    bob = dealings.a_contact(emails=[{"address": "bob@example.com"}])
    body = {"subject": "s", "body": "b"}
    his = [own("POST", bob.contact_id, body=body).json["ticket_id"] for _ in range(3)]
    hers = own("POST", ann.contact_id, body=body).json["ticket_id"]
    about = {"occurred_at": now, "contact_id": ann.contact_id, "merged_id": bob.contact_id}
    about |= {"merge_id": "m1", "by": "maya"}

    for _ in range(2):
        event = ContactsMerged(event_id="e1", **about)
        invoke("ticket_adopt", queue_event([bus_event(event)]))

    assert {
        one["ticket_id"] for one in desk("GET", "", query={"contact": ann.contact_id}).json["items"]
    } == {*his, hers}
    invoke("ticket_adopt", queue_event([bus_event(MergeUndone(event_id="e2", **about))]))
    back = desk("GET", "", query={"contact": bob.contact_id}).json["items"]
    assert {one["ticket_id"] for one in back} == set(his)
    assert need(hers).version == 1 and need(his[0]).requester.contact_id == bob.contact_id
