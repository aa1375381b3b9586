"""The one way to make a bucket: private, encrypted, over TLS only."""

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stages import Stage

from .nag import acknowledge


def make_bucket(
    scope: Construct, name: str, *, stage: Stage, keep_days: int | None = None
) -> s3.Bucket:
    """A bucket whose objects go after `keep_days` (`None`: stay)."""
    bucket = s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=Duration.days(keep_days) if keep_days else None,
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
    )
    why = "Only our own functions and CloudFront read it; CloudTrail data events can be added."
    acknowledge(bucket, {"AwsSolutions-S1": why})
    return bucket


def make_files_bucket(
    scope: Construct, name: str, *, stage: Stage, keep_days: Mapping[str, int], origin: str
) -> s3.Bucket:
    """The bucket people send files to and fetch files from, by signed addresses, with scripts of
    pages at `origin`. What lies under a prefix goes after its `keep_days`.

    It tells EventBridge of what arrives, so that no function and no bucket need each other.
    """
    bucket = make_bucket(scope, name, stage=stage)
    for prefix, days in keep_days.items():
        bucket.add_lifecycle_rule(prefix=f"{prefix}/", expiration=Duration.days(days))
    bucket.add_cors_rule(
        allowed_methods=[s3.HttpMethods.POST, s3.HttpMethods.GET],
        allowed_origins=[origin],
        allowed_headers=["*"],
        max_age=600,
    )
    # Signed addresses that are tampered with or too old are refused by S3, and counted by it.
    bucket.add_metric(id="all")
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    # As a property: the CDK's own way is a function that sets it afterwards.
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )
    return bucket
