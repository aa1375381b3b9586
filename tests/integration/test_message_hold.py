"""A message that fails holds up its FIFO group briefly, not for the queue's visibility timeout."""

import os

import pytest

from shared.sales.leads.repository import load
from shared.sales.leads.states import LeadState
from tests import cloud
from tests.aws_calls import intercepted
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, invoke, queue_record
from tests.staffing import ready, sales_team

pytestmark = pytest.mark.usefixtures("tables", "clock")


@pytest.fixture
def told():
    """What the queue was told of messages that failed: handle and seconds."""
    seen = []

    def note(call, send):
        if call.operation == "ChangeMessageVisibilityBatch":
            entries = call.asked["Entries"]
            seen.extend((one["ReceiptHandle"], one["VisibilityTimeout"]) for one in entries)
        return send()

    with intercepted(note):
        yield seen


def unreadable(received=1, body=None):
    bad = bus_event(ready(1)) | {"detail": {"lead_id": 1}}
    return queue_record(body or bad, group="lead-assign", received=received)


def failed(answer):
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


@pytest.mark.parametrize(("received", "seconds"), [(1, 1), (2, 5), (3, 15), (4, 60), (9, 60)])
def test_the_more_often_it_failed_the_longer_it_waits(told, received, seconds):
    bad = unreadable(received)

    answer = invoke("lead_assign", {"Records": [bad]})

    assert failed(answer) == [bad["messageId"]]
    assert told == [(bad["receiptHandle"], seconds)]


def test_what_is_no_json_is_soon_out_of_the_way_too(told):
    bad = unreadable(body="{")

    assert failed(invoke("lead_assign", {"Records": [bad]})) == [bad["messageId"]]
    assert told == [(bad["receiptHandle"], 1)]


def test_leads_beside_it_are_assigned_and_only_it_comes_again(told):
    sales_team(asha=1)
    a_lead(1, score="100.00")
    bad, good = unreadable(), queue_record(bus_event(ready(1)), group="lead-assign")

    answer = invoke("lead_assign", {"Records": [bad, good]})

    assert failed(answer) == [bad["messageId"]]
    assert [handle for handle, _ in told] == [bad["receiptHandle"]]
    assert load(lead_id(1)).state is LeadState.ASSIGNED


def test_a_batch_without_failures_tells_the_queue_nothing(told):
    sales_team(asha=1)
    a_lead(1, score="100.00")

    invoke("lead_assign", {"Records": [queue_record(bus_event(ready(1)), group="lead-assign")]})

    assert told == []


def test_the_queue_hides_it_for_that_long():
    sqs, url = cloud.client("sqs"), os.environ["CRM_LEAD_ASSIGN_QUEUE_URL"]
    sqs.send_message(QueueUrl=url, MessageBody="{", MessageGroupId="lead-assign")
    (message,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    bad = unreadable(body="{") | {"receiptHandle": message["ReceiptHandle"]}

    invoke("lead_assign", {"Records": [bad]})

    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_queue_that_cannot_be_told_changes_nothing_else():
    # The receipt handle of the record is none of this queue's.
    bad = unreadable()

    assert failed(invoke("lead_assign", {"Records": [bad]})) == [bad["messageId"]]
