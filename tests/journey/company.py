"""What journeys do again and again: leads of one's own, visits, a sales team of one's own."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from .browser import USER_AGENT
from .stack import Stack

DEMO_KEY = "crm_pub_demo_page"
KATHMANDU_WEEK = {
    "zone": "Asia/Kathmandu",
    "hours": {day: ["10:00-17:00"] for day in ("sun", "mon", "tue", "wed", "thu", "fri")},
}


def address() -> str:
    """An e-mail address nobody else uses."""
    return f"{uuid4().hex[:12]}@example.com"


def lead_of(stack: Stack, email: str, **facts: str) -> dict[str, Any]:
    """A lead typed in by staff."""
    made = stack.call(
        "POST", "/v1/leads", {"facts": {"email": email, **facts}}, who="sales_manager"
    )
    assert made.status == 201, made.text
    return dict(stack.get(f"/v1/leads/{made.json['lead_id']}", who="rep").json)


def visits(stack: Stack, visitor: str, count: int, url: str = "https://x.example/pricing") -> None:
    """Page views as the page script reports them."""
    events = [
        {"id": uuid4().hex, "name": "page_viewed", "visitor_id": visitor, "url": url}
        for _ in range(count)
    ]
    body = {"write_key": DEMO_KEY, "events": events}
    sent = stack.call("POST", "/v1/events", body, headers={"user-agent": USER_AGENT})
    assert sent.status == 202, sent.text


def score_of(stack: Stack, lead_id: str, as_of: str = "") -> dict[str, Any]:
    """The explained score."""
    query = f"?as_of={as_of}" if as_of else ""
    answer = stack.get(f"/v1/leads/{lead_id}/score{query}", who="rep")
    assert answer.status == 200, answer.text
    return dict(answer.json)


def team_for(
    stack: Stack, country: str, weights: Sequence[int], *, manager: str | None = None
) -> tuple[str, list[str]]:
    """A sales team that gets the leads of one country; its id and its people's."""
    team_id = f"team-{uuid4().hex[:8]}"
    team = {"version": 0, "name": team_id, "manager_id": None, "calendar": KATHMANDU_WEEK}
    _done(stack.call("PUT", f"/v1/teams/{team_id}", team, who="admin"))
    people = []
    for number, weight in enumerate(weights):
        staff_id = f"{team_id}-{number}"
        person = {
            "staff_id": staff_id,
            "name": f"Person {number}",
            "email": f"{staff_id}@example.com",
            "roles": ["rep"],
            "team_id": team_id,
            "weight": weight,
            "accepts_leads": True,
            "working_hours": KATHMANDU_WEEK,
        }
        _done(stack.call("POST", "/v1/staff", person, who="admin"))
        people.append(staff_id)
    if manager:
        known = stack.get(f"/v1/teams/{team_id}", who="admin").json
        team |= {"version": known["version"], "manager_id": manager}
        _done(stack.call("PUT", f"/v1/teams/{team_id}", team, who="admin"))
    rule = {
        "id": f"rule-{team_id}",
        "when": [{"field": "country", "op": "is", "value": country}],
        "team": team_id,
        "strategy": "weighted",
    }
    known = stack.get("/v1/assignment-rules", who="admin").json
    rules = {**known["rules"], "rules": [rule, *known["rules"]["rules"]]}
    body = {"version": known["version"], "rules": rules}
    _done(stack.call("PUT", "/v1/assignment-rules", body, who="admin"))
    # Configuration is kept by a process for half a minute.
    stack.tick("31s")
    return team_id, people


def hand_offs_of(stack: Stack, owner: str, state: str = "open") -> list[dict[str, Any]]:
    """The hand-offs of a person in a state."""
    query = f"/v1/hand-offs?owner={owner}&state={state}&limit=100"
    return list(stack.get(query, who="sales_manager").json["items"])


def _done(answer: Any) -> None:
    assert answer.status < 300, answer.text


def rules_in_force(stack: Stack) -> dict[str, Any]:
    """The newest scoring rules: `version` and `rules`."""
    newest = stack.get("/v1/scoring/rule-sets", who="marketer").json["items"][0]["version"]
    return dict(stack.get(f"/v1/scoring/rule-sets/{newest}", who="marketer").json)
