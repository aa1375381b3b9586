"""Everything a stack keeps, has logged, published and sent: as text, to look for somebody in it."""

import io
import json
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from infra.local.home import ACCOUNT, REGION

from .stack import Stack

Text = tuple[str, str]
"""Where something stands, and what it says."""

_SIGNED: Final = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20250101/{REGION}/dynamodb/aws4_request"


def everything(stack: Stack) -> Iterator[Text]:
    """All of it, but for what was published (see `listening`)."""
    yield from items(stack)
    yield from objects(stack)
    yield from accounts(stack)
    yield from messages(stack)
    yield from logged(stack)
    for mail in stack.mail():
        yield f"mail to {', '.join(mail.to)} at {mail.at}", json.dumps(mail.as_json())


def items(stack: Stack) -> Iterator[Text]:
    """Every table and every index, page by page."""
    for table in stack.deployed.client("dynamodb").list_tables()["TableNames"]:
        found = _dynamodb(stack, "DescribeTable", {"TableName": table})["Table"]
        indexes = [one["IndexName"] for one in found.get("GlobalSecondaryIndexes", ())]
        for index in (None, *indexes):
            what: dict[str, Any] = {"TableName": table, **({"IndexName": index} if index else {})}
            while True:
                page = _dynamodb(stack, "Scan", what)
                for item in page["Items"]:
                    yield f"{table}/{index or 'table'}", json.dumps(item, ensure_ascii=False)
                if "LastEvaluatedKey" not in page:
                    break
                what["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def objects(stack: Stack) -> Iterator[Text]:
    """Every object of every bucket, with its key; of archives what is in them, of UTF-16 what it
    says."""
    s3 = stack.deployed.client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"]):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for one in page.get("Contents", ()):
                body: bytes = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
                yield f"{bucket}/{one['Key']}", f"{one['Key']} {_said(body)}"


def accounts(stack: Stack) -> Iterator[Text]:
    """Everybody who can sign in."""
    cognito = stack.deployed.client("cognito-idp")
    for pool in cognito.list_user_pools(MaxResults=60)["UserPools"]:
        for page in cognito.get_paginator("list_users").paginate(UserPoolId=pool["Id"]):
            yield pool["Name"], json.dumps(page["Users"], default=str)


def messages(stack: Stack) -> Iterator[Text]:
    """What waits in queues, dead letters among it. It stays there."""
    sqs = stack.deployed.client("sqs")
    for page in sqs.get_paginator("list_queues").paginate():
        for url in page.get("QueueUrls", ()):
            got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            for one in got.get("Messages", ()):
                yield url, one["Body"]


def logged(stack: Stack) -> Iterator[Text]:
    """What functions and gateway logged."""
    logs = stack.deployed.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                for event in events["events"]:
                    yield name, event["message"]


@contextmanager
def listening(stack: Stack) -> Iterator[list[Text]]:
    """Hear everything that is published meanwhile: what is heard is there at the end."""
    heard: list[Text] = []
    sqs, events = stack.deployed.client("sqs"), stack.deployed.client("events")
    name, bus = f"heard-{uuid4().hex[:8]}", stack.deployed.named("bus")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    pattern = json.dumps({"source": [{"prefix": "crm."}]})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "heard", "Arn": arn}])
    try:
        yield heard
        while got := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            heard += [(json.loads(one["Body"])["detail-type"], one["Body"]) for one in got]
            for one in got:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["heard"])
        events.delete_rule(Name=name, EventBusName=bus)
        sqs.delete_queue(QueueUrl=queue)


def _said(body: bytes) -> str:
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return " ".join(_said(archive.read(name)) for name in archive.namelist())
    return body.replace(b"\0", b"").decode("utf-8", "replace")


def _dynamodb(stack: Stack, operation: str, what: dict[str, Any]) -> Any:
    # As it comes over the wire: turning types into Python's would take most of the time.
    headers = {
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": f"{_SIGNED}, SignedHeaders=host, Signature=none",
    }
    body = json.dumps(what).encode()
    request = urllib.request.Request(stack.home.gateway, body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
