"""Rule sets and dry runs through HTTP (rows M12 and X3)."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.platform.requests import Update
from shared.platform.settings import settings
from shared.sales.leads.repository import lead_key, sales
from shared.sales.leads.states import LeadState
from shared.sales.scoring.repository import score_key
from shared.sales.scoring.reset import after_reset, reset_ops
from tests.builders import a_lead, captured
from tests.calls import Answer, http, invoke, queue_event
from tests.conftest import FakeClock
from tests.pump import carried
from tests.unit.sales.scoring.cases import SEEDED, T0, activate, deliver, page_view, store

MARKETER = ("staff_marketer", ["marketer"])
SETS = "/v1/scoring/rule-sets"
RUNS = "/v1/scoring/dry-runs"


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    clock.at(T0 + timedelta(hours=1))


def call(method: str, path: str, body: Any = None, **how: Any) -> Answer:
    return http("scoring_rules", method, path, body=body, **{"staff": MARKETER, **how})


def test_a_version_is_stored_then_put_in_force_and_rolled_back() -> None:
    first = call("POST", SETS, {"rules": SEEDED, "version": 0})
    second = call("POST", SETS, {"rules": SEEDED | {"threshold": "80"}, "version": 1})

    assert (first.status, first.headers["location"]) == (201, f"{SETS}/1")
    assert first.json["active"] is False
    assert second.json["version"] == 2

    assert call("POST", f"{SETS}/2/activate").json["active"] is True
    assert call("POST", f"{SETS}/1/activate").json["active"] is True
    assert call("POST", f"{SETS}/1/activate").status == 200

    listed = call("GET", SETS).json
    assert [(one["version"], one["active"]) for one in listed["items"]] == [(2, False), (1, True)]
    assert call("GET", f"{SETS}/2").json["rules"]["threshold"] == "80"
    events = [fact for fact in carried() if fact.type == "ScoringRulesActivated"]
    assert [fact.detail["version"] for fact in events] == [2, 1]


def test_versions_are_listed_page_by_page() -> None:
    for number in range(5):
        call("POST", SETS, {"rules": SEEDED | {"threshold": str(number + 1)}})

    found: list[int] = []
    cursor = None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = call("GET", SETS, query=query).json
        found += [one["version"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break

    assert found == [5, 4, 3, 2, 1]
    assert call("GET", SETS, query={"cursor": "x.y"}).code == "cursor_invalid"


def test_without_any_version_the_list_is_empty() -> None:
    assert call("GET", SETS).json == {"items": [], "next": None}
    assert call("GET", f"{SETS}/1").status == 404
    assert call("POST", f"{SETS}/1/activate").status == 404
    assert call("GET", f"{SETS}/none").status == 404


def test_a_request_sent_again_makes_no_second_version_and_another_ones_work_is_not_overwritten() -> (
    None
):
    body = {"rules": SEEDED, "version": 0}
    again = [call("POST", SETS, body).json["version"] for _ in range(2)]
    other = call("POST", SETS, {"rules": SEEDED | {"threshold": "80"}, "version": 0})

    assert again == [1, 1]
    assert (other.status, other.code, other.json["version"]) == (412, "version_stale", 1)


def test_rules_that_do_not_validate_are_refused_with_a_pointer_to_the_place() -> None:
    malformed = {"rules": SEEDED | {"behaviour": [SEEDED["behaviour"][0] | {"points": "many"}]}}
    unfitting = {"rules": SEEDED | {"profile": [SEEDED["profile"][0] | {"group": "vip"}]}}

    first, second = call("POST", SETS, malformed), call("POST", SETS, unfitting)

    assert first.status == second.status == 422
    assert list(first.fields) == ["rules.behaviour.0.points"]
    assert second.fields == {"rules.profile.0.group": "unknown_group"}
    assert call("POST", RUNS, unfitting).fields == second.fields
    assert call("GET", SETS).json["items"] == []


def test_only_sales_managers_and_marketers_change_rules() -> None:
    for path, body in ((SETS, {"rules": SEEDED}), (f"{SETS}/1/activate", None), (RUNS, {})):
        assert call("POST", path, body, staff=("s", ["rep"])).status == 403
        assert call("POST", path, body, staff=None).status == 401
    assert call("GET", SETS, staff=("s", ["rep"])).status == 200


def visits(number: int, times: int, **how: Any) -> str:
    """A lead who saw the pricing page so often, as it was scored."""
    one = a_lead(number, **how)
    visitor = f"visitor-{number:04d}"
    link_first(visitor, one, iso(T0), T0 - timedelta(days=90))
    views = (page_view(n, T0 + timedelta(minutes=n), subject_id=visitor) for n in range(times))
    deliver(*store(*views))
    return one


def reject(one: str, clock: FakeClock) -> None:
    item = sales.get(score_key(one))
    lead = Update(lead_key(one), set={"state": "recycled", **after_reset(item)})
    sales.write(lead, *reset_ops(item, one, clock(), "rejected"))


def planned() -> list[dict[str, Any]]:
    """The pages of the dry run, taken from its queue."""
    sqs, url = boto3.client("sqs"), settings().need("dry_run_queue_url")
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def replay_leads() -> None:
    """Run the pages that have leads; the others are run by the test of the whole."""
    for page in planned():
        if page["month"] == "2025-06":
            invoke("scoring_dry_run", queue_event([page]))


def test_a_dry_run_counts_the_hand_offs_there_would_have_been_and_those_sales_rejected(
    clock: FakeClock,
) -> None:
    activate()
    twice = [visits(n, 8) for n in (1, 2, 3)]
    gone = visits(4, 9, state=LeadState.DISQUALIFIED)
    ready = visits(5, 12)
    busy = visits(6, 12, state=LeadState.WORKING, owner="staff_1")
    visits(7, 3)
    clock.tick(hours=2)
    reject(twice[0], clock)
    clock.tick(days=1)

    answer = call("POST", RUNS, {"rules": SEEDED | {"threshold": "80"}})
    assert answer.status == 202
    assert answer.json["state"] == "running"
    pages = planned()
    assert len(pages) == answer.json["pages"]
    for page in [*pages, *pages[:9]]:
        assert invoke("scoring_dry_run", queue_event([page])) == {"batchItemFailures": []}

    body = call("GET", answer.headers["location"]).json
    assert (body["state"], body["pages_done"]) == ("done", body["pages"])
    assert body["leads"] == 7
    assert (body["active_hand_offs"], body["candidate_hand_offs"]) == (1, 5)
    assert (body["extra"], body["extra_rejected"], body["fewer"]) == (4, 2, 0)
    assert body["summary"] == "4 more hand-offs, 2 of which sales rejected"
    assert sorted(body["extra_leads"]) == sorted([*twice, gone])
    assert sorted(body["extra_rejected_leads"]) == sorted([twice[0], gone])
    assert ready not in body["extra_leads"] and busy not in body["extra_leads"]


def test_a_stored_version_may_be_tried_out_and_may_mean_fewer_hand_offs() -> None:
    activate()
    one = visits(1, 10)
    call("POST", SETS, {"rules": SEEDED | {"threshold": "1000"}, "version": 1})

    answer = call("POST", RUNS, {"version": 2})
    replay_leads()

    body = call("GET", answer.headers["location"]).json
    assert body["candidate_version"] == 2
    assert (body["extra"], body["fewer"], body["fewer_leads"]) == (0, 1, [one])
    assert body["summary"] == "0 more hand-offs, 0 of which sales rejected; 1 fewer"


def test_what_crossed_before_the_thirty_days_is_not_counted(clock: FakeClock) -> None:
    activate()
    visits(1, 8)
    clock.tick(days=31)

    answer = call("POST", RUNS, {"rules": SEEDED | {"threshold": "80"}})
    replay_leads()

    body = call("GET", answer.headers["location"]).json
    assert (body["leads"], body["extra"]) == (1, 0)


def test_a_form_that_did_not_wait_is_no_more_and_no_fewer(clock: FakeClock) -> None:
    activate()
    a_lead(1)
    deliver(captured(1, hand_off="now", occurred_at=T0))
    clock.tick(days=1)

    answer = call("POST", RUNS, {"rules": SEEDED | {"threshold": "1000"}})
    replay_leads()

    body = call("GET", answer.headers["location"]).json
    assert (body["active_hand_offs"], body["candidate_hand_offs"]) == (1, 1)
    assert (body["extra"], body["fewer"]) == (0, 0)


def test_the_same_key_gives_the_same_dry_run_and_another_request_with_it_is_refused() -> None:
    activate()
    headers = {"idempotency-key": "k1"}

    first = call("POST", RUNS, {"rules": SEEDED}, headers=headers)
    again = call("POST", RUNS, {"rules": SEEDED}, headers=headers)
    other = call("POST", RUNS, {"version": 1}, headers=headers)

    assert first.json["dry_run_id"] == again.json["dry_run_id"]
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_dry_run_needs_one_thing_to_try_and_an_unknown_one_is_not_found() -> None:
    activate()

    assert call("POST", RUNS, {}).fields == {"rules": "one_of_two"}
    assert call("POST", RUNS, {"rules": SEEDED, "version": 1}).status == 422
    assert call("POST", RUNS, {"version": 9}).status == 404
    assert call("GET", f"{RUNS}/dry_run_00000000000000000000000000").status == 404
    gone = {"dry_run_id": "dry_run_0", "month": "2025-06", "week": 0}
    failed = invoke("scoring_dry_run", queue_event([gone]))["batchItemFailures"]
    assert len(failed) == 1
