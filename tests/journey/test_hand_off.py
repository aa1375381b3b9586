"""Rows S5, S7 and M13 on the deployed stack: exact shares, one owner, deadlines that move on."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from infra.local import rest

from .company import address, hand_offs_of, lead_of, team_for
from .stack import Stack

pytestmark = pytest.mark.journey

FRIDAY_15_00_KATHMANDU = datetime(2025, 6, 6, 9, 15, tzinfo=UTC)
SUNDAY_12_00_KATHMANDU = "2025-06-08T06:15:00.000Z"

LEGAL = {
    ("new", "assigned"),
    ("new", "recycled"),
    ("new", "disqualified"),
    ("assigned", "working"),
    ("assigned", "recycled"),
    ("assigned", "disqualified"),
    ("working", "qualified"),
    ("working", "recycled"),
    ("working", "disqualified"),
    ("qualified", "recycled"),
    ("qualified", "disqualified"),
    ("recycled", "assigned"),
    ("disqualified", "recycled"),
}
WAY = {
    "new": [],
    "assigned": ["assigned"],
    "working": ["assigned", "working"],
    "qualified": ["assigned", "working", "qualified"],
    "recycled": ["recycled"],
    "disqualified": ["disqualified"],
}
STATES = [*WAY, "converted"]


def ready_now(stack: Stack, country: str) -> str:
    body = {"facts": {"email": address(), "country": country}, "hand_off": "now"}
    made = stack.call("POST", "/v1/leads", body, who="sales_manager")
    assert made.status == 201, made.text
    return str(made.json["lead_id"])


def move(stack: Stack, lead_id: str, to: str) -> int:
    version = stack.get(f"/v1/leads/{lead_id}", who="admin").json["version"]
    body = {"to": to, "version": version, "reason": "because"}
    if to == "assigned":
        body["owner_id"] = "asha"
    return stack.call("POST", f"/v1/leads/{lead_id}/transitions", body, who="admin").status


def test_300_leads_at_once_are_shared_exactly_by_weight_and_nobody_on_leave_gets_one(
    stack: Stack,
) -> None:
    _, people = team_for(stack, "IS", [2, 1, 1, 1])
    away = stack.get(f"/v1/staff/{people[3]}", who="admin").json
    today = (datetime.now(UTC) + rest.ahead(stack.home)).date()
    leave = [{"from": f"{today - timedelta(days=2)}", "to": f"{today + timedelta(days=9)}"}]
    body = {"version": away["version"], "leave": leave}
    assert stack.call("PATCH", f"/v1/staff/{people[3]}", body, who="admin").status == 200

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: ready_now(stack, "IS"), range(300)))
    stack.rest(300)

    shares = Counter[str]()
    for person in people:
        cursor = ""
        while cursor is not None:
            query = f"/v1/hand-offs?owner={person}&state=open&limit=100&cursor={cursor}"
            page = stack.get(query.removesuffix("&cursor="), who="sales_manager").json
            shares[person] += len(page["items"])
            cursor = page["next"]
    assert [shares[person] for person in people] == [150, 75, 75, 0]


def test_a_missed_hand_off_goes_on_by_the_owners_calendar_and_then_to_the_manager(
    stack: Stack,
) -> None:
    team_for(stack, "GL", [1, 1], manager="maya")
    now = datetime.now(UTC) + rest.ahead(stack.home)
    rest.tick(stack.deployed, FRIDAY_15_00_KATHMANDU - now)
    try:
        lead_id = ready_now(stack, "GL")
        stack.rest()
        first = stack.get(f"/v1/leads/{lead_id}", who="rep").json["owner_id"]
        (offered,) = hand_offs_of(stack, first)
        # The clock runs on while the lead is on its way.
        late = datetime.fromisoformat(offered["due_at"]) - datetime.fromisoformat(
            SUNDAY_12_00_KATHMANDU
        )
        assert timedelta(0) <= late < timedelta(minutes=2)
        assert [m for m in stack.mail(f"{first}@example.com") if lead_id in m.text]

        stack.tick("1d20h50m")
        assert stack.get(f"/v1/leads/{lead_id}", who="rep").json["owner_id"] == first
        stack.tick("15m")
        second = stack.get(f"/v1/leads/{lead_id}", who="rep").json["owner_id"]
        assert second not in (first, "maya")

        stack.tick("1d")
        assert stack.get(f"/v1/leads/{lead_id}", who="rep").json["owner_id"] == "maya"

        assert move(stack, lead_id, "working") == 200
        report = stack.get(
            "/v1/hand-offs/report?from=2025-06-01&to=2025-06-30", who="sales_manager"
        ).json
        assert report["total"]["offered"] >= 3
        assert report["total"]["missed"] >= 2
        assert report["total"]["acceptance_rate"] is not None
    finally:
        now = datetime.now(UTC) + rest.ahead(stack.home)
        rest.tick(stack.deployed, datetime.now(UTC) + timedelta(hours=1) - now)


def test_a_lead_nobody_can_take_waits_and_the_managers_are_told(stack: Stack) -> None:
    team_for(stack, "AQ", [])
    rules = stack.get("/v1/assignment-rules", who="admin").json
    only = {**rules["rules"], "rules": [rules["rules"]["rules"][0]]}
    body = {"version": rules["version"], "rules": only}
    assert stack.call("PUT", "/v1/assignment-rules", body, who="admin").status == 200
    stack.tick("31s")
    try:
        lead_id = ready_now(stack, "AQ")
        stack.rest()
        waiting = hand_offs_of(stack, "unassigned", "unassigned")
        assert lead_id in [one["lead_id"] for one in waiting]
        assert [m for m in stack.mail() if lead_id in m.text]
    finally:
        now = stack.get("/v1/assignment-rules", who="admin").json
        body = {"version": now["version"], "rules": rules["rules"]}
        assert stack.call("PUT", "/v1/assignment-rules", body, who="admin").status == 200
        stack.tick("31s")


@pytest.mark.parametrize("state", WAY)
def test_every_move_that_is_not_listed_is_refused(stack: Stack, state: str) -> None:
    for to in STATES:
        lead_id = lead_of(stack, address())["lead_id"]
        stack.rest()
        for step in WAY[state]:
            assert move(stack, lead_id, step) == 200

        assert move(stack, lead_id, to) == (200 if (state, to) in LEGAL else 409), to


def test_a_rejected_lead_needs_a_fresh_crossing(stack: Stack) -> None:
    team_for(stack, "FO", [1])
    lead_id = ready_now(stack, "FO")
    stack.rest()

    assert move(stack, lead_id, "recycled") == 200
    stack.rest()

    score = stack.get(f"/v1/leads/{lead_id}/score", who="rep").json
    assert (score["cycle"], score["handed_off"], score["engagement"]) == (2, False, "0.00")
