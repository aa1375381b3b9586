"""Assignment, deadlines and answers at the same time, on the real DynamoDB Local."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.kernel.clock import parse_instant
from shared.sales.assignment.repository import load_key
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import hand_off_key, load_case, sales
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, handler, http, invoke, queue_event
from tests.pump import carried
from tests.staffing import hire, person, ready, sales_team

pytestmark = [
    pytest.mark.usefixtures("tables"),
    pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True),
]


@pytest.fixture(autouse=True)
def imported():
    """Modules are imported before threads would do it at the same time."""
    for function in ("lead_assign", "lead_update", "hand_off_timeout"):
        handler(function)


def together(*calls):
    """Start all calls at the same moment and give what they return."""
    gate = threading.Barrier(len(calls))

    def start(call):
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def deliver(batches):
    """Deliver batches of numbers one after another, each until nothing of it comes back."""
    for batch in batches:
        waiting = batch
        while waiting:
            event = queue_event([bus_event(ready(number)) for number in waiting], group="g")
            failed = {
                one["itemIdentifier"] for one in invoke("lead_assign", event)["batchItemFailures"]
            }
            waiting = [
                number
                for number, record in zip(waiting, event["Records"], strict=True)
                if record["messageId"] in failed
            ]


def load(staff_id):
    return (sales.get(load_key(staff_id)) or {}).get("open", 0)


def test_300_leads_at_once_from_four_sides_are_shared_150_75_75_exactly(clock):
    """Each batch comes twice, from two of four workers: more than a FIFO queue would ever do."""
    today = clock().date().isoformat()
    sales_team(asha=2, bikash=1, chandra=1)
    hire(person("dipa", weight=4, leave=({"from": today, "to": today},)))
    for number in range(1, 301):
        a_lead(number)
    batches = [list(range(start, start + 10)) for start in range(1, 301, 10)]

    together(
        *(lambda part=part: deliver(part) for part in (batches[::2], batches[1::2]) for _ in (1, 2))
    )

    owners = Counter(load_case(lead_id(number)).lead.owner_id for number in range(1, 301))
    assert owners == {"asha": 150, "bikash": 75, "chandra": 75}
    assert [load(one) for one in ("asha", "bikash", "chandra", "dipa")] == [150, 75, 75, 0]
    assert report(clock().date(), clock().date())[0].offered == 300
    events = Counter(fact.detail["lead_id"] for fact in carried() if fact.type == "LeadAssigned")
    assert set(events.values()) == {1}
    assert len(events) == 300


@pytest.mark.parametrize("turn", range(5))
def test_an_answer_and_the_deadline_at_the_same_moment_leave_one_owner(clock, turn):
    sales_team(asha=1, bikash=1)
    a_lead(1)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="g"))
    clock.at(parse_instant(load_case(lead_id(1)).hand_off.due_at))
    timer = queue_event([{**hand_off_key(lead_id(1), 1, 1), "due": "…"}])

    def accept():
        return http(
            "lead_update",
            "POST",
            f"/v1/leads/{lead_id(1)}/transitions",
            body={"to": "working", "version": 2},
            staff=("asha", ["rep"]),
        ).status

    answer, fired = together(accept, lambda: invoke("hand_off_timeout", timer))

    assert fired == {"batchItemFailures": []}
    lead, hand_off = load_case(lead_id(1))
    if answer == 200:
        assert (lead.state, lead.owner_id) == (LeadState.WORKING, "asha")
        assert hand_off.state is HandOffState.ACCEPTED
    else:
        assert answer in (403, 412)
        assert (lead.state, lead.owner_id) == (LeadState.ASSIGNED, "bikash")
        assert (hand_off.attempt, hand_off.state) == (2, HandOffState.OPEN)
    assert [load("asha"), load("bikash")] == ([1, 0] if answer == 200 else [0, 1])
