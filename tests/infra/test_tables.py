"""Tables are deployed as their specs say."""

from typing import Any

import pytest

from infra.synthesized import TABLE, Synthesized
from shared.customers.tables import CUSTOMERS
from shared.directory.tables import DIRECTORY
from shared.marketing.tables import MARKETING
from shared.platform.outbox import EVENTS, LAST_EVENT
from shared.platform.tables import TableSpec
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

SPECS = (SALES, CUSTOMERS, DIRECTORY, MARKETING, SUPPORT)
PER_INDEX = 20
"""DynamoDB API reference, `Projection`: at most 20 non-key attributes an index …"""
PER_TABLE = 100
"""… and 100 over all indexes of a table."""

every_table = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)


def table(of: Synthesized, spec: TableSpec) -> Any:
    """The properties of the spec's table."""
    (found,) = [
        one.properties
        for one in of.of_type(TABLE)
        if one.properties["TableName"].endswith(f"-{spec.name}")
    ]
    return found


def key(pk: str, sk: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": pk, "KeyType": "HASH"},
        {"AttributeName": sk, "KeyType": "RANGE"},
    ]


def test_every_table_has_a_spec(prod: Synthesized) -> None:
    assert len(prod.of_type(TABLE)) == len(SPECS)


@every_table
def test_a_table_has_the_keys_and_indexes_of_its_spec(prod: Synthesized, spec: TableSpec) -> None:
    deployed = table(prod, spec)

    assert deployed["KeySchema"] == key("pk", "sk")
    assert {one["IndexName"]: one for one in deployed.get("GlobalSecondaryIndexes", ())} == {
        index.name: {
            "IndexName": index.name,
            "KeySchema": key(index.pk, index.sk),
            "Projection": {"NonKeyAttributes": list(index.include), "ProjectionType": "INCLUDE"},
        }
        for index in spec.indexes
    }


@every_table
def test_a_table_can_be_restored_streams_and_forgets(prod: Synthesized, spec: TableSpec) -> None:
    deployed = table(prod, spec)
    (replica,) = deployed["Replicas"]

    assert deployed["BillingMode"] == "PAY_PER_REQUEST"
    assert deployed["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert deployed["TimeToLiveSpecification"] == {"AttributeName": spec.ttl, "Enabled": True}
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert replica["DeletionProtectionEnabled"] is True


@every_table
def test_no_index_copies_events(spec: TableSpec) -> None:
    for index in spec.indexes:
        assert not {EVENTS, LAST_EVENT} & set(index.include)


@every_table
def test_indexes_stay_within_what_dynamodb_takes(spec: TableSpec) -> None:
    for index in spec.indexes:
        assert len(index.include) <= PER_INDEX, f"{spec.name}.{index.name}"
    assert sum(len(index.include) for index in spec.indexes) <= PER_TABLE


def test_production_keeps_its_data_when_a_stack_goes(prod: Synthesized) -> None:
    resources = prod.templates["crm-prod-foundation"]["Resources"].values()
    kept = ("AWS::DynamoDB::GlobalTable", "AWS::Cognito::UserPool", "AWS::SecretsManager::Secret")

    for resource in resources:
        if resource["Type"] in kept:
            assert resource["DeletionPolicy"] == "Retain", resource["Type"]
