"""How we hear what became of mails: SES → topic → queue."""

from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.stages import Stage

from .queue import Queue

HEARD: Final = ("delivery", "deliveryDelay", "bounce", "complaint", "reject")
"""Opens and clicks are counted by our own links, on our own pages."""


class MailEvents(Construct):
    """What SES says of mails sent by `configuration_set` arrives in `queue`, as SES says it. Only
    SES, for this configuration set of this account, may say anything."""

    def __init__(
        self, scope: Construct, *, stage: Stage, configuration_set: str, queue: Queue
    ) -> None:
        super().__init__(scope, "MailEvents")
        stack = Stack.of(self)
        topic = sns.Topic(self, "Topic", topic_name=stage.named("mail-events"), enforce_ssl=True)
        source = (
            f"arn:{stack.partition}:ses:{stack.region}:{stack.account}"
            f":configuration-set/{configuration_set}"
        )
        allowed = topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {
                        "AWS:SourceAccount": stack.account,
                        "AWS:SourceArn": source,
                    }
                },
            )
        )
        topic.add_subscription(
            subscriptions.SqsSubscription(
                queue.queue, raw_message_delivery=True, dead_letter_queue=queue.dead_letters
            )
        )
        destination = ses.CfnConfigurationSetEventDestination(
            self,
            "Destination",
            configuration_set_name=configuration_set,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="events",
                enabled=True,
                matching_event_types=list(HEARD),
                sns_destination=ses.CfnConfigurationSetEventDestination.SnsDestinationProperty(
                    topic_arn=topic.topic_arn
                ),
            ),
        )
        if allowed.policy_dependable:
            # SES tries the topic when it is told of it.
            destination.node.add_dependency(allowed.policy_dependable)
