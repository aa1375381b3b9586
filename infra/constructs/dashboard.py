"""One page that shows whether the product works."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.stages import Stage

from .function import Function
from .queue import Queue

PERIOD: Final = Duration.minutes(5)
_HALF: Final = 12
"""Widgets are measured on a grid of 24."""


def make_dashboard(
    scope: Construct,
    *,
    stage: Stage,
    api_id: str,
    functions: Sequence[Function],
    queues: Sequence[Queue],
) -> None:
    """The dashboard `crm-<stage>`: requests, failures, speed, what waits and what failed."""

    def of_api(name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={"ApiId": api_id},
            statistic=statistic,
            period=PERIOD,
        )

    def of_functions(name: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [
            cloudwatch.Metric(
                namespace="AWS/Lambda",
                metric_name=name,
                dimensions_map={"FunctionName": stage.named(function.name)},
                statistic=statistic,
                period=PERIOD,
                label=function.name,
            )
            for function in functions
        ]

    def of_queues(name: str, suffix: str) -> list[cloudwatch.IMetric]:
        return [
            cloudwatch.Metric(
                namespace="AWS/SQS",
                metric_name=name,
                dimensions_map={"QueueName": f"{stage.named(queue.noun)}{suffix}"},
                statistic="Maximum",
                period=PERIOD,
                label=queue.noun,
            )
            for queue in queues
        ]

    dashboard = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=f"crm-{stage.name}")
    dashboard.add_widgets(
        _graph("Requests", [of_api("Count", "Sum"), of_api("4xx", "Sum"), of_api("5xx", "Sum")]),
        _graph("Latency", [of_api("Latency", "p50"), of_api("Latency", "p99")]),
        _graph("Errors", of_functions("Errors", "Sum")),
        _graph("Throttles", of_functions("Throttles", "Sum")),
        _graph("Duration p99", of_functions("Duration", "p99")),
        _graph("Stream behind", of_functions("IteratorAge", "Maximum")),
        _graph("Oldest message", of_queues("ApproximateAgeOfOldestMessage", "")),
        _graph("Dead letters", of_queues("ApproximateNumberOfMessagesVisible", "-dlq")),
    )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_HALF)
