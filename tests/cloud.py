"""An AWS account for one test: every table, queue, bucket and secret the product deploys."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import boto3

import shared
from shared.platform import aws
from shared.platform.auth import ROLES
from shared.platform.codec import decode
from shared.platform.configuration import Configuration
from shared.platform.settings import PREFIX
from shared.platform.tables import TableSpec

REGION: Final = "eu-central-1"
BUS: Final = "crm-test"
SENDER: Final = "crm@example.com"
SECRET: Final = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
PUBLISHED: Final = "published"
"""A queue that sees everything put on the bus, for `tests.pump`."""

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    # moto does not know the host names that carry an account id.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
QUEUES: Final = {
    "timer_queue_url": "timer-shards",
    "hand_off_timeout_queue_url": "hand-off-timeout",
    "dry_run_queue_url": "scoring-dry-run",
    "lead_assign_queue_url": "lead-assign.fifo",
    "staff_sync_queue_url": "staff-sync.fifo",
    "lead_release_queue_url": "lead-release",
}
"""Queues that code sends to: settings field → queue name."""

POOL: Final = f"{PREFIX}STAFF_POOL_ID"

DEAD_LETTERS: Final = (
    "lead-assign-dlq.fifo",
    "sales-undelivered-dlq",
    "timer_dispatch-dlq",
    "staff_compare-dlq",
)
"""One for a queue and one for rules, and those of the functions that a schedule calls."""

SETTINGS: Final = {
    "queues": " ".join((*QUEUES.values(), *DEAD_LETTERS)),
    "stage": "test",
    "public_base_url": "https://crm.example.com",
    "asset_version": "test",
    "bus_name": BUS,
    "parked_bucket": "crm-test-parked",
    "secret_id": "crm-test-secret",
    "mail_sender": SENDER,
    "mail_configuration_set": "crm-test",
}


def specs() -> list[TableSpec]:
    """The `TableSpec` of every area, found in `shared/<area>/tables.py`."""
    found: list[TableSpec] = []
    for area in pkgutil.iter_modules(shared.__path__):
        if area.ispkg and importlib.util.find_spec(f"shared.{area.name}.tables"):
            module = importlib.import_module(f"shared.{area.name}.tables")
            if area.name != "platform":
                found += [one for one in vars(module).values() if isinstance(one, TableSpec)]
    return found


def table_name(spec: TableSpec) -> str:
    """What a spec's table is called in tests."""
    return f"crm-test-{spec.name}"


def create_table(dynamodb: Any, spec: TableSpec) -> None:
    """Create the table of `spec` with its indexes and stream, as CDK does."""
    names = {"pk", "sk", *(key for index in spec.indexes for key in (index.pk, index.sk))}
    request: dict[str, Any] = {
        "TableName": table_name(spec),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in sorted(names)
        ],
        "KeySchema": _keys("pk", "sk"),
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    if spec.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _keys(index.pk, index.sk),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*index.include]}
                if index.include
                else {"ProjectionType": "KEYS_ONLY"},
            }
            for index in spec.indexes
        ]
    dynamodb.create_table(**request)


def create_everything() -> None:
    """Create what the stacks would, in the (fake) account of the environment."""
    dynamodb = client("dynamodb")
    for spec in specs():
        create_table(dynamodb, spec)
    sqs = client("sqs")
    for field, queue in QUEUES.items():
        fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        made = sqs.create_queue(QueueName=queue, Attributes=fifo if "." in queue else {})
        os.environ[PREFIX + field.upper()] = made["QueueUrl"]
    for queue in DEAD_LETTERS:
        sqs.create_queue(QueueName=queue, Attributes={"FifoQueue": "true"} if "." in queue else {})
    client("s3").create_bucket(
        Bucket=SETTINGS["parked_bucket"],
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    client("secretsmanager").create_secret(Name=SETTINGS["secret_id"], SecretString=SECRET)
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    _create_bus(sqs)


def staff_pool() -> str:
    """The id of the account's sign-in pool with a group per role, made when first asked for: it
    takes as long as all the rest."""
    if not os.environ.get(POOL):
        cognito = client("cognito-idp")
        made = cognito.create_user_pool(PoolName="staff", AliasAttributes=["email"])
        os.environ[POOL] = pool = str(made["UserPool"]["Id"])
        for role in ROLES:
            cognito.create_group(UserPoolId=pool, GroupName=role)
        forget()
    return os.environ[POOL]


def everything() -> Iterator[dict[str, Any]]:
    """Every item of every table."""
    dynamodb = client("dynamodb")
    for spec in specs():
        for page in dynamodb.get_paginator("scan").paginate(TableName=table_name(spec)):
            yield from (decode(item) for item in page["Items"])


def environment() -> dict[str, str]:
    """The variables every function gets in tests."""
    tables = {spec.setting: table_name(spec) for spec in specs()}
    given: Mapping[str, str] = {**SETTINGS, **tables}
    return {**CREDENTIALS, **{PREFIX + name.upper(): value for name, value in given.items()}}


def client(service: str) -> Any:
    """A client for the test's own use, made once per account and endpoint."""
    return _client(
        service,
        os.environ.get(f"AWS_ENDPOINT_URL_{_ENDPOINTS.get(service, '')}"),
        os.environ.get("AWS_ACCESS_KEY_ID"),
    )


_ENDPOINTS: Final = {"dynamodb": "DYNAMODB", "dynamodbstreams": "DYNAMODB_STREAMS"}


@lru_cache(maxsize=32)
def _client(service: str, endpoint: str | None, key: str | None) -> Any:
    session = boto3.session.Session(aws_access_key_id=key, aws_secret_access_key="testing")
    return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]


def forget(*, session: bool = False) -> None:
    """Make the process new: no cached settings, clients, keys or configurations.

    With `session` those of boto3 and botocore are new too: they remember credentials and, at some
    cost, AWS's models.
    """
    if session:
        boto3.DEFAULT_SESSION = None
    for value in _module_values():
        if isinstance(value, Configuration):
            value._cache.clear()
        elif value is aws._session and not session:
            continue
        elif callable(clear := getattr(value, "cache_clear", None)) and not isinstance(value, type):
            clear()


def _module_values() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if name.startswith(("shared.", "functions.")) and module is not None:
            yield from list(vars(module).values())


def _create_bus(sqs: Any) -> None:
    events = client("events")
    events.create_event_bus(Name=BUS)
    events.put_rule(Name="all", EventBusName=BUS, EventPattern='{"source":[{"prefix":"crm."}]}')
    url = sqs.create_queue(QueueName=PUBLISHED)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "q", "Arn": arn["QueueArn"]}])


def _keys(pk: str, sk: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": pk, "KeyType": "HASH"},
        {"AttributeName": sk, "KeyType": "RANGE"},
    ]
