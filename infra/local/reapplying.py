"""After a table was restored from a back-up: erasing again who was erased since."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import uuid4

from shared.customers.privacy.remembering import FOLDER
from shared.kernel.clock import iso

from .deployed import Deployed

_PER_CALL: Final = 10


def reapply(deployed: Deployed, since: datetime) -> int:
    """Have every erasure that was asked for at or after `since` repeated; how many these are.

    What is remembered of them is in a bucket, which no restored table touches. The work goes on
    after this returns: each is a request that `GET /v1/privacy/requests` lists.
    """
    url = deployed.client("sqs").get_queue_url(QueueName=deployed.named("privacy-plan"))["QueueUrl"]
    run = uuid4().hex
    messages = (json.dumps({"memory": key, "run": run}) for key in _remembered(deployed, since))
    sent = 0
    while chunk := list(islice(messages, _PER_CALL)):
        entries = [{"Id": str(number), "MessageBody": one} for number, one in enumerate(chunk)]
        answer = deployed.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
        sent += len(answer.get("Successful", ()))
    return sent


def _remembered(deployed: Deployed, since: datetime) -> Iterator[str]:
    """The keys of what is remembered, oldest first."""
    pages = (
        deployed.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(
            Bucket=deployed.outputs()["FilesBucket"],
            Prefix=FOLDER,
            StartAfter=f"{FOLDER}{iso(since)}",
        )
    )
    for page in pages:
        yield from (one["Key"] for one in page.get("Contents", ()))
