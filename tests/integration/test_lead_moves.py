"""Row S5: every legal move and no other, by those who may, with all that hangs on it."""

import itertools

import pytest

from shared.kernel.clock import iso
from shared.platform.requests import Put
from shared.sales.assignment.repository import load_key
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import hand_off_key, load_case, sales
from shared.sales.leads.repository import lead_key
from shared.sales.leads.states import MOVES, LeadState
from shared.sales.scoring.repository import score_key
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.pump import carried
from tests.staffing import MANAGER, hire, person, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])
BIKASH = ("bikash", ["rep"])
S = LeadState


def move(to, *, version=1, by=ASHA, lead=1, **more):
    return http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(lead)}/transitions",
        body={"to": to, "version": version, **more},
        staff=by,
    )


def handed_over(**lead):
    """A lead that the rules gave to asha, at version 2."""
    sales_team(asha=1)
    a_lead(1, **lead)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))


def load(staff_id):
    return (sales.get(load_key(staff_id)) or {}).get("open", 0)


def events(*types):
    return [(fact.type, fact.detail) for fact in carried() if fact.type in types]


@pytest.mark.parametrize(("state", "to"), list(itertools.product(S, S)))
def test_every_move_not_listed_is_refused_with_the_allowed_ones(state, to):
    hire(person("asha"))
    a_lead(1, state=state, owner=None if state in (S.NEW, S.RECYCLED) else "asha")

    answer = move(to, reason="no need")

    if to in MOVES[state]:
        assert (answer.status, answer.json["state"]) == (200, to)
        assert load_case(lead_id(1)).lead.state is to
    else:
        assert (answer.status, answer.code) == (409, "move_not_allowed")
        assert answer.json["allowed"] == sorted(MOVES[state])
        assert load_case(lead_id(1)).lead.version == 1


def test_accepting_a_hand_off_closes_it_and_starts_the_work(clock):
    handed_over()

    answer = move("working", version=2)

    assert answer.status == 200
    assert (answer.json["state"], answer.json["version"]) == ("working", 3)
    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, hand_off.state) == (S.WORKING, HandOffState.ACCEPTED)
    assert (hand_off.closed_by, hand_off.closed_at) == ("asha", iso(clock()))
    assert "timer_due" not in sales.get(hand_off_key(lead_id(1), 1, 1))
    assert load("asha") == 1
    figures, _ = report(clock().date(), clock().date())
    assert (figures.offered, figures.accepted, figures.acceptance_rate) == (1, 1, "1.0000")
    found = dict(events("HandOffAccepted", "LeadStateChanged"))
    assert found["HandOffAccepted"]["attempt"] == 1
    assert (found["LeadStateChanged"]["from_state"], found["LeadStateChanged"]["to_state"]) == (
        "assigned",
        "working",
    )


def test_rejecting_a_hand_off_begins_a_new_cycle_with_nothing_but_the_fit(clock):
    handed_over(fit="25.00", engagement="75.00", score="100.00")
    score = {
        **score_key(lead_id(1)),
        "lead_id": lead_id(1),
        "cycle": 1,
        "handed_off": True,
        "armed": False,
        "reset_at": "",
        "buckets": {"pricing": {"-": [75, 8]}},
        "limits": {},
        "profile": {"manager": 25},
        "version": 9,
        "fit": "25.00",
        "engagement": "75.00",
        "score": "100.00",
        "threshold": "100",
    }
    sales.write(Put(score))

    answer = move("recycled", version=2, reason="No budget before autumn, ask Ms. Rai")

    assert answer.status == 200
    lead = load_case(lead_id(1)).lead
    assert (lead.state, lead.owner_id, lead.cycle) == (S.RECYCLED, None, 2)
    assert (lead.fit, lead.engagement, lead.score) == ("25.00", "0.00", "25.00")
    after = sales.get(score_key(lead_id(1)))
    assert (after["cycle"], after["handed_off"], after["armed"]) == (2, False, True)
    assert (after["buckets"], after["score"]) == ({}, "25.00")
    entries = sales.query_all(f"LEAD#{lead_id(1)}", begins="LEDGER#")
    assert [(entry["kind"], entry["cycle"]) for entry in entries] == [("reset", 2)]
    closed = sales.get(hand_off_key(lead_id(1), 1, 1))
    assert (closed["state"], closed["answer"]) == (
        "rejected",
        "No budget before autumn, ask Ms. Rai",
    )
    assert load("asha") == 0
    assert report(clock().date(), clock().date())[0].rejected == 1
    assert "owner_pk" not in sales.get(lead_key(lead_id(1)))


def test_an_event_carries_a_known_reason_and_never_free_text():
    handed_over()

    move("recycled", version=2, reason="Call Ann on +977 1 5555555")

    found = dict(events("HandOffRejected", "LeadStateChanged"))
    assert found["HandOffRejected"]["reason"] == "other"
    assert found["LeadStateChanged"]["reason"] == "other"


def test_a_known_reason_reaches_the_event():
    handed_over()

    move("disqualified", version=2, reason="Wrong contact")

    found = dict(events("HandOffRejected"))
    assert found["HandOffRejected"]["reason"] == "wrong_contact"
    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id, hand_off.state) == (
        S.DISQUALIFIED,
        "asha",
        HandOffState.REJECTED,
    )
    assert load("asha") == 0


@pytest.mark.parametrize("to", ["recycled", "disqualified"])
def test_turning_a_hand_off_down_needs_a_reason(to):
    handed_over()

    answer = move(to, version=2)

    assert (answer.status, answer.fields) == (422, {"reason": "missing"})
    assert load_case(lead_id(1)).hand_off.state is HandOffState.OPEN


def test_a_recycled_lead_that_qualifies_again_is_handed_over_again():
    handed_over()
    move("recycled", version=2, reason="timing")

    invoke("lead_assign", queue_event([bus_event(ready(1, cycle=2))], group="leads"))

    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id) == (S.ASSIGNED, "asha")
    assert (hand_off.cycle, hand_off.attempt, hand_off.state) == (2, 1, HandOffState.OPEN)
    assert load("asha") == 1


def test_a_lead_that_is_no_longer_worked_on_leaves_the_load():
    handed_over()
    move("working", version=2)
    assert load("asha") == 1

    move("qualified", version=3)
    assert load("asha") == 0

    move("recycled", version=4)
    assert load("asha") == 0


def test_a_stale_version_is_refused_with_the_newest():
    handed_over()

    answer = move("working", version=1)

    assert (answer.status, answer.code, answer.json["version"]) == (412, "version_stale", 2)


def test_of_two_answers_at_the_same_time_one_wins():
    handed_over()

    answers = [move("working", version=2), move("recycled", version=2, reason="timing")]

    assert [answer.status for answer in answers] == [200, 412]
    assert load_case(lead_id(1)).lead.state is S.WORKING


def test_somebody_elses_lead_is_only_moved_by_a_manager():
    handed_over()

    refused = move("working", version=2, by=BIKASH)
    accepted = move("working", version=2, by=MANAGER)

    assert (refused.status, refused.code) == (403, "not_the_owner")
    assert accepted.status == 200
    assert load_case(lead_id(1)).lead.owner_id == "asha"


@pytest.mark.parametrize("role", ["marketer", "agent", "analyst"])
def test_other_roles_move_no_leads(role):
    a_lead(1)

    answer = move("disqualified", by=("omar", [role]), reason="spam")

    assert (answer.status, answer.code) == (403, "role_missing")


def test_nobody_signed_in_moves_no_leads():
    a_lead(1)

    answer = move("disqualified", by=None, reason="spam")

    assert answer.status == 401


def test_a_rep_takes_a_free_lead_but_gives_it_to_nobody_else():
    sales_team(asha=1, bikash=1)
    a_lead(1)

    refused = move("assigned", owner_id="bikash")
    taken = move("assigned")

    assert (refused.status, refused.code) == (403, "role_missing")
    assert (taken.status, taken.json["owner_id"]) == (200, "asha")
    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, hand_off.state, hand_off.reason) == (
        S.ASSIGNED,
        HandOffState.OPEN,
        "taken",
    )
    assert load("asha") == 1


def test_a_manager_gives_a_lead_that_nobody_could_take_to_a_person(clock):
    sales_team()
    a_lead(1)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))
    hire(person("asha"))

    answer = move("assigned", version=2, by=MANAGER, owner_id="asha")

    assert (answer.status, answer.json["owner_id"], answer.json["team_id"]) == (
        200,
        "asha",
        "sales",
    )
    hand_off = load_case(lead_id(1)).hand_off
    assert (hand_off.attempt, hand_off.state, hand_off.owner_id) == (2, HandOffState.OPEN, "asha")
    assert sales.get(hand_off_key(lead_id(1), 1, 1))["state"] == "withdrawn"
    waiting = http(
        "hand_off_query", "GET", "/v1/hand-offs", query={"owner": "unassigned"}, staff=MANAGER
    )
    assert waiting.json["items"] == []
    assert report(clock().date(), clock().date())[0].offered == 1


def test_disqualifying_a_lead_nobody_could_take_removes_it_from_the_queue():
    sales_team()
    a_lead(1)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))

    answer = move("disqualified", version=2, reason="spam")

    assert answer.status == 200
    assert load_case(lead_id(1)).hand_off.state is HandOffState.WITHDRAWN
    assert "owner_pk" not in sales.get(lead_key(lead_id(1)))


@pytest.mark.parametrize(
    ("owner", "code"), [("nobody", "staff_not_found"), ("gone", "staff_disabled")]
)
def test_an_owner_who_cannot_be_is_refused(owner, code):
    hire(person("gone", disabled=True))
    a_lead(1)

    answer = move("assigned", by=MANAGER, owner_id=owner)

    assert (answer.status, answer.fields) == (422, {"owner_id": code})


def test_a_lead_is_moved_by_the_id_of_an_address_that_joined_it():
    hire(person("asha"))
    a_lead(1)
    sales.write(Put({**lead_key(lead_id(2)), "redirect_to": lead_id(1)}))

    answer = move("disqualified", lead=2, reason="duplicate")

    assert (answer.status, answer.json["lead_id"]) == (200, lead_id(1))


def test_a_staff_fact_is_changed_by_its_version_and_the_lead_moves_on_from_there():
    hire(person("asha"))
    a_lead(1)

    changed = http(
        "lead_update",
        "PATCH",
        f"/v1/leads/{lead_id(1)}",
        body={"version": 1, "facts": {"company": "Himal Bank"}},
        staff=ASHA,
    )
    stale = move("assigned", version=1)

    assert (changed.status, changed.json["facts"]["company"]) == (200, "Himal Bank")
    assert changed.json["version"] == 2
    assert stale.status == 412
    assert move("assigned", version=2).status == 200


def test_a_lead_nobody_knows_cannot_be_moved():
    answer = move("disqualified", reason="spam")

    assert (answer.status, answer.code) == (404, "lead_not_found")


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ('{"to": "lost", "version": 1}', 422, "to"),
        ('{"to": "working"}', 422, "version"),
        ('{"to": "working", "version": 1, "force": true}', 422, "force"),
        ('{"to": ', 400, None),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(body, status, named):
    answer = http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(1)}/transitions",
        body=body,
        headers={"content-type": "application/json"},
        staff=ASHA,
    )

    assert answer.status == status
    assert named is None or named in answer.fields
