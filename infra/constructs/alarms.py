"""Alarms tell one named address. Everything that can fail silently has one."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.stages import Stage

PERIOD: Final = Duration.minutes(5)
STREAM_BEHIND: Final = Duration.minutes(5)


class Alarms(Construct):
    """The alarms of one stack, all sent to one topic."""

    def __init__(self, scope: Construct, *, stage: Stage, topic: sns.ITopic) -> None:
        super().__init__(scope, "Alarms")
        self._stage = stage
        self._action = actions.SnsAction(topic)

    def alarm(
        self,
        noun: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        description: str,
        periods: int = 1,
    ) -> None:
        """Alarm when `metric` exceeds `threshold` for `periods` periods; silence is health."""
        alarm = cloudwatch.Alarm(
            self,
            noun,
            alarm_name=self._stage.named(noun),
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)

    def watch(self, name: str, function: lambda_.IFunction, *, slow: Duration) -> None:
        """Errors, throttles and slowness of a function (`slow` is the limit of its p99)."""
        self.alarm(
            f"{name}-errors",
            function.metric_errors(period=PERIOD, statistic=cloudwatch.Stats.SUM),
            threshold=0,
            description=f"{name} failed; `crm logs {name}` shows why.",
        )
        self.alarm(
            f"{name}-throttles",
            function.metric_throttles(period=PERIOD, statistic=cloudwatch.Stats.SUM),
            threshold=0,
            description=f"{name} was throttled: the account's concurrency is used up.",
        )
        self.alarm(
            f"{name}-p99",
            function.metric_duration(period=PERIOD, statistic="p99"),
            threshold=slow.to_milliseconds(),
            periods=3,
            description=f"The slowest hundredth of {name} takes over {slow.to_seconds():g} s.",
        )

    def watch_stream(self, name: str, function: lambda_.IFunction) -> None:
        """How far a stream's reader is behind: events would come late."""
        self.alarm(
            f"{name}-iterator-age",
            function.metric("IteratorAge", period=PERIOD, statistic=cloudwatch.Stats.MAXIMUM),
            threshold=STREAM_BEHIND.to_milliseconds(),
            description=f"{name} reads its stream more than five minutes late.",
        )
