"""Acknowledging a cdk-nag finding: always with the reason, on the resource it is about."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, findings: dict[str, str]) -> None:
    """Accept `findings` (rule, or `rule[finding]`, to the reason) for `construct` and below."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in findings.items())
    )
