"""The one way to make a bucket: private, encrypted, over TLS only."""

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
