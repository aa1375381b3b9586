"""The platform's own functions, and what can only come once every area is there: the API's
stage with its throttles, and the dashboard."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import App, Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.access import Access
from infra.constructs.alarms import PERIOD
from infra.constructs.api import pages, staff
from infra.constructs.dashboard import make_dashboard
from infra.constructs.log import log_group
from infra.constructs.queue import Queue
from shared.platform.observability import NAMESPACE

from .area import AreaStack
from .console import FRAME
from .foundation import Foundation

COUNTED: Final = {
    "EventParked": "Events could not be published; they are in the bucket, under `events/`.",
    "MailNotSent": "A mail failed, or may not have gone out; its record says which.",
    "NobodyToAlert": "A lead waits for an owner and its team has no manager to tell.",
    "AssignmentPostponed": "Leads could not be assigned for now; their messages come again.",
    "StaffNotInStep": "A person's record and sign-in cannot be made alike; the log says why.",
    "PastTooLong": "A visitor did more before being known than is counted.",
}
"""What functions count that a person should hear of, and what it means."""


class Platform(AreaStack):
    """Relay and timers. `timer_queues` are the settings of the queues timers are handed to."""

    def __init__(
        self,
        app: App,
        foundation: Foundation,
        areas: Sequence[AreaStack],
        timer_queues: dict[str, Queue],
    ) -> None:
        addresses = {setting: owner.queue.queue_url for setting, owner in timer_queues.items()}
        super().__init__(app, "platform", foundation, values=addresses)
        for area in areas:
            self.add_stack_dependency(area)
        self.function(
            "event_relay",
            "Publishes the events that stored items carry",
            streams=foundation.tables,
            settings=["bus_name", "parked_bucket"],
            access=[
                Access.publish(foundation.bus),
                Access.put_objects(foundation.parked_arn, "events"),
            ],
        )
        self._audit()
        for metric, description in COUNTED.items():
            self.alarms.alarm(
                metric,
                # Counted without dimensions: stages of one account share it.
                cloudwatch.Metric(
                    namespace=NAMESPACE, metric_name=metric, statistic="Sum", period=PERIOD
                ),
                threshold=0,
                description=description,
            )
        self._timers(timer_queues)
        self._health([*areas, self])
        log = log_group(
            Construct(self, "ApiAccess"), f"/aws/apigateway/{self.stage.named('api')}", self.stage
        )
        foundation.api.open(self, log)
        stacks = [*areas, self]
        make_dashboard(
            self,
            stage=self.stage,
            api_id=foundation.api.id,
            functions=[function for stack in stacks for function in stack.functions],
            queues=[queue for stack in stacks for queue in stack.queues],
        )

    def _audit(self) -> None:
        foundation = self.foundation
        areas = (
            foundation.sales,
            foundation.customers,
            foundation.directory,
            foundation.marketing,
            foundation.support,
        )
        self.function(
            "audit_query",
            "Shows who changed which configuration when, and what",
            routes=staff("GET /v1/audit", "GET /v1/audit/{entry_id}"),
            settings=[
                "directory_table",
                "sales_table",
                "customers_table",
                "marketing_table",
                "support_table",
                "secret_id",
            ],
            access=[
                Access.table(self.foundation.directory, "GetItem", "Query"),
                *(Access.table(table, "BatchGetItem") for table in areas),
                self.foundation.may_read_secret,
            ],
        )

    def _health(self, stacks: Sequence[AreaStack]) -> None:
        here = f"{self.region}:{self.account}"
        prefix = f"arn:{self.partition}:sqs:{here}:{self.stage.named('*')}"
        named = f"arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:{self.stage.named('*')}"
        why = {named: "What failed may have been on its way to any queue of this stage."}
        # By name: an ARN taken from another stack could never change there.
        scheduled = [
            f"arn:{self.partition}:lambda:{here}:function:{self.stage.named(one.name)}"
            for stack in stacks
            for one in stack.functions
            if one.dead_letters
        ]
        self.values["queues"] = " ".join(noun for stack in stacks for noun in stack.queue_nouns())
        settings = ["directory_table", "sales_table", "parked_bucket", "queues", "timer_queue_url"]
        access = [
            self.foundation.may_ask_who,
            Access.table(self.foundation.sales, "GetItem"),
            Access(("s3:ListBucket",), (Fn.import_value(self.foundation.parked_arn),)),
            Access(
                (
                    "sqs:GetQueueAttributes",
                    "sqs:ReceiveMessage",
                    "sqs:SendMessage",
                    "sqs:DeleteMessage",
                ),
                (prefix,),
                why,
            ),
            Access(("lambda:InvokeFunction",), tuple(scheduled)),
        ]
        self.function(
            "system_health",
            "Shows what waits and what failed, and sends failed messages back",
            routes=staff(
                "GET /v1/system/health", "GET /v1/system/failures", "POST /v1/system/redrives"
            ),
            settings=settings,
            access=access,
        )
        # A page, but the console is there before the queues that only this stack knows all of.
        self.function(
            "console_system",
            "Shows administrators how the system is, and sends failed messages back",
            routes=pages("/console/system"),
            settings=[*dict.fromkeys([*FRAME, *settings])],
            access=[*access, self.foundation.may_read_secret],
        )

    def _timers(self, timer_queues: dict[str, Queue]) -> None:
        tables = (
            self.foundation.sales,
            self.foundation.customers,
            self.foundation.marketing,
            self.foundation.support,
        )
        named = ["sales_table", "customers_table", "marketing_table", "support_table"]
        due = [Access.indexes(table, "by_timer") for table in tables]
        shards = self.queue("timer-shards", setting="timer_queue_url")
        self.function(
            "timer_dispatch",
            "Looks which deadlines have come and queues one job per shard",
            every=Duration.minutes(1),
            settings=[*named, "timer_queue_url"],
            access=[
                *due,
                *(Access.table(table, "PutItem") for table in tables),
                Access.send(shards.queue),
            ],
        )
        self.function(
            "timer_deliver",
            "Hands due deadlines to the queues of their owners",
            queue=shards,
            settings=[*named, *timer_queues],
            access=[*due, Access.send(*(owner.queue for owner in timer_queues.values()))],
        )
