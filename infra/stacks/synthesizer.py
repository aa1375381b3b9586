"""How stacks find their assets."""

from typing import Final

from aws_cdk import DefaultStackSynthesizer

from infra.stages import Stage

LOCAL_ASSETS_BUCKET: Final = "crm-local-assets"


def synthesizer(stage: Stage) -> DefaultStackSynthesizer:
    """The CDK bootstrap's buckets and roles; locally a fixed bucket and no bootstrap."""
    if stage.local:
        return DefaultStackSynthesizer(
            generate_bootstrap_version_rule=False, file_assets_bucket_name=LOCAL_ASSETS_BUCKET
        )
    return DefaultStackSynthesizer()
