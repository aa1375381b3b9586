"""Reading a table's stream: only items that carry events, and nothing is ever dropped."""

import json
from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from shared.platform.outbox import LAST_EVENT

CARRIES_EVENTS: Final = {"dynamodb": {"NewImage": {LAST_EVENT: {"S": [{"exists": True}]}}}}
"""`exists` sees scalars only: never filter on the list of events itself."""

FAILED_BATCHES: Final = "aws"
"""Where Lambda puts them in the bucket: `aws/lambda/<mapping>/…`."""

BATCH: Final = 100
RETRIES: Final = 10
OLDEST: Final = Duration.hours(12)
"""Half of what the stream keeps: what still fails then goes to S3 while it can be read."""


def map_streams(
    scope: Construct,
    function: lambda_.IFunction,
    tables: Mapping[str, dynamodb.TableV2],
    parked_arn: str,
) -> None:
    """Let `function` read the streams of `tables`; a batch that keeps failing is halved down to
    the one bad record, which then goes to the bucket `parked_arn` whole (a queue would hold only
    a pointer that expires with the stream)."""
    for table in tables.values():
        lambda_.CfnEventSourceMapping(
            scope,
            f"Stream{table.node.id}",
            function_name=function.function_name,
            event_source_arn=table.table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=BATCH,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=RETRIES,
            maximum_record_age_in_seconds=OLDEST.to_seconds(),
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(CARRIES_EVENTS))
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=parked_arn)
            ),
        )
