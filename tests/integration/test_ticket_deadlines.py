"""Rows V3 and V4 over HTTP and timers: warned, breached, escalated, each once; policies as data."""

from datetime import UTC, datetime

import pytest

from shared.support.tickets.repository import happenings, need
from tests.calls import http, invoke
from tests.cloud import everything
from tests.pump import Pump, carried
from tests.support import (
    MINA,
    OMAR,
    a_ticket,
    desk,
    policies,
    policies_in_force,
    timer_fires,
)

pytestmark = pytest.mark.usefixtures("tables")

FRIDAY = datetime(2025, 6, 6, 16, 30, tzinfo=UTC)


def told():
    kinds = {"SlaWarned", "SlaBreached", "TicketEscalated"}
    return [
        (fact.type, fact.detail["occurred_at"][:16]) for fact in carried() if fact.type in kinds
    ]


def tick_timers():
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump().run()


def test_a_breach_is_warned_of_told_and_escalated_each_once(clock):
    policies_in_force(first_response=60)
    clock.at(FRIDAY)
    ticket_id = a_ticket()["ticket_id"]

    for day, hour, minute in (
        (6, 17, 0),
        (9, 9, 14),
        (9, 9, 15),
        (9, 9, 29),
        (9, 9, 30),
        (9, 10, 30),
    ):
        clock.at(datetime(2025, 6, day, hour, minute, tzinfo=UTC))
        timer_fires(ticket_id, times=3)

    assert told() == [
        ("SlaWarned", "2025-06-09T09:15"),
        ("SlaBreached", "2025-06-09T09:30"),
        ("TicketEscalated", "2025-06-09T10:30"),
    ]
    alerts = [one["sk"] for one in everything() if one["sk"].startswith("ALERT#")]
    assert len(alerts) == 3
    assert need(ticket_id).version == 4 == len(happenings(ticket_id))


def test_the_schedule_finds_a_ticket_whose_time_has_come(clock):
    policies_in_force(first_response=60)
    clock.at(FRIDAY)
    a_ticket()
    clock.at(datetime(2025, 6, 9, 9, 15, 1, tzinfo=UTC))

    tick_timers()

    assert [kind for kind, _ in told()] == ["SlaWarned"]


def test_an_answer_a_second_before_the_deadline_lets_nothing_happen(clock):
    policies_in_force(first_response=60)
    clock.at(FRIDAY)
    ticket_id = a_ticket()["ticket_id"]
    clock.at(datetime(2025, 6, 9, 9, 14, 59, tzinfo=UTC))
    desk("POST", f"/{ticket_id}/replies", body={"body": "Try this."})

    for minute in (15, 30):
        clock.at(datetime(2025, 6, 9, 9, minute, tzinfo=UTC))
        timer_fires(ticket_id)

    assert told() == []


def test_a_pending_ticket_is_not_escalated_and_goes_on_afterwards(clock):
    policies_in_force(resolution=60)
    clock.at(datetime(2025, 6, 2, 9, tzinfo=UTC))
    ticket_id = a_ticket()["ticket_id"]
    clock.tick(minutes=30)
    desk("POST", f"/{ticket_id}/moves", body={"to": "pending"})
    clock.tick(days=2)
    timer_fires(ticket_id)
    assert told() == []

    answer = desk("POST", f"/{ticket_id}/moves", body={"to": "open"})

    assert answer.json["due_at"] == "2025-06-04T10:00:00.000Z"


def test_a_late_timer_tells_of_the_breach_alone(clock):
    policies_in_force(first_response=60)
    clock.at(FRIDAY)
    ticket_id = a_ticket()["ticket_id"]
    clock.at(datetime(2025, 6, 9, 9, 45, tzinfo=UTC))

    timer_fires(ticket_id)

    assert [kind for kind, _ in told()] == ["SlaBreached"]


def rules(method, path="", *, by=OMAR, **how):
    return http("sla_admin", method, f"/v1/sla-policies{path}", staff=by, **how)


def test_policies_are_drafted_activated_and_rolled_back(clock):
    first = rules(
        "POST", body={"policies": policies(first_response=60), "version": 0, "activate": True}
    )
    draft = rules("POST", body={"policies": policies(first_response=30), "version": 1})
    clock.tick(minutes=1)
    assert (first.json["active"], draft.json["active"]) == (True, False)
    assert rules("GET", "/1").json["active"] is True
    before = a_ticket()

    activated = rules("POST", "/2/activate", route="/v1/sla-policies/{version}/activate")
    clock.tick(minutes=1)

    assert activated.json["active"] is True
    after = a_ticket(subject="after")
    assert before["due_at"] == "2025-06-02T10:00:00.000Z"
    assert after["due_at"] == "2025-06-02T09:30:00.000Z"
    back = rules("POST", "/rollback", body={"to_version": 1, "version": 2})
    assert (back.json["version"], back.json["active"]) == (3, True)
    page = rules("GET", query={"limit": "2"}).json
    rest = rules("GET", query={"limit": "2", "cursor": page["next"]}).json
    assert [one["version"] for one in (*page["items"], *rest["items"])] == [3, 2, 1]
    # A ticket keeps the policy it was opened under.
    moved = desk("PUT", f"/{after['ticket_id']}/priority", body={"priority": "urgent"})
    assert moved.json["due_at"] == "2025-06-02T09:07:00.000Z"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"calendar": "moon"}, {"policies.policies.0.calendar": "calendar_not_found"}),
        ({"targets": {}}, {"policies.policies.0.targets": "no_target"}),
        ({"targets": {"normal": {"resolution": 0}}}, {"policies.policies.0.targets.normal.resolution": "greater_than_equal"}),
        ({"when": [{"field": "mood", "in": ["bad"]}]}, {"policies.policies.0.when.0.field": "string_pattern_mismatch"}),
    ],
)  # fmt: skip
def test_policies_that_do_not_fit_together_name_the_place(change, wrong):
    given = policies(first_response=60)
    given["policies"][0] |= change

    answer = rules("POST", body={"policies": given, "version": 0})

    assert (answer.status, answer.fields) == (422, wrong)
    assert rules("GET").json["items"] == []


def test_calendars_that_never_open_and_policies_nobody_gets_are_refused():
    given = policies(first_response=60)
    given["calendars"]["office"] = {"zone": "UTC", "hours": {}}
    given["policies"].append({**given["policies"][0], "id": "never"})

    answer = rules("POST", body={"policies": given, "version": 0})

    assert answer.fields == {
        "policies.calendars.office.hours": "never_open",
        "policies.policies.0.when": "hides_others",
    }
    assert rules("POST", by=MINA, body={"policies": given, "version": 0}).status == 403


def test_the_first_policy_that_fits_is_the_ticket_s():
    given = policies(first_response=60)
    vip = {**given["policies"][0], "id": "vip", "when": [{"field": "tag", "in": ["VIP"]}]}
    vip["targets"] = {"normal": {"first_response": 10}}
    given["policies"] = [vip, *given["policies"]]
    rules("POST", body={"policies": given, "version": 0, "activate": True})

    assert a_ticket(tags=["vip"])["due_at"] == "2025-06-02T09:10:00.000Z"
    assert a_ticket()["due_at"] == "2025-06-02T10:00:00.000Z"


def queues(method, path="", *, by=OMAR, **how):
    return http("sla_admin", method, f"/v1/ticket-queues{path}", staff=by, **how)


def test_queues_are_data_and_routes_send_tickets_to_them(clock):
    returns = {"when": [{"field": "channel", "in": ["phone"]}], "queue": "phone"}
    listed = [{"id": "support", "name": "Support"}, {"id": "phone", "name": "Phone"}]
    given = {"queues": listed, "routes": [returns]}

    answer = queues("PUT", body={"rules": given, "version": 0})

    assert answer.status == 200, answer.text
    assert a_ticket()["queue"] == "phone"
    assert queues("GET").json["version"] == 1
    clock.tick(minutes=1)
    queues("PUT", body={"rules": {"queues": listed}, "version": 1})
    clock.tick(minutes=1)
    assert a_ticket(subject="other")["queue"] == "support"
    assert queues("POST", "/rollback", body={"to_version": 1, "version": 2}).json["version"] == 3
    unknown = {"queues": [{"id": "support", "name": "S", "team_id": "x", "managers": ["nobody"]}]}
    assert queues("PUT", body={"rules": unknown, "version": 3}).fields == {
        "rules.queues.0.team_id": "team_not_found",
        "rules.queues.0.managers.0": "staff_not_found",
    }


def deadlines(ticket_id, **query):
    return desk("GET", f"/{ticket_id}/sla", query=query, route="/v1/tickets/{ticket_id}/sla")


def test_each_number_of_a_deadline_is_explained_now_and_as_of_then(clock):
    policies_in_force(first_response=60, resolution=120)
    clock.at(datetime(2025, 6, 2, 9, tzinfo=UTC))
    ticket_id = a_ticket()["ticket_id"]
    clock.tick(minutes=30)
    desk("POST", f"/{ticket_id}/replies", body={"body": "Which?", "then": "pending"})
    clock.tick(minutes=15)
    desk("POST", f"/{ticket_id}/moves", body={"to": "open"})
    clock.tick(minutes=30)

    now = deadlines(ticket_id).json["clocks"]

    assert (now["first_response"]["state"], now["first_response"]["used"]) == ("met", 30)
    resolution = now["resolution"]
    assert (resolution["due_at"], resolution["used"], resolution["paused"]) == (
        "2025-06-02T11:15:00Z",
        60,
        15,
    )
    parts = [(one["what"], one["minutes"]) for one in resolution["stretches"]]
    assert parts == [("ran", 30), ("paused", 15), ("ran", 30)]
    then = deadlines(ticket_id, as_of="2025-06-02T09:40:00Z").json
    assert (then["state"], then["events"]) == ("pending", 2)
    assert then["clocks"]["resolution"]["due_at"] is None
    assert then["clocks"]["resolution"]["remaining"] == 90
    first = deadlines(ticket_id, as_of="2025-06-02T09:10:00Z").json
    assert first["clocks"]["first_response"]["state"] == "active"
    assert first["policy"] == "everyone" and first["policies_version"] == 1


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("yesterday", "instant_invalid"),
        ("2025-06-02T04:14:59Z", "instant_out_of_range"),
        ("2025-06-03T04:15:00Z", "instant_out_of_range"),
    ],
)
def test_only_the_ticket_s_own_past_can_be_asked_for(as_of, code):
    ticket_id = a_ticket()["ticket_id"]

    assert deadlines(ticket_id, as_of=as_of).fields == {"as_of": code}
    assert deadlines(ticket_id).json["clocks"] == {}
