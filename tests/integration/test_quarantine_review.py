"""Looking through the quarantine and releasing from it."""

from typing import Any

import pytest

from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.forms import ANN, leads, post, quarantined, store_form, submissions
from tests.pump import carried

MARKETER = ("staff_1", ["marketer"])
SPAM = {**ANN, "website": "https://spam.example"}


@pytest.fixture(autouse=True)
def _forms(tables: None) -> None:
    store_form("contact")


def listed(**query: str) -> Answer:
    """Ask as a marketer."""
    return http("quarantine_review", "GET", "/v1/quarantine", staff=MARKETER, query=query)


def release(submission_id: str, staff: Any = MARKETER) -> Answer:
    """Release as a marketer."""
    path = f"/v1/quarantine/{submission_id}/release"
    return http("quarantine_review", "POST", path, staff=staff)


def test_quarantined_submissions_are_listed_newest_first_over_months(clock: FakeClock) -> None:
    for number in range(5):
        post(form={**SPAM, "message": str(number)})
        clock.tick(days=11)

    first = listed(limit="3").json
    second = listed(limit="3", cursor=first["next"]).json

    items = first["items"] + second["items"]
    assert [one["answers"]["message"] for one in items] == ["4", "3", "2", "1", "0"]
    assert {one["reason"] for one in items} == {"honeypot_filled"}
    assert second["next"] is None or listed(cursor=second["next"]).json["items"] == []


def test_a_released_submission_becomes_a_lead_exactly_once(clock: FakeClock) -> None:
    told = post(body={**SPAM, "utm_source": "fb", "phone": "+9779812345678"}).json
    clock.tick(days=1)

    first = release(told["submission_id"])
    again = release(told["submission_id"])

    assert (first.status, first.json) == (200, again.json)
    (lead,), (submission,) = leads(), submissions()
    assert first.json["lead_id"] == lead["lead_id"] == told["lead_id"]
    assert submission["sk"].endswith(told["submission_id"])
    assert (lead["form_first_name"], lead["source"], lead["submissions"]) == ("Ann", "fb", 1)
    assert [event.type for event in carried()] == ["SubmissionQuarantined", "LeadCaptured"]
    assert quarantined()[0]["released_by"] == "staff_1"


def test_a_release_adds_to_a_lead_that_came_meanwhile_and_keeps_its_last_touch(
    clock: FakeClock,
) -> None:
    told = post(body={**SPAM, "utm_source": "old"}).json
    clock.tick(hours=1)
    post(body={**ANN, "utm_source": "new"})

    release(told["submission_id"])

    (lead,) = leads()
    assert (lead["submissions"], lead["last_touch"]["utm_source"]) == (2, "new")


def test_content_that_was_accepted_in_the_same_minute_is_not_stored_twice() -> None:
    told = post(body=SPAM).json
    accepted = post(body=ANN).json

    answer = release(told["submission_id"])

    assert told == accepted
    assert (answer.status, answer.json["lead_id"]) == (200, accepted["lead_id"])
    assert len(submissions()) == 1


def test_what_is_not_there_cannot_be_released() -> None:
    for unknown in (
        "submission_01JZ0000000000000000000000",
        "x",
        "lead_01JZ0000000000000000000000",
    ):
        answer = release(unknown)
        assert (answer.status, answer.code) == (404, "submission_not_found")


def test_only_marketers_and_sales_managers_review() -> None:
    told = post(body=SPAM).json

    assert release(told["submission_id"], ("staff_2", ["rep"])).status == 403
    assert release(told["submission_id"], None).status == 401
    assert leads() == []
