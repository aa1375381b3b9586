"""The first whole path, from the form to the salesperson, with a process killed or a call done
twice at every AWS call on the way: always one lead, one hand-off, one owner."""

import random

import pytest

from shared.sales.hand_offs.model import HandOffState
from shared.sales.leads.repository import sales
from shared.sales.leads.states import LeadState
from tests.calls import request
from tests.faults.conftest import Account
from tests.faults.driver import carry_out
from tests.faults.faults import Fault, How, failing, recorded, turning_points
from tests.faults.invariants import check
from tests.forms import leads
from tests.operations.operation import Operation
from tests.operations.setting import BROWSER, PUBLIC_KEY, form_post, seeded
from tests.pump import Pump

VISITOR = "visitor-0000-0001"
VIEWS = [
    {
        "id": f"view-{number}",
        "name": "page_viewed",
        "visitor_id": VISITOR,
        "url": "https://www.example.com/pricing",
    }
    for number in range(8)
]
"""Eight times ten points; with 25 for a manager that is over the hundred."""


def path(pump: Pump) -> Pump:
    """Ann looks at prices, fills in the form and looks at prices again."""
    headers = {"x-write-key": PUBLIC_KEY, "user-agent": BROWSER}
    for function, payload in (
        (
            "behaviour_capture",
            request("POST", "/v1/events", body={"events": VIEWS[:4]}, headers=headers),
        ),
        ("lead_capture", form_post(_visitor=VISITOR)),
        (
            "behaviour_capture",
            request("POST", "/v1/events", body={"events": VIEWS[4:]}, headers=headers),
        ),
    ):
        answer = carry_out(Operation(f"call {function}", function, dict), payload)
        assert answer["statusCode"] < 300, answer
    return pump.run()


def handed_over(pump: Pump) -> None:
    """One lead, with the points of all it did, offered once to one person."""
    check(pump)
    (lead,) = leads()
    assert lead["score"] == "105.00"
    assert (lead["state"], lead["owner_id"] in ("asha", "bikash")) == (LeadState.ASSIGNED, True)
    offers = sales.query_all(lead["pk"], begins="HAND_OFF#")
    assert [(one["state"], one["owner_id"]) for one in offers] == [
        (HandOffState.OPEN, lead["owner_id"])
    ]


@pytest.mark.parametrize("how", [How.KILLED_AFTER, How.TWICE, How.KILLED_BEFORE])
def test_whatever_dies_on_the_way_the_lead_reaches_exactly_one_salesperson(
    how: How, account: Account
) -> None:
    account.arrange(seeded)
    with recorded() as calls:
        handed_over(path(Pump()))
    assert {"events.PutEvents", "dynamodb.TransactWriteItems"} <= {call.name for call in calls}

    for number in turning_points(calls):
        if calls[number].reads and how is not How.KILLED_BEFORE:
            continue  # a read changes nothing: to be killed after it, or to read twice, is no more
        account.put_back()
        try:
            with failing(Fault(number, how)) as failed:
                pump = path(Pump())
            assert failed
            handed_over(pump)
        except AssertionError as error:
            error.add_note(f"{calls[number].name} ({Fault(number, how)})")
            raise


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_and_three_times_over_the_lead_reaches_exactly_one_salesperson(
    seed: int, account: Account
) -> None:
    account.arrange(seeded)

    handed_over(path(Pump(copies=3, shuffle=random.Random(seed))))
