"""Nothing that is sent asynchronously can be dropped: every edge retries and then keeps."""

import json
from collections.abc import Sequence

from infra.constructs.queue import VISIBILITY_FACTOR
from infra.synthesized import QUEUE, RULE, Deployed, Synthesized

DAYS = 24 * 60 * 60
KEPT_AT_MOST = 14 * DAYS
BUCKET = "AWS::S3::Bucket"


def is_dead_letters(name: str) -> bool:
    return "-dlq" in name or name.endswith("-undelivered-dlq")


def test_every_rule_retries_a_while_and_then_keeps(prod: Synthesized) -> None:
    targets = [
        (rule, target)
        for rule in prod.of_type(RULE)
        for target in rule.properties["Targets"]
        # The archive is a rule's target too, but CloudFormation makes that one itself.
    ]

    assert targets
    for rule, target in targets:
        kept = prod.at(prod.follow(rule.stack, target["DeadLetterConfig"]["Arn"]))
        assert is_dead_letters(kept.properties["QueueName"]), rule.address
        assert "FifoQueue" not in kept.properties, "EventBridge takes standard queues only"
        assert 1 <= target["RetryPolicy"]["MaximumRetryAttempts"] <= 185


def test_every_function_called_by_an_event_or_a_schedule_keeps_what_it_failed(
    deployed: Sequence[Deployed],
) -> None:
    for one in deployed:
        if one.rules and not one.queues:
            assert one.resource.properties.get("DeadLetterConfig"), one.name


def test_every_queue_gives_up_after_a_few_times_and_keeps(prod: Synthesized) -> None:
    for queue in prod.of_type(QUEUE):
        name = queue.properties["QueueName"]
        assert queue.properties["SqsManagedSseEnabled"] is True, name
        assert queue.properties["MessageRetentionPeriod"] == KEPT_AT_MOST, name
        if not is_dead_letters(name):
            redrive = queue.properties["RedrivePolicy"]
            kept = prod.at(prod.follow(queue.stack, redrive["deadLetterTargetArn"]))
            assert is_dead_letters(kept.properties["QueueName"]), name
            assert 1 <= redrive["maxReceiveCount"] <= 10, name


def test_queues_are_read_with_partial_answers_and_time_to_spare(
    deployed: Sequence[Deployed],
) -> None:
    for one in deployed:
        for queue, mapping in zip(one.queues, one.mappings, strict=False):
            assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            patience = one.resource.properties["Timeout"] * VISIBILITY_FACTOR
            assert queue.properties["VisibilityTimeout"] >= patience, one.name


def test_a_flood_cannot_take_all_concurrency(deployed: Sequence[Deployed]) -> None:
    for one in deployed:
        for queue, mapping in zip(one.queues, one.mappings, strict=False):
            if "FifoQueue" not in queue.properties:
                assert 2 <= mapping.properties["ScalingConfig"]["MaximumConcurrency"] <= 10


def test_every_table_is_relayed_and_no_record_can_stop_it(
    prod: Synthesized, deployed: Sequence[Deployed]
) -> None:
    (relay,) = [one for one in deployed if one.streams]

    assert {table.properties["TableName"] for table in relay.streams} == {
        table.properties["TableName"] for table in prod.of_type("AWS::DynamoDB::GlobalTable")
    }
    for mapping in relay.mappings:
        properties = mapping.properties
        assert properties["StartingPosition"] == "TRIM_HORIZON"
        assert properties["BisectBatchOnFunctionError"] is True
        assert 1 <= properties["MaximumRetryAttempts"] <= 100
        assert properties["MaximumRecordAgeInSeconds"] < DAYS, "the stream forgets after a day"
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        kept = properties["DestinationConfig"]["OnFailure"]["Destination"]
        assert prod.at(prod.follow(mapping.stack, kept)).type == BUCKET
        (given,) = properties["FilterCriteria"]["Filters"]
        assert json.loads(given["Pattern"]) == {
            "dynamodb": {"NewImage": {"_ev": {"S": [{"exists": True}]}}}
        }


def test_what_failed_is_forgotten_in_a_fortnight(prod: Synthesized) -> None:
    (archive,) = prod.of_type("AWS::Events::Archive")
    (parked,) = [one for one in prod.of_type(BUCKET) if "Parked" in one.address]

    assert archive.properties["RetentionDays"] == 14
    (rule,) = parked.properties["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 14


def test_tests_deliver_events_as_the_rules_do(deployed: Sequence[Deployed]) -> None:
    from tests.routes import EVENT_ROUTES, QUEUE_ROUTES

    assert {one.name: one.hears for one in deployed if one.hears} == {
        route.function: sorted(route.types) for route in EVENT_ROUTES
    }
    read = {
        queue.properties["QueueName"].removeprefix("crm-prod-"): one.name
        for one in deployed
        for queue in one.queues
    }
    told = {one.name for one in deployed if one.hears or one.arrivals}
    # What hears of events or of files may be sent messages too.
    assert QUEUE_ROUTES.items() <= read.items()
    assert {one for one in read.values() if one not in told} <= set(QUEUE_ROUTES.values())
