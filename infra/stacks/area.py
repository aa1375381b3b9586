"""A stack of one area's functions, with what they share."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.constructs.alarms import Alarms
from infra.constructs.code import shared_code
from infra.constructs.function import RUNTIME, WORK_TIMEOUT, Function, Surroundings
from infra.constructs.nag import acknowledge
from infra.constructs.queue import Queue, dead_letters
from infra.constructs.rules import feed, feed_arrivals
from infra.layer import dependency_code
from shared.kernel.events import DomainEvent

from .foundation import Foundation
from .synthesizer import synthesizer


class AreaStack(Stack):
    """The functions, queues and rules of `area`, standing on the foundation.

    Each stack has layers of its own: a layer's address changes with every release, and an
    exported value in use by another stack cannot change.
    """

    def __init__(
        self,
        app: App,
        area: str,
        foundation: Foundation,
        values: Mapping[str, str] | None = None,
    ) -> None:
        stage = foundation.stage
        super().__init__(app, f"crm-{stage.name}-{area}", synthesizer=synthesizer(stage))
        self.area = area
        self.stage = stage
        self.foundation = foundation
        self.alarms = Alarms(self, stage=stage, topic=foundation.topic)
        self.values = {**foundation.values, **(values or {})}
        self.functions: list[Function] = []
        self.queues: list[Queue] = []
        self._undelivered: sqs.Queue | None = None
        self._layers = [
            self._layer("Dependencies", dependency_code(stage)),
            self._layer("Shared", shared_code()),
        ]

    def function(self, name: str, description: str, **how: Any) -> Function:
        """The function of `functions/<name>`; `how` as in `Function`."""
        surroundings = Surroundings(
            stage=self.stage,
            api=self.foundation.api,
            parked_arn=self.foundation.parked_arn,
            alarms=self.alarms,
            layers=self._layers,
            values=self.values,
        )
        function = Function(self, name, description, of=surroundings, **how)
        self.functions.append(function)
        return function

    def queue(
        self,
        noun: str,
        *,
        setting: str | None = None,
        hears: Sequence[type[DomainEvent]] = (),
        arrivals: str | None = None,
        timeout: Duration = WORK_TIMEOUT,
        fifo: bool = False,
        delay: Duration | None = None,
    ) -> Queue:
        """The queue `crm-<stage>-<noun>`. `setting` is the setting that holds its address,
        `hears` the events the bus puts on it, `arrivals` the prefix of files it is told of.
        `delay` holds messages back; not on a laptop, where somebody waits."""
        queue = Queue(
            self,
            noun,
            stage=self.stage,
            alarms=self.alarms,
            timeout=timeout,
            fifo=fifo,
            delay=None if self.stage.local else delay,
        )
        self.queues.append(queue)
        if setting:
            self.values[setting] = queue.queue.queue_url
        if hears:
            feed(queue, self.foundation.bus, hears, undelivered=self._where_undelivered())
        if arrivals:
            bucket = self.foundation.files.bucket_name
            feed_arrivals(queue, bucket, arrivals, undelivered=self._where_undelivered())
        return queue

    def queue_nouns(self) -> list[str]:
        """What the stack's queues are called within the stage, dead-letter queues included."""
        found = [one for one in self.node.find_all() if isinstance(one, sqs.CfnQueue)]
        return sorted(str(one.queue_name).removeprefix(self.stage.named("")) for one in found)

    def _where_undelivered(self) -> sqs.IQueue:
        if self._undelivered is None:
            noun = f"{self.area}-undelivered"
            self._undelivered = dead_letters(self, noun, self.stage, self.alarms)
            why = "It is the dead-letter queue of the stack's event rules."
            acknowledge(self._undelivered, {"AwsSolutions-SQS3": why})
        return self._undelivered

    def _layer(self, name: str, code: lambda_.Code) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=code,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )
