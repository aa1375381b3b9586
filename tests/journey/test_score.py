"""Rows M12, X2 and X3 on the deployed stack: points, their explanation, and the past."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from shared.kernel.clock import iso

from .company import DEMO_KEY, address, lead_of, rules_in_force, score_of, visits
from .stack import Stack

pytestmark = pytest.mark.journey


def sums(score: dict[str, Any]) -> bool:
    return sum(Decimal(line["counted"]) for line in score["lines"]) == Decimal(score["score"])


def partner(stack: Stack, event: dict[str, Any]) -> int:
    body = {"events": [event]}
    key = {"x-write-key": stack.write_key("demo-partner")}
    return stack.call("POST", "/v1/events", body, headers=key).status


def test_the_classic_manager_is_handed_over_once_and_loses_points_with_the_title(
    stack: Stack,
) -> None:
    email, visitor = address(), uuid4().hex
    form = {"email": email, "job_title": "Sales Manager", "_visitor": visitor}
    visits(stack, visitor, 7)
    lead_id = stack.call("POST", "/v1/forms/contact/submissions", form).json["lead_id"]

    stack.eventually(lambda: score_of(stack, lead_id)["score"] == "95.00")
    before = score_of(stack, lead_id)
    stack.rest()
    assert (before["fit"], before["engagement"]) == ("25.00", "70.00")
    assert sums(before)
    assert not before["handed_off"]

    opened = {"id": uuid4().hex, "name": "email_opened", "lead_id": lead_id}
    assert [partner(stack, opened) for _ in range(5)] == [202] * 5
    stack.rest()

    after = score_of(stack, lead_id)
    assert (after["score"], after["handed_off"], sums(after)) == ("100.00", True, True)
    lead = stack.get(f"/v1/leads/{lead_id}", who="rep").json
    assert lead["state"] == "assigned"
    notices = [m for m in stack.mail() if lead_id in m.text]
    assert len(notices) == 1

    changed = {"version": lead["version"], "facts": {"job_title": "Engineer"}}
    assert stack.call("PATCH", f"/v1/leads/{lead_id}", changed, who="sales_manager").status == 200
    stack.eventually(lambda: score_of(stack, lead_id)["score"] == "75.00")
    assert score_of(stack, lead_id, before["as_of"])["score"] == "95.00"


def test_a_public_caller_cannot_claim_an_open_a_click_or_a_purchase(stack: Stack) -> None:
    for name in ("email_opened", "email_clicked", "purchased"):
        event = {"id": uuid4().hex, "name": name, "visitor_id": uuid4().hex}
        answer = stack.call("POST", "/v1/events", {"write_key": DEMO_KEY, "events": [event]})
        assert answer.status == 422, answer.text


def test_points_halve_in_their_half_life_and_a_dry_run_tells_what_a_change_would_do(
    stack: Stack,
) -> None:
    sets = "/v1/scoring/rule-sets"
    classic = rules_in_force(stack)
    lead_id = lead_of(stack, address(), job_title="Manager")["lead_id"]
    stack.rest()
    eager = {**classic["rules"], "threshold": "20"}

    run = stack.call("POST", "/v1/scoring/dry-runs", {"rules": eager}, who="marketer")
    assert run.status == 202, run.text
    path = f"/v1/scoring/dry-runs/{run.json['dry_run_id']}"
    stack.eventually(lambda: stack.get(path, who="marketer").json["state"] == "done", 60)
    result = stack.get(path, who="marketer").json
    assert result["extra"] >= 1, result
    assert f"{result['extra']} more" in result["summary"], result

    decaying = {**classic["rules"], "behaviour": [{**classic["rules"]["behaviour"][0]}]}
    decaying["behaviour"][0] |= {"half_life_days": 30, "match": {"path": ["*/decaying"]}}
    saved = stack.call(
        "POST", sets, {"version": classic["version"], "rules": decaying}, who="marketer"
    )
    assert saved.status == 201, saved.text
    stack.call("POST", f"{sets}/{saved.json['version']}/activate", who="marketer")
    try:
        stack.tick("31s")
        key = {"x-write-key": stack.write_key("demo-partner")}
        events = [
            {
                "id": uuid4().hex,
                "name": "page_viewed",
                "lead_id": lead_id,
                "url": "https://x.example/decaying",
            }
            for _ in range(7)
        ]
        stack.call("POST", "/v1/events", {"events": events}, headers=key)
        stack.eventually(lambda: score_of(stack, lead_id)["engagement"] == "70.00")
        given = datetime.fromisoformat(score_of(stack, lead_id)["as_of"])

        half = score_of(stack, lead_id, iso(given + timedelta(days=30)))
        # The points were given a moment ago: well within ten minutes.
        before = score_of(stack, lead_id, iso(given + timedelta(days=30, minutes=-10)))

        assert half["engagement"] == "35.00"
        assert sums(half) and sums(before)
        (line,) = (one for one in half["lines"] if one["side"] == "engagement")
        assert (line["count"], line["age_days"], line["factor"]) == (7, 30, "0.5")
        assert (before["engagement"], before["lines"][-1]["age_days"]) == ("35.82", 29)
    finally:
        stack.call("POST", f"{sets}/{classic['version']}/activate", who="marketer")
        stack.tick("31s")


def test_rules_that_do_not_validate_are_refused_with_the_place(stack: Stack) -> None:
    classic = rules_in_force(stack)
    broken = {**classic["rules"], "profile": [{**classic["rules"]["profile"][0], "group": "none"}]}
    body = {"version": classic["version"], "rules": broken}

    answer = stack.call("POST", "/v1/scoring/rule-sets", body, who="marketer")

    assert answer.status == 422
    assert "profile.0.group" in [
        one["field"].removeprefix("rules.") for one in answer.json["fields"]
    ]
