"""What waits and what failed, seen and sent back."""

import io
import json
import os
import zipfile

import pytest

from shared.kernel.clock import iso
from tests.calls import bus_event, http, invoke
from tests.cloud import client
from tests.staffing import ready

pytestmark = pytest.mark.usefixtures("tables", "clock")

ADMIN = ("root", ["admin"])
FIFO_DEAD = "lead-assign-dlq.fifo"
RULES_DEAD = "sales-undelivered-dlq"


def url(queue):
    return client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]


def put(queue, body, **more):
    fifo = {"MessageGroupId": "lead-assign", "MessageDeduplicationId": str(len(str(body)))}
    text = body if isinstance(body, str) else json.dumps(body)
    grouped = fifo if queue.endswith(".fifo") else {}
    client("sqs").send_message(QueueUrl=url(queue), MessageBody=text, **grouped, **more)


def taken(queue):
    answer = client("sqs").receive_message(
        QueueUrl=url(queue), MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    return answer.get("Messages", [])


def health(by=ADMIN):
    return http("system_health", "GET", "/v1/system/health", staff=by)


def station(name):
    return next(one for one in health().json["stations"] if one["name"] == name)


def failures(queue, by=ADMIN):
    return http("system_health", "GET", "/v1/system/failures", staff=by, query={"queue": queue})


def redrive(queue, by=ADMIN):
    return http("system_health", "POST", "/v1/system/redrives", body={"queue": queue}, staff=by)


def tick(at):
    invoke("timer_dispatch", {"id": "t", "detail-type": "Scheduled Event", "time": iso(at)})


def test_a_system_at_rest_is_healthy(now):
    tick(now)

    answer = health().json

    assert answer["healthy"] is True
    assert {one["failed"] for one in answer["stations"]} == {0}
    assert answer["parked"] == {"count": 0, "more": False}
    assert answer["timer"] == {"last_run_at": "2025-06-02T04:15:00Z", "late": False}


def test_a_timer_that_stopped_is_seen(clock):
    assert health().json["timer"] == {"last_run_at": None, "late": True}
    tick(clock())
    clock.tick(minutes=3)
    assert health().json["healthy"] is True

    clock.tick(seconds=1)

    assert health().json["timer"]["late"] is True
    assert health().json["healthy"] is False


def test_a_slow_run_of_the_timer_does_not_hide_a_later_one(clock, now):
    tick(clock.tick(minutes=1))
    clock.at(now)
    tick(now)

    assert health().json["timer"]["last_run_at"] == "2025-06-02T04:16:00Z"


def test_what_waits_and_what_failed_is_counted_by_queue(now):
    tick(now)
    put("lead-assign.fifo", {"n": 1})
    put(FIFO_DEAD, bus_event(ready(1)))

    seen = station("lead-assign.fifo")

    assert (seen["waiting"], seen["in_work"], seen["failed"]) == (1, 0, 1)
    assert seen["failed_queue"] == FIFO_DEAD
    assert seen["oldest_failed_at"] is not None
    assert station("timer_dispatch")["waiting"] is None
    assert health().json["healthy"] is False


def test_parked_events_are_counted(now):
    tick(now)
    client("s3").put_object(Bucket=os.environ["CRM_PARKED_BUCKET"], Key="events/a.json", Body=b"{}")

    answer = health().json

    assert (answer["healthy"], answer["parked"]["count"]) == (False, 1)


def test_a_failed_message_is_shown_without_what_it_says_about_people():
    secret = {"email": "ann@example.com", "name": "Ann Rai", "owner_id": "Ann Rai <ann@x.test>"}
    event = bus_event(ready(1))
    put(RULES_DEAD, {**event, "detail": {**event["detail"], **secret}})

    answer = failures(RULES_DEAD)

    (one,) = answer.json["items"]
    assert one["type"] == "LeadBecameSalesReady"
    assert one["ids"]["lead_id"] == event["detail"]["lead_id"]
    assert one["ids"]["cycle"] == 1
    for personal in ("ann@", "Ann", "Rai"):
        assert personal not in answer.text
    assert station("sales-undelivered")["failed"] == 1, "looking takes nothing away"


@pytest.mark.parametrize("body", ["{not json", "[1]", '"text"', '{"detail": 5}'])
def test_a_message_of_any_shape_is_shown_as_a_failure(body):
    put(RULES_DEAD, body)

    (one,) = failures(RULES_DEAD).json["items"]

    assert (one["type"], one["ids"]) == (None, {})


def test_messages_of_a_fifo_queue_go_back_to_it_in_their_group():
    put(FIFO_DEAD, bus_event(ready(1)))
    put(FIFO_DEAD, {"second": True})

    assert redrive(FIFO_DEAD).json == {"moved": 2, "left": 0}

    (first, second) = taken("lead-assign.fifo")
    assert json.loads(first["Body"])["detail-type"] == "LeadBecameSalesReady"
    assert json.loads(second["Body"]) == {"second": True}
    assert first["Attributes"]["MessageGroupId"] == "lead-assign"
    assert taken(FIFO_DEAD) == []


def test_what_a_rule_could_not_deliver_goes_where_it_was_to_go():
    arn = "arn:aws:sqs:eu-central-1:123456789012:scoring-dry-run"
    attribute = {"TARGET_ARN": {"DataType": "String", "StringValue": arn}}
    put(RULES_DEAD, {"n": 1}, MessageAttributes=attribute)

    assert redrive(RULES_DEAD).json["moved"] == 1

    assert [json.loads(one["Body"]) for one in taken("scoring-dry-run")] == [{"n": 1}]


@pytest.mark.parametrize("function", ["timer_dispatch", "staff_compare"])
def test_a_function_is_called_again_with_what_it_failed(function):
    dead = f"{function}-dlq"
    called = a_function(f"crm-test-{function}")
    put(dead, {"id": "tick"})
    put(dead, {"requestPayload": {"id": "wrapped"}})

    assert redrive(dead).json["moved"] == 2

    assert sorted(one["id"] for one in called) == ["tick", "wrapped"]
    assert taken(dead) == []


def a_function(name):
    """A function of that name; the payloads it is called with from now on."""
    from shared.platform.aws import client as ours

    role = client("iam").create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", "")
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="handler.handle",
        Code={"ZipFile": packed.getvalue()},
    )
    called = []

    def note(params, **_):
        called.append(json.loads(params["Payload"]))

    ours("lambda").meta.events.register("provide-client-params.lambda.Invoke", note)
    return called


def test_an_empty_queue_sends_nothing_back():
    assert redrive(FIFO_DEAD).json == {"moved": 0, "left": 0}


def test_one_request_sends_back_what_was_there_and_no_more_than_it_can(monkeypatch):
    from shared.platform import health as module

    monkeypatch.setattr(module, "AT_ONCE", 10)
    for number in range(12):
        put(RULES_DEAD, {"n": number}, MessageAttributes=to_dry_runs())

    assert redrive(RULES_DEAD).json == {"moved": 10, "left": 2}
    assert redrive(RULES_DEAD).json == {"moved": 2, "left": 0}


def to_dry_runs():
    arn = "arn:aws:sqs:eu-central-1:123456789012:scoring-dry-run"
    return {"TARGET_ARN": {"DataType": "String", "StringValue": arn}}


@pytest.mark.parametrize(
    "queue", ["lead-assign.fifo", "scoring-dry-run", "other-dlq", "", "x" * 99]
)
def test_only_our_dead_letter_queues_are_looked_into_and_emptied(queue):
    assert failures(queue).code == "queue_not_found"
    assert redrive(queue).status in (404, 422)


def test_only_administrators_may():
    for by in (("maya", ["sales_manager"]), ("asha", ["rep"])):
        for answer in (health(by), failures(FIFO_DEAD, by), redrive(FIFO_DEAD, by)):
            assert answer.code == "role_missing"
    assert health(None).status == 401


def test_a_failed_message_has_the_time_it_was_sent():
    put(RULES_DEAD, {"n": 1})

    (one,) = failures(RULES_DEAD).json["items"]

    assert one["sent_at"].endswith("Z")
    assert one["received"] >= 1
