"""Repairs of queues, of functions that fail, and of what is sent: each is still needed, and works."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from infra.local import kept, mappings
from infra.local.emulator import module
from tests.emulated import create, repair


def test_queues_of_a_template_have_their_dead_letter_queue() -> None:
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:d", "maxReceiveCount": 3}
    queues = module("services.sqs")._queues

    url = create("AWS::SQS::Queue", "Q", QueueName="q", RedrivePolicy=policy)
    assert "RedrivePolicy" not in queues[url]["attributes"]

    repair("queues")

    url = create("AWS::SQS::Queue", "Q", QueueName="q", RedrivePolicy=policy)
    assert json.loads(queues[url]["attributes"]["RedrivePolicy"]) == policy


def test_text_messages_can_be_read() -> None:
    sns = module("services.sns")
    params = {"PhoneNumber": ["+9779841234567"], "Message": ["Namaste"]}
    kept.texts.clear()
    sns._publish(params)
    assert not kept.texts

    repair("texts")

    sns._publish(params)
    assert [(one["to"], one["text"]) for one in kept.texts] == [("+9779841234567", "Namaste")]


def test_functions_keep_their_dead_letter_queue() -> None:
    functions = module("services.lambda_svc")._functions
    target = {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:d"}

    create("AWS::Lambda::Function", "F", FunctionName="f", DeadLetterConfig=target)
    assert "DeadLetterConfig" not in functions["f"]["config"]

    repair("dead letters")

    create("AWS::Lambda::Function", "F", FunctionName="f", DeadLetterConfig=target)
    assert functions["f"]["config"]["DeadLetterConfig"] == target


def test_a_function_that_fails_on_an_event_gets_it_again() -> None:
    bus, svc = module("services.eventbridge"), module("services.lambda_svc")
    create("AWS::Lambda::Function", "F", FunctionName="f")
    arn, retried = svc._functions["f"]["config"]["FunctionArn"], []
    svc.invoke_async_with_retry = lambda _function, event: retried.append(event)
    svc._execute_function_with_config_scope = lambda *_: None

    bus._dispatch_to_lambda(arn, '{"a": 1}')
    assert not retried

    repair("event retries")

    bus._dispatch_to_lambda(arn, '{"a": 1}')
    assert retried == [{"a": 1}]


class Busy(list[dict[str, Any]]):
    """A queue's messages to which another thread adds one while they are being looked through."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        found = list.copy(self)
        if len(found) == 1:
            self.append({"id": "meanwhile", "receive_count": 0, "visible_at": 0})
        return iter(found)


def _left_after_delete() -> list[str]:
    sqs = module("services.sqs")
    url = create("AWS::SQS::Queue", "Q", QueueName="busy")
    sqs._queues[url]["messages"] = Busy([{"id": "done", "receipt_handle": "r"}])
    sqs._delete_messages_for_esm(url, {"r"})
    return [message["id"] for message in sqs._queues[url]["messages"]]


def _left_after_sweep() -> list[str]:
    sqs = module("services.sqs")
    dead = create("AWS::SQS::Queue", "D", QueueName="busy-dlq")
    policy = {"deadLetterTargetArn": sqs._queues[dead]["attributes"]["QueueArn"],
              "maxReceiveCount": 1}  # fmt: skip
    queue = sqs._queues[create("AWS::SQS::Queue", "Q", QueueName="busy")]
    queue["attributes"]["RedrivePolicy"] = json.dumps(policy)
    queue["messages"] = Busy([{"id": "failed", "receive_count": 1, "visible_at": 0}])
    sqs._dlq_sweep(queue)
    assert [message["id"] for message in sqs._queues[dead]["messages"]] == ["failed"]
    return [message["id"] for message in queue["messages"]]


def test_a_message_that_arrives_while_another_leaves_is_kept() -> None:
    assert (_left_after_delete(), _left_after_sweep()) == ([], [])

    repair("queue races")

    assert (_left_after_delete(), _left_after_sweep()) == (["meanwhile"], ["meanwhile"])


def test_messages_of_a_fifo_queue_tell_their_group() -> None:
    url = create("AWS::SQS::Queue", "Q", QueueName="q.fifo", FifoQueue=True)
    queue = module("services.sqs")._queues[url]
    queue["messages"].append({"id": "1", "group_id": "g", "seq": "7", "dedup_id": "d"})
    received = {
        "messageId": "1",
        "eventSourceARN": queue["attributes"]["QueueArn"],
        "attributes": {},
    }

    mappings.name_groups([received])

    assert received["attributes"]["MessageGroupId"] == "g"


def _told_of_a_mail_to(address: str) -> list[tuple[str, str | None]]:
    """What arrives in a queue of a mail's configuration set: the event, and a bounce's type."""
    url = create("AWS::SQS::Queue", "Q", QueueName="told")
    queue = module("services.sqs")._queues[url]
    queue["messages"].clear()
    topic = create("AWS::SNS::Topic", "T", TopicName="told")
    create("AWS::SNS::Subscription", "S", TopicArn=topic, Protocol="sqs",
           Endpoint=queue["attributes"]["QueueArn"], RawMessageDelivery=True)  # fmt: skip
    create("AWS::SES::ConfigurationSet", "C", Name="told")
    where = {"Name": "events", "Enabled": True, "SnsDestination": {"TopicARN": topic},
             "MatchingEventTypes": ["delivery", "bounce", "complaint"]}  # fmt: skip
    at = {"ConfigurationSetName": "told", "EventDestination": where}
    create("AWS::SES::ConfigurationSetEventDestination", "D", **at)
    mail = {
        "FromEmailAddress": "crm@example.com",
        "Destination": {"ToAddresses": [address]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
        "ConfigurationSetName": "told",
        "EmailTags": [{"Name": "claim", "Value": "c1"}],
    }
    send = module("services.ses_v2").handle_request
    asyncio.run(send("POST", "/v2/email/outbound-emails", {}, json.dumps(mail).encode(), {}))
    events = [json.loads(message["body"]) for message in queue["messages"]]
    module("services.sns")._topics.clear()
    assert all(event["mail"]["tags"]["claim"] == ["c1"] for event in events)
    return [(one["eventType"], one.get("bounce", {}).get("bounceType")) for one in events]


def test_what_becomes_of_a_mail_is_told() -> None:
    assert _told_of_a_mail_to("ann@example.com") == []

    repair("mail events")

    told = _told_of_a_mail_to
    assert told("ann@example.com") == [("Delivery", None)]
    assert told("bounce+ann@simulator.amazonses.com") == [("Bounce", "Permanent")]
    assert told("soft-bounce@simulator.amazonses.com") == [("Bounce", "Transient")]
    assert [kind for kind, _ in told("complaint@simulator.amazonses.com")] == [
        "Delivery",
        "Complaint",
    ]
