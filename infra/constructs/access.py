"""What a function may do: explicit actions on named resources, never a broad grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from aws_cdk import Stack, aws_iam as iam
from aws_cdk.aws_dynamodb import ITableV2
from aws_cdk.aws_events import IEventBus
from aws_cdk.aws_s3 import IBucket
from aws_cdk.aws_secretsmanager import ISecret
from aws_cdk.aws_sqs import IQueue


@dataclass(frozen=True, slots=True)
class Access:
    """Some IAM actions on some resources (ARNs). An action with `*` is refused."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def __post_init__(self) -> None:
        if wild := [action for action in self.actions if "*" in action]:
            raise ValueError(f"name the actions instead of {', '.join(wild)}")

    @classmethod
    def table(cls, table: ITableV2, *actions: str) -> Self:
        """DynamoDB actions on the items of a table. A transaction needs those of its parts."""
        return cls(tuple(f"dynamodb:{action}" for action in actions), (table.table_arn,))

    @classmethod
    def indexes(cls, table: ITableV2, *names: str) -> Self:
        """Query these indexes of a table."""
        return cls(("dynamodb:Query",), tuple(f"{table.table_arn}/index/{name}" for name in names))

    @classmethod
    def send(cls, *queues: IQueue) -> Self:
        """Send messages to queues."""
        return cls(("sqs:SendMessage",), tuple(queue.queue_arn for queue in queues))

    @classmethod
    def read_secret(cls, secret: ISecret) -> Self:
        """Read a secret's value."""
        return cls(("secretsmanager:GetSecretValue",), (secret.secret_arn,))

    @classmethod
    def publish(cls, bus: IEventBus) -> Self:
        """Put events on a bus."""
        return cls(("events:PutEvents",), (bus.event_bus_arn,))

    @classmethod
    def put_objects(cls, bucket: IBucket, prefix: str) -> Self:
        """Store objects under a prefix of a bucket."""
        return cls(("s3:PutObject",), (bucket.arn_for_objects(f"{prefix}/*"),))

    def statement(self) -> iam.PolicyStatement:
        """This as a statement of a policy."""
        return iam.PolicyStatement(actions=list(self.actions), resources=list(self.resources))


def to_send_mail(stack: Stack, sender: str, configuration_set: str) -> Access:
    """Send mail as `sender`, which SES may know as an address or by its domain."""
    domain = sender.partition("@")[2]
    names = (f"identity/{sender}", f"identity/{domain}", f"configuration-set/{configuration_set}")
    return Access(
        ("ses:SendEmail",),
        tuple(f"arn:{stack.partition}:ses:{stack.region}:{stack.account}:{name}" for name in names),
    )


def polling(queues: Sequence[IQueue], tables: Sequence[ITableV2]) -> list[Access]:
    """What Lambda itself needs, in the function's name, to read its queues and streams."""
    needed = [
        Access(
            ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            (queue.queue_arn,),
        )
        for queue in queues
    ]
    for table in tables:
        stream = table.table_stream_arn or ""
        reading = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
        needed += [
            Access(reading, (stream,)),
            # Asked of all streams of the table: the call names a table, not a stream.
            Access(("dynamodb:ListStreams",), (f"{table.table_arn}/stream/*",)),
        ]
    return needed
