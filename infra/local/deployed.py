"""What is deployed, locally or in AWS, and how to reach it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from . import process
from .clients import client
from .home import Home, find
from .trouble import Trouble

LOCAL_STAGE = "local"


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment: the stage's name, and the local stack's home (`None` in AWS)."""

    stage: str
    home: Home | None

    def client(self, service: str) -> Any:
        return client(self.home, service)

    def named(self, noun: str) -> str:
        """The physical name of a function, queue or table."""
        return f"crm-{self.stage}-{noun}"

    def noun(self, name: str) -> str:
        """The reverse of `named`."""
        return name.removeprefix(self.named(""))

    def outputs(self) -> dict[str, str]:
        """The outputs of the foundation stack. Raises `Trouble` when it is not deployed."""
        name = self.named("foundation")
        try:
            stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as refusal:
            command = "crm up" if self.home else f"crm deploy --stage {self.stage}"
            raise Trouble(f"{name} is not deployed.", f"Run: {command}") from refusal
        return {entry["OutputKey"]: entry["OutputValue"] for entry in stack.get("Outputs", ())}

    def functions(self) -> list[str]:
        """The folders of the deployed functions, sorted."""
        pages = self.client("lambda").get_paginator("list_functions").paginate()
        names = (found["FunctionName"] for page in pages for found in page["Functions"])
        return sorted(self.noun(name) for name in names if name.startswith(self.named("")))

    def function(self, noun: str) -> str:
        """The physical name of function `noun`. Raises `Trouble` when there is none."""
        known = self.functions()
        if noun not in known:
            raise Trouble(f"There is no function {noun}.", f"There are: {', '.join(known)}")
        return self.named(noun)

    def queues(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each of our queues: its URL and attributes."""
        sqs = self.client("sqs")
        pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=self.named(""))
        for page in pages:
            for url in page.get("QueueUrls", ()):
                found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
                yield url, found["Attributes"]

    def dead_letters(self) -> dict[str, int]:
        """The dead-letter queues that hold messages, and how many."""
        return {
            self.noun(url.rpartition("/")[2]): int(attributes["ApproximateNumberOfMessages"])
            for url, attributes in self.queues()
            if is_dead_letter(url) and int(attributes["ApproximateNumberOfMessages"])
        }


def is_dead_letter(url: str) -> bool:
    """Whether the queue at `url` holds what failed (by its name)."""
    return url.removesuffix(".fifo").endswith("-dlq")


def deployment(stage: str = LOCAL_STAGE) -> Deployed:
    """The deployment of `stage`; raises `Trouble` when it cannot be reached."""
    if stage == LOCAL_STAGE:
        home = find()
        if not process.running(home):
            raise Trouble("The local stack is not running.", "Start it: crm up")
        return Deployed(stage, home)
    try:
        boto3.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as refusal:
        raise Trouble(
            f"AWS does not know you: {refusal}",
            "Sign in first (aws sso login, or AWS_PROFILE / AWS_ACCESS_KEY_ID) and set AWS_REGION.",
        ) from refusal
    return Deployed(stage, None)
