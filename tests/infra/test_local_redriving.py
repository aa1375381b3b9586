"""`crm redrive`: what failed goes back to where it failed."""

from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.redriving import redrive
from infra.local.trouble import Trouble
from tests.cloud import client

pytestmark = pytest.mark.usefixtures("tables")


@dataclass(frozen=True)
class Local:
    """A deployment on this machine, as far as redriving asks it."""

    home: object = "here"

    def client(self, service: str) -> Any:
        return client(service)

    def named(self, noun: str) -> str:
        return f"crm-test-{noun}"

    def noun(self, name: str) -> str:
        return name.removeprefix(self.named(""))

    def queues(self) -> Any:
        sqs = client("sqs")
        for url in sqs.list_queues(QueueNamePrefix=self.named("")).get("QueueUrls", ()):
            yield url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


@pytest.fixture
def made() -> dict[str, str]:
    """Queues of the stage: their addresses by noun."""
    nouns = ("timer-shards", "timer-shards-dlq", "scoring", "scoring-dlq")
    return {
        noun: client("sqs").create_queue(QueueName=f"crm-test-{noun}")["QueueUrl"] for noun in nouns
    }


def bodies(url: str) -> list[str]:
    answer = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [one["Body"] for one in answer.get("Messages", ())]


def test_every_dead_letter_queue_is_emptied(made: dict[str, str]) -> None:
    for number in range(12):
        client("sqs").send_message(QueueUrl=made["scoring-dlq"], MessageBody=str(number))

    assert redrive(Local()) == {"scoring-dlq": 12, "timer-shards-dlq": 0}  # type: ignore[arg-type]

    assert bodies(made["scoring-dlq"]) == []
    assert len(bodies(made["scoring"])) == 10


def test_only_the_one_named_is_emptied(made: dict[str, str]) -> None:
    for noun in ("scoring-dlq", "timer-shards-dlq"):
        client("sqs").send_message(QueueUrl=made[noun], MessageBody="{}")

    assert redrive(Local(), "scoring") == {"scoring-dlq": 1}  # type: ignore[arg-type]

    assert bodies(made["timer-shards-dlq"]) == ["{}"]


def test_a_queue_that_is_none_is_trouble(made: dict[str, str]) -> None:
    with pytest.raises(Trouble):
        redrive(Local(), "nowhere")  # type: ignore[arg-type]
