"""The pages of what waits and what failed."""

import json
import os

import pytest

from shared.kernel.clock import iso
from tests.calls import invoke
from tests.cloud import client
from tests.conftest import FakeClock
from tests.integration.test_system_health import a_function
from tests.pages import HOSTILE, MAYA, SAGAR, Page, Who, browse

HOME = "/console/system"
DEAD = "lead-assign-dlq.fifo"


@pytest.fixture(autouse=True)
def _running(tables: None, clock: FakeClock) -> None:
    tick = {"id": "t", "detail-type": "Scheduled Event", "time": iso(clock())}
    invoke("timer_dispatch", tick)


def visit(path: str = "", who: Who = SAGAR) -> Page:
    return browse("console_system", "GET", f"{HOME}{path}", who=who)


def redrive(queue: str = DEAD, who: Who = SAGAR) -> Page:
    return browse("console_system", "POST", f"{HOME}/failed/{queue}/redrive", who=who)


def url(queue: str) -> str:
    return str(client("sqs").get_queue_url(QueueName=queue)["QueueUrl"])


def fail(count: int = 1, **body: str) -> None:
    for number in range(count):
        message = {"detail-type": "LeadBecameSalesReady", "detail": {"lead_id": "lead_1", **body}}
        client("sqs").send_message(
            QueueUrl=url(DEAD),
            MessageBody=json.dumps(message),
            MessageGroupId="lead-assign",
            MessageDeduplicationId=str(number),
        )


def test_the_page_asks_for_how_all_is_by_itself() -> None:
    page = visit()

    assert page.one("div", **{"hx-get": f"{HOME}/state"})["hx-trigger"] == "load, every 30s"
    part = browse("console_system", "GET", f"{HOME}/state", who=SAGAR, htmx=True)
    assert "All is well" in part.text and not part.all("html")


def test_a_system_at_rest_says_that_all_is_well() -> None:
    page = visit("/state")

    assert "All is well" in page.text and "On time" in page.text
    assert "Giving leads to salespeople" in page.text
    assert not page.all(role="alert")


def test_failures_are_said_in_plain_words_and_listed_without_what_they_say() -> None:
    fail(2, email="ann@example.com")

    page = visit("/state")
    assert "Giving leads to salespeople: 2 messages failed. Some leads wait without" in page.text
    link = page.one("tbody").one("a")["href"]

    shown = browse("console_system", "GET", link, who=SAGAR)
    assert "LeadBecameSalesReady" in shown.text and "lead_1" in shown.text
    assert "ann@example.com" not in shown.html


def test_failures_are_sent_back_to_where_they_failed_and_the_result_is_said() -> None:
    fail(3)
    assert "tried again" in visit(f"/failed/{DEAD}").one("dialog", id="redrive").text

    answer = redrive()

    assert (answer.status, answer.location) == (303, HOME)
    assert answer.toast == "3 sent back"
    waiting = client("sqs").get_queue_attributes(
        QueueUrl=url("lead-assign.fifo"), AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert waiting["Attributes"]["ApproximateNumberOfMessages"] == "3"
    assert "Nothing failed here" in visit(f"/failed/{DEAD}").text
    assert redrive().toast == "Nothing was left to send back"


@pytest.mark.parametrize("function", ["timer_dispatch", "staff_compare"])
def test_a_function_that_failed_is_called_again(function: str) -> None:
    called = a_function(f"crm-test-{function}")
    client("sqs").send_message(QueueUrl=url(f"{function}-dlq"), MessageBody='{"id": "tick"}')

    assert redrive(f"{function}-dlq").toast == "1 sent back"

    assert called == [{"id": "tick"}]


def test_a_clock_that_stands_still_and_events_kept_aside_are_said(clock: FakeClock) -> None:
    clock.tick(minutes=4)
    client("s3").put_object(Bucket=os.environ["CRM_PARKED_BUCKET"], Key="events/one", Body=b"{}")

    page = visit("/state")

    assert "stands still" in page.one(role="alert").text
    assert "1 events could not be published" in page.one(role="alert").text


def test_only_administrators_come_here_and_only_queues_of_failures_are_shown() -> None:
    fail(1, note=HOSTILE)

    assert visit(who=MAYA).status == visit("/state", who=MAYA).status == 403
    assert visit(f"/failed/{DEAD}", who=MAYA).status == 403
    assert redrive(who=MAYA).status == 403
    assert visit("/failed/scoring").status == 404
    assert redrive("scoring").status == 404
    assert "<img" not in visit(f"/failed/{DEAD}").html
    assert len(visit("/state").dynamodb_calls) <= 3
