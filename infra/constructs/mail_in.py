"""How mail comes in: SES puts what is written to the support mailbox into the bucket for files,
before anybody looks at it."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.stages import Stage
from shared.support.intake.references import ARRIVING


class MailIn(Construct):
    """A rule set with one rule: mails to the mailbox are stored, over TLS only, looked at for spam
    and viruses. Only SES, for this rule of this account, may store there.

    An account has one active rule set: it is made active by hand, once (README), for another one
    may be in use.
    """

    def __init__(self, scope: Construct, *, stage: Stage, bucket: s3.Bucket) -> None:
        super().__init__(scope, "MailIn")
        stack = Stack.of(self)
        rule_set = stage.named("mail-in")
        sets = ses.CfnReceiptRuleSet(self, "RuleSet", rule_set_name=rule_set)
        rule = ses.CfnReceiptRule(
            self,
            "Rule",
            rule_set_name=rule_set,
            rule=ses.CfnReceiptRule.RuleProperty(
                name="support",
                enabled=True,
                recipients=[stage.support_mailbox],
                scan_enabled=True,
                tls_policy="Require",
                actions=[
                    ses.CfnReceiptRule.ActionProperty(
                        s3_action=ses.CfnReceiptRule.S3ActionProperty(
                            bucket_name=bucket.bucket_name, object_key_prefix=f"{ARRIVING}/"
                        )
                    )
                ],
            ),
        )
        source = (
            f"arn:{stack.partition}:ses:{stack.region}:{stack.account}"
            f":receipt-rule-set/{rule_set}:receipt-rule/support"
        )
        allowed = bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                principals=[iam.ServicePrincipal("ses.amazonaws.com")],
                resources=[bucket.arn_for_objects(f"{ARRIVING}/*")],
                conditions={
                    "StringEquals": {"AWS:SourceAccount": stack.account, "AWS:SourceArn": source}
                },
            )
        )
        rule.add_resource_dependency(sets)
        if allowed.policy_dependable:
            # SES tries the bucket when it is told of it.
            rule.node.add_dependency(allowed.policy_dependable)
