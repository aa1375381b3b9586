"""What a function may do: explicit actions on named resources, never a broad grant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from aws_cdk import Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.aws_cognito import IUserPool
from aws_cdk.aws_dynamodb import ITableV2
from aws_cdk.aws_events import IEventBus
from aws_cdk.aws_secretsmanager import ISecret
from aws_cdk.aws_sqs import IQueue


@dataclass(frozen=True, slots=True)
class Access:
    """Some IAM actions on some resources (ARNs). An action with `*` is refused.

    Where a resource must end in `*`, `wide` names it as cdk-nag reports it, with the reason.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    wide: Mapping[str, str] = field(default_factory=dict)

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
    def hold(cls, queue: IQueue) -> Self:
        """Decide how long messages received from a queue stay hidden."""
        return cls(("sqs:ChangeMessageVisibility",), (queue.queue_arn,))

    @classmethod
    def read_secret(cls, secret: ISecret) -> Self:
        """Read a secret's value."""
        return cls(("secretsmanager:GetSecretValue",), (secret.secret_arn,))

    @classmethod
    def pool(cls, pool: IUserPool, *actions: str) -> Self:
        """Cognito actions on the people of a pool."""
        return cls(tuple(f"cognito-idp:{action}" for action in actions), (pool.user_pool_arn,))

    @classmethod
    def publish(cls, bus: IEventBus) -> Self:
        """Put events on a bus."""
        return cls(("events:PutEvents",), (bus.event_bus_arn,))

    @classmethod
    def put_objects(cls, export: str, prefix: str) -> Self:
        """Store objects under a prefix of the bucket whose ARN is exported as `export`."""
        return cls(
            ("s3:PutObject",),
            (f"{Fn.import_value(export)}/{prefix}/*",),
            {f"{export}/{prefix}/*": "A new object has a new name below the prefix."},
        )

    @classmethod
    def files(cls, export: str, prefix: str, *actions: str) -> Self:
        """S3 actions on the objects under a prefix of the bucket whose ARN is exported as
        `export`: files have names of their own there."""
        return cls(
            tuple(f"s3:{action}" for action in actions),
            (f"{Fn.import_value(export)}/{prefix}/*",),
            {f"{export}/{prefix}/*": "Each file has a name of its own below the prefix."},
        )

    @classmethod
    def list_bucket(cls, export: str) -> Self:
        """Be told that an object is missing: without it S3 says that reading it is forbidden."""
        return cls(("s3:ListBucket",), (Fn.import_value(export),))

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


TO_SEND_TEXTS: Final = Access(
    ("sns:Publish",), ("*",), {"*": "Phone numbers have no ARN (Amazon SNS, identity policies)."}
)
"""Send text messages to phones."""


def polling(stack: Stack, queues: Sequence[IQueue], tables: Mapping[str, ITableV2]) -> list[Access]:
    """What Lambda itself needs, in the function's name, to read its queues and the streams of
    `tables` (by their physical names)."""
    needed = [
        Access(
            ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
            (queue.queue_arn,),
        )
        for queue in queues
    ]
    for name, table in tables.items():
        stream = table.table_stream_arn or ""
        reading = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
        streams = f"table/{name}/stream/*"
        needed += [
            Access(reading, (stream,)),
            Access(
                ("dynamodb:ListStreams",),
                (f"arn:{stack.partition}:dynamodb:{stack.region}:{stack.account}:{streams}",),
                {
                    f"arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:{streams}": (
                        "The call names a table, not one of its streams."
                    )
                },
            ),
        ]
    return needed
