"""The recorded payloads of the scoring functions: each does what its name says."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.platform.requests import Put
from shared.sales.leads.repository import sales
from shared.sales.scoring.repository import score_key
from shared.sales.scoring.rule_sets import NAME, RULE_SETS
from tests.builders import lead_item
from tests.calls import invoke
from tests.staffing import employed
from tests.unit.sales.scoring.cases import T0, activate, rules

TRIGGERS = Path(__file__).parents[2] / "events/triggers"
LEAD = "lead_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"


def recorded(function: str, case: str) -> Any:
    return json.loads((TRIGGERS / function / f"{case}.json").read_text())


@pytest.fixture(autouse=True)
def _a_scored_company(tables: None) -> None:
    employed("asha", ["rep"])
    employed("nabin", ["marketer"])
    activate()
    key = {"pk": f"LEAD#{LEAD}", "lead_id": LEAD}
    sales.write(Put(lead_item(form_job_title="Manager") | key))


@pytest.mark.parametrize("case", ["lead_captured", "lead_changed"])
def test_a_lead_event_gives_the_lead_its_profile_points(case: str) -> None:
    answer = invoke("scoring_update", recorded("scoring_update", case))

    assert answer == {"batchItemFailures": []}
    assert (sales.get(score_key(LEAD)) or {})["score"] == "25.00"


@pytest.mark.parametrize("case", ["behaviour_batch", "visitor_identified"])
def test_behaviour_of_nobody_known_changes_nothing(case: str) -> None:
    answer = invoke("scoring_update", recorded("scoring_update", case))

    assert answer == {"batchItemFailures": []}


def test_unreadable_messages_are_failed_and_the_readable_one_is_done() -> None:
    event = recorded("scoring_update", "malformed")
    text, good, bad = (record["messageId"] for record in event["Records"])

    answer = invoke("scoring_update", event)

    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    assert failed == {text, bad}
    assert (sales.get(score_key(LEAD)) or {})["score"] == "25.00"
    assert good not in failed


@pytest.mark.parametrize(
    ("function", "case", "status"),
    [
        ("score_query", "now", 200),
        ("score_query", "as_of", 200),
        ("scoring_rules", "list", 200),
        ("scoring_rules", "save", 201),
        ("scoring_rules", "save_refused", 422),
        ("scoring_rules", "show", 200),
        ("scoring_rules", "activate", 200),
        ("scoring_rules", "try_out", 202),
        ("scoring_rules", "dry_run_result", 404),
    ],
)
def test_a_request_is_answered(function: str, case: str, status: int) -> None:
    answer = invoke(function, recorded(function, case))

    assert answer["statusCode"] == status, answer["body"]
    if case == "save":
        RULE_SETS.save(NAME, rules(threshold="90"), by="staff_seed", at=T0, after=1)
        assert invoke(function, recorded(function, case))["statusCode"] == 412


def test_a_page_of_a_dry_run_that_is_gone_is_failed() -> None:
    event = recorded("scoring_dry_run", "page")

    answer = invoke("scoring_dry_run", event)

    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == [
        event["Records"][0]["messageId"]
    ]
