"""The dependency layer."""

from aws_cdk import aws_lambda as lambda_

from infra.constructs.code import empty_code
from infra.stages import Stage


def dependency_code(stage: Stage) -> lambda_.Code:
    """The layer of third-party packages; locally nothing."""
    return empty_code()
