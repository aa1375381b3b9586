"""The one way to make a table: from the `TableSpec` its repositories and their tests use."""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.stages import Stage
from shared.platform.outbox import EVENTS, LAST_EVENT
from shared.platform.tables import TableSpec

MAX_PROJECTED: Final = 100
"""DynamoDB: projected attributes over all indexes of a table (Service quotas, 2025)."""


def make_table(scope: Construct, spec: TableSpec, stage: Stage) -> dynamodb.TableV2:
    """The table of `spec`: on demand, restorable to any second of 35 days, with its stream.

    Raises `ValueError` when an index would copy events (each save would be written twice) or
    the indexes together project more than DynamoDB takes.
    """
    for index in spec.indexes:
        if {EVENTS, LAST_EVENT} & set(index.include):
            raise ValueError(f"index {index.name} of {spec.name} must not project events")
    if sum(len(index.include) for index in spec.indexes) > MAX_PROJECTED:
        raise ValueError(f"the indexes of {spec.name} project more than {MAX_PROJECTED} names")
    return dynamodb.TableV2(
        scope,
        f"{spec.name.capitalize()}Table",
        # A fixed name: recreating a stack beside a kept table fails loudly instead of starting
        # with an empty one.
        table_name=stage.named(spec.name),
        partition_key=_string("pk"),
        sort_key=_string("sk"),
        billing=dynamodb.Billing.on_demand(),
        encryption=dynamodb.TableEncryptionV2.dynamo_owned_key(),
        dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        time_to_live_attribute=spec.ttl,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=stage.protect_data,
        removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        global_secondary_indexes=[
            dynamodb.GlobalSecondaryIndexPropsV2(
                index_name=index.name,
                partition_key=_string(index.pk),
                sort_key=_string(index.sk),
                projection_type=dynamodb.ProjectionType.INCLUDE
                if index.include
                else dynamodb.ProjectionType.KEYS_ONLY,
                non_key_attributes=list(index.include) or None,
            )
            for index in spec.indexes
        ],
    )


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
