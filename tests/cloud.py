"""An AWS account for one test: every table, queue, bucket and secret the product deploys."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import boto3

import shared
from shared.pages import rendering
from shared.platform.auth import ROLES
from shared.platform.codec import decode
from shared.platform.configuration import Configuration
from shared.platform.json_api import DYNAMODB
from shared.platform.settings import PREFIX
from shared.platform.tables import TableSpec
from tests import kept_clients
from tests.dynamodb.server import MemoryDynamoDB
from tests.dynamodb.tables import MemoryTable

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
    "merge_work_queue_url": "merge-work",
    "dry_run_queue_url": "scoring-dry-run",
    "lead_assign_queue_url": "lead-assign.fifo",
    "staff_sync_queue_url": "staff-sync.fifo",
    "lead_release_queue_url": "lead-release",
    "import_work_queue_url": "import-work",
    "portal_mail_queue_url": "portal-mail",
    "contact_export_queue_url": "contact-export",
    "privacy_plan_queue_url": "privacy-plan",
    "privacy_work_queue_url": "privacy-work",
    "segment_update_queue_url": "segment-update",
    "segment_backfill_queue_url": "segment-backfill",
    "campaign_plan_queue_url": "campaign-plan",
    "campaign_send_queue_url": "campaign-send",
    "ticket_timer_queue_url": "ticket-timer",
}
"""Queues that code sends to: settings field → queue name."""

READ_ONLY: Final = ("mail-events",)
"""Queues that only AWS sends to."""

POOL: Final = f"{PREFIX}STAFF_POOL_ID"
POOL_CLIENT: Final = f"{PREFIX}STAFF_CLIENT_ID"
CUSTOMER_POOL: Final = f"{PREFIX}CUSTOMER_POOL_ID"
CUSTOMER_CLIENT: Final = f"{PREFIX}CUSTOMER_CLIENT_ID"

TOLD: Final = (
    *(PREFIX + field.upper() for field in QUEUES),
    *(POOL, POOL_CLIENT, CUSTOMER_POOL, CUSTOMER_CLIENT),
)
"""Variables whose values are known once everything was created."""

DEAD_LETTERS: Final = (
    "lead-assign-dlq.fifo",
    "sales-undelivered-dlq",
    "timer_dispatch-dlq",
    "staff_compare-dlq",
)
"""One for a queue and one for rules, and those of the functions that a schedule calls."""

SETTINGS: Final = {
    "queues": " ".join((*QUEUES.values(), *READ_ONLY, *DEAD_LETTERS)),
    "stage": "test",
    "public_base_url": "https://crm.example.com",
    "company_name": "Jaladhara",
    "asset_version": "test",
    "bus_name": BUS,
    "parked_bucket": "crm-test-parked",
    "files_bucket": "crm-test-files",
    "secret_id": "crm-test-secret",
    "mail_sender": SENDER,
    "support_mailbox": "support@example.com",
    "mail_configuration_set": "crm-test",
}


@cache
def specs() -> list[TableSpec]:
    """The `TableSpec` of every area (never change the list), found in `shared/<area>/tables.py`."""
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


def create_tables() -> None:
    """Create every area's table where they are not in memory."""
    dynamodb = client("dynamodb")
    for spec in specs():
        create_table(dynamodb, spec)


def create_everything() -> dict[str, str]:
    """Create what the stacks would beside the tables, in the (fake) account of the environment;
    the variables that tell functions what came out."""
    sqs = client("sqs")
    told: dict[str, str] = {}
    for field, queue in QUEUES.items():
        fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        made = sqs.create_queue(QueueName=queue, Attributes=fifo if "." in queue else {})
        told[PREFIX + field.upper()] = made["QueueUrl"]
    for queue in (*READ_ONLY, *DEAD_LETTERS):
        sqs.create_queue(QueueName=queue, Attributes={"FifoQueue": "true"} if "." in queue else {})
    for bucket in ("parked_bucket", "files_bucket"):
        client("s3").create_bucket(
            Bucket=SETTINGS[bucket],
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
    client("secretsmanager").create_secret(Name=SETTINGS["secret_id"], SecretString=SECRET)
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    _create_bus(sqs)
    return told | _create_pool() | _create_customer_pool()


def staff_pool() -> str:
    """The id of the account's sign-in pool."""
    return os.environ[POOL]


def customer_pool() -> str:
    """The id of the account's pool of customers."""
    return os.environ[CUSTOMER_POOL]


@cache
def memory() -> MemoryDynamoDB:
    """The tables in memory."""
    return MemoryDynamoDB(MemoryTable(spec, table_name(spec)) for spec in specs())


def everything() -> Iterator[dict[str, Any]]:
    """Every item of every table."""
    if elsewhere():
        dynamodb = client("dynamodb")
        for spec in specs():
            for page in dynamodb.get_paginator("scan").paginate(TableName=table_name(spec)):
                yield from (decode(item) for item in page["Items"])
        return
    for table in memory().tables.values():
        yield from map(decode, table.items())


def items_of(table: str) -> Iterator[dict[str, Any]]:
    """Every item of a table, wherever it is."""
    request: dict[str, Any] = {"TableName": table}
    while True:
        page = DYNAMODB.call("Scan", **request)
        yield from map(decode, page["Items"])
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def environment() -> dict[str, str]:
    """The variables every function gets in tests."""
    tables = {spec.setting: table_name(spec) for spec in specs()}
    given: Mapping[str, str] = {**SETTINGS, **tables}
    return {**CREDENTIALS, **{PREFIX + name.upper(): value for name, value in given.items()}}


ENDPOINTS: Final = {
    "dynamodb": "AWS_ENDPOINT_URL_DYNAMODB",
    "dynamodbstreams": "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
}
"""Where services may be that are not in memory."""


MOTO: Final = "moto"
_KEPT_BY: Final = "CRM_TEST_TABLES"
"""The variable that says `MOTO` where moto keeps the tables."""


def elsewhere() -> bool:
    """Whether something other than the memory of `tests.dynamodb` keeps the tables."""
    return ENDPOINTS["dynamodb"] in os.environ or os.environ.get(_KEPT_BY) == MOTO


def client(service: str) -> Any:
    """A client for the test's own use."""
    return kept_clients.session().create_client(service)


def forget(*, session: bool = False) -> None:
    """Make the process new: no cached settings, clients, keys or configurations. Only templates of
    pages stay compiled: they hold nothing, and to compile them takes longer than most tests.

    With `session` the default session of boto3 is new too: it remembers credentials.
    """
    if session:
        boto3.DEFAULT_SESSION = None
    kept_clients.renew()
    for clear in _memories(tuple(sys.modules)):
        clear()


@lru_cache(maxsize=1)
def _memories(modules: tuple[str, ...]) -> list[Callable[[], None]]:
    """What empties each memory of the product, as long as just these `modules` are loaded."""
    return [
        value._cache.clear if isinstance(value, Configuration) else value.cache_clear
        for value in _module_values()
        if isinstance(value, Configuration)
        or (callable(getattr(value, "cache_clear", None)) and not isinstance(value, type))
        if value is not rendering.environment
    ]


def _module_values() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if name.startswith(("shared.", "functions.")) and module is not None:
            yield from list(vars(module).values())


def _create_pool() -> dict[str, str]:
    """The sign-in pool with a group per role, and its client."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="staff", AliasAttributes=["email"])["UserPool"]["Id"]
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="staff",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
    )
    return {POOL: pool, POOL_CLIENT: made["UserPoolClient"]["ClientId"]}


def _create_customer_pool() -> dict[str, str]:
    """The pool of customers, and its client."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="customers")["UserPool"]["Id"]
    flows = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="customers", ExplicitAuthFlows=flows
    )
    return {CUSTOMER_POOL: pool, CUSTOMER_CLIENT: made["UserPoolClient"]["ClientId"]}


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
