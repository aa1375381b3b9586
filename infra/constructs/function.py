"""The one way to make a function: its role, environment, log, alarms and everything that
triggers it, in one declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import CfnResource, Duration, Fn, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stages import Stage
from shared.kernel.events import DomainEvent

from .access import Access, polling
from .alarms import Alarms
from .api import Api, Route
from .code import function_code
from .environment import environment
from .log import log_group
from .nag import acknowledge
from .queue import EVENT_AGE, EVENT_RETRIES, Queue, dead_letters
from .stream import FAILED_BATCHES, map_streams

RUNTIME: Final = lambda_.Runtime.PYTHON_3_13

MEMORY_MB: Final = 1024
"""Lambda's CPU grows with memory; twice the memory for half the time costs the same."""

REQUEST_TIMEOUT: Final = Duration.seconds(29)
"""Just below what the HTTP API waits: one hanging call to AWS (10 s) leaves time for another."""

WORK_TIMEOUT: Final = Duration.seconds(30)

_LONG_SECONDS: Final = 60
"""A queue whose function may take longer gives out one message at a time."""

SLOW_REQUEST: Final = Duration.seconds(2)
"""Somebody waits for the answer."""

BATCH: Final = 10
"""Messages given to a function at once, unless each is long work by itself."""

BATCHES_AT_ONCE: Final = 5
"""Bounds what a flood of messages takes from the account's concurrency."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every function of a stack shares."""

    stage: Stage
    api: Api
    parked_arn: str
    """Under which name the ARN of the bucket for what cannot be published is exported."""
    alarms: Alarms
    layers: Sequence[lambda_.ILayerVersion]
    values: Mapping[str, str]
    """Values of all settings; a function gets those it names."""


class Function(Construct):
    """The Lambda function of `functions/<name>` with what invokes it.

    `settings` and `access` are all it knows and may do; `emits` are the events its writes carry
    (kept in the template's metadata for the catalogue). `queue` is read in batches with partial
    responses, `streams` by the filter for items with events, `every` is a schedule.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        description: str,
        *,
        of: Surroundings,
        settings: Sequence[str] = (),
        access: Sequence[Access] = (),
        emits: Sequence[type[DomainEvent]] = (),
        routes: Sequence[Route] = (),
        queue: Queue | None = None,
        streams: Mapping[str, dynamodb.TableV2] | None = None,
        every: Duration | None = None,
        memory: int = MEMORY_MB,
    ) -> None:
        super().__init__(scope, name)
        self.name = name
        self._of = of
        timeout = queue.timeout if queue else REQUEST_TIMEOUT if routes else WORK_TIMEOUT
        self.dead_letters = dead_letters(self, name, of.stage, of.alarms) if every else None
        log = log_group(self, f"/aws/lambda/{of.stage.named(name)}", of.stage)
        grants = [*access, *polling(Stack.of(self), [queue.queue] if queue else [], streams or {})]
        if self.dead_letters:
            grants.append(Access.send(self.dead_letters))
        if streams:
            grants += [
                Access.put_objects(of.parked_arn, FAILED_BATCHES),
                Access(("s3:ListBucket",), (Fn.import_value(of.parked_arn),)),
            ]
        local = {"clock_file": of.stage.clock_file, "webhook_sink": of.stage.webhook_sink}
        always = ["stage", *(name for name, value in local.items() if value)]
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=of.stage.named(name),
            description=description,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=function_code(name),
            handler=f"{name}.handler.handle",
            layers=list(of.layers),
            memory_size=memory,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                **environment(of.values, [*always, *settings]),
            },
            dead_letter_queue=self.dead_letters,
            role=self._role(grants, log).without_policy_updates(),
        )
        acknowledge(self.function, {"AwsSolutions-L1": "Python 3.13 is what the tests run on."})
        of.alarms.watch(name, self.function, slow=SLOW_REQUEST if routes else _most_of(timeout))
        self._describe(emits, [route.key for route in routes if route.below])
        if routes:
            of.api.serve(self.function, self, routes)
        if queue:
            self._read(queue)
        if streams:
            of.alarms.watch_stream(name, self.function)
            map_streams(self, self.function, streams, Fn.import_value(of.parked_arn))
        if every:
            self._repeat(every)

    def _role(self, grants: Sequence[Access], log: logs.ILogGroup) -> iam.Role:
        tracing = Access(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ("*",))
        logging = Access(("logs:CreateLogStream", "logs:PutLogEvents"), (log.log_group_arn,))
        statements = [grant.statement() for grant in (*grants, tracing, logging)]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {self.name} may do",
            inline_policies={"access": iam.PolicyDocument(statements=statements)},
        )
        findings = {"AwsSolutions-IAM5[Resource::*]": "X-Ray's write actions name no resource."}
        for grant in grants:
            findings |= {
                f"AwsSolutions-IAM5[Resource::{arn}]": why for arn, why in grant.wide.items()
            }
        acknowledge(role, findings)
        return role

    def _describe(self, emits: Sequence[type[DomainEvent]], gathered: Sequence[str]) -> None:
        resource = self.function.node.default_child
        assert isinstance(resource, CfnResource)
        facts: dict[str, Any] = {
            "function": self.name,
            "emits": sorted(event.__name__ for event in emits),
        }
        if gathered:
            facts["routes"] = sorted(gathered)
        resource.add_metadata("crm", facts)

    def _read(self, queue: Queue) -> None:
        fifo = queue.queue.fifo
        lambda_.CfnEventSourceMapping(
            self,
            "Messages",
            function_name=self.function.function_name,
            event_source_arn=queue.queue.queue_arn,
            batch_size=1 if queue.timeout.to_seconds() > _LONG_SECONDS else BATCH,
            function_response_types=["ReportBatchItemFailures"],
            # A FIFO queue is bounded by its groups already.
            scaling_config=None
            if fifo
            else lambda_.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=BATCHES_AT_ONCE
            ),
        )

    def _repeat(self, every: Duration) -> None:
        rule = events.Rule(self, "Schedule", schedule=events.Schedule.rate(every))
        rule.add_target(
            targets.LambdaFunction(
                self.function,
                dead_letter_queue=self.dead_letters,
                max_event_age=EVENT_AGE,
                retry_attempts=EVENT_RETRIES,
            )
        )


def _most_of(timeout: Duration) -> Duration:
    return Duration.seconds(timeout.to_seconds() * 0.8)
