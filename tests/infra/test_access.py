"""Roles allow named actions on named resources."""

from collections.abc import Sequence

import pytest

from infra.constructs.access import Access
from infra.synthesized import Deployed, Synthesized

TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_no_action_is_a_wildcard(prod: Synthesized) -> None:
    for resource in prod.of_type("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for policy in [*resource.properties.get("Policies", ()), resource.properties]:
            for statement in policy.get("PolicyDocument", {}).get("Statement", ()):
                assert "*" not in str(statement["Action"]), resource.address


def test_no_role_takes_a_ready_made_policy(prod: Synthesized) -> None:
    for role in prod.of_type("AWS::IAM::Role"):
        assert not role.properties.get("ManagedPolicyArns"), role.address


def test_only_what_names_no_resource_is_allowed_on_every_one(deployed: Sequence[Deployed]) -> None:
    wide = {
        (one.name, grant.action)
        for one in deployed
        for grant in one.grants
        if grant.resource == "*"
    }

    others = {pair for pair in wide if pair[1] not in TRACING}
    assert others == {("campaign_send", "sns:Publish")}  # to phones, which have no ARN
    assert {action for _, action in wide} >= TRACING


def test_a_wildcard_action_is_refused_before_it_is_synthesized() -> None:
    with pytest.raises(ValueError, match="name the actions"):
        Access(("dynamodb:*",), ("arn",))
