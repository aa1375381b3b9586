"""The stacks as a whole."""

import json
from collections.abc import Sequence

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from infra.stages import Stage, load
from infra.synthesized import FUNCTION, QUEUE, Deployed, Synthesized, synthesize

RESOURCES = 450
"""CloudFormation takes 500; what is near that is split before it fails."""


def test_no_stack_comes_near_its_limit(prod: Synthesized) -> None:
    counts = {stack: len(template["Resources"]) for stack, template in prod.templates.items()}

    assert all(count < RESOURCES for count in counts.values()), counts


def test_a_finding_nobody_acknowledged_stops_the_synthesis(tmp_path: str) -> None:
    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "careless"), "Bucket")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()


def test_the_same_code_gives_the_same_templates(prod: Synthesized) -> None:
    again = synthesize(stage="prod")

    assert again.templates == prod.templates


def test_only_the_local_stack_s_clock_can_be_moved(prod: Synthesized, local: Synthesized) -> None:
    assert "CLOCK" not in json.dumps(prod.templates)
    for function in local.of_type(FUNCTION):
        assert function.properties["Environment"]["Variables"]["CRM_CLOCK_FILE"] == "/tmp/crm-clock"


def test_a_clock_that_can_be_moved_is_refused_elsewhere() -> None:
    context = {"stage": "prod", "clock_file": "/tmp/clock"}

    with pytest.raises(ValueError, match="only the local stack"):
        load(context.get)


def test_only_the_local_stack_knows_a_password(prod: Synthesized) -> None:
    assert "CRM_SAMPLE_PASSWORD" not in json.dumps(prod.templates)
    context = {"stage": "prod", "sample_password": "Kathmandu-2025!"}
    with pytest.raises(ValueError, match="only the local stack has sample people"):
        load(context.get)


def test_the_local_stack_is_the_same_but_for_names(prod: Synthesized, local: Synthesized) -> None:
    def shape(of: Synthesized) -> dict[str, int]:
        types = [resource.type for resource in of.resources]
        return {kind: types.count(kind) for kind in set(types)}

    verified_domain = {"AWS::SES::EmailIdentity": 1}
    assert shape(prod) == shape(local) | verified_domain


def test_mail_is_signed_by_the_company_s_domain_and_told_of(prod: Synthesized) -> None:
    (domain,) = prod.of_type("AWS::SES::EmailIdentity")
    (destination,) = prod.of_type("AWS::SES::ConfigurationSetEventDestination")

    assert domain.properties["DkimAttributes"] == {"SigningEnabled": True}
    assert domain.properties["MailFromAttributes"]["MailFromDomain"] == "bounces.example.com"
    assert domain.properties["FeedbackAttributes"] == {"EmailForwardingEnabled": False}
    assert destination.properties["ConfigurationSetName"] == "crm-prod-mail"
    assert sorted(destination.properties["EventDestination"]["MatchingEventTypes"]) == [
        "bounce",
        "complaint",
        "delivery",
        "deliveryDelay",
        "reject",
    ]


def test_an_unknown_stage_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no stage 'staging'"):
        load({"stage": "staging"}.get)


def test_the_command_line_overrides_a_stage() -> None:
    stage = load({"stage": "prod", "alarm_email": "ops@company.test"}.get)

    assert stage.alarm_email == "ops@company.test"
    assert isinstance(stage, Stage) and stage.protect_data


def test_somebody_is_told_of_everything_that_fails(
    prod: Synthesized, deployed: Sequence[Deployed]
) -> None:
    alarms = {one.properties["AlarmName"]: one for one in prod.of_type("AWS::CloudWatch::Alarm")}
    (subscription,) = [
        one
        for one in prod.of_type("AWS::SNS::Subscription")
        if one.properties["Protocol"] == "email"
    ]
    topic = prod.at(prod.follow(subscription.stack, subscription.properties["TopicArn"]))

    expected = {
        f"crm-prod-{one.name}-{what}"
        for one in deployed
        for what in ("errors", "throttles", "p99", *(["iterator-age"] if one.streams else []))
    }
    expected |= {
        queue.properties["QueueName"].removesuffix(".fifo")
        for queue in prod.of_type(QUEUE)
        if "-dlq" in queue.properties["QueueName"]
    }
    assert set(alarms) >= expected
    for alarm in alarms.values():
        (action,) = alarm.properties["AlarmActions"]
        assert prod.follow(alarm.stack, action) == topic.address
    assert subscription.properties["Endpoint"] == "operations@example.com"


def test_there_is_a_page_that_shows_whether_it_works(prod: Synthesized) -> None:
    (dashboard,) = prod.of_type("AWS::CloudWatch::Dashboard")
    body = json.dumps(dashboard.properties["DashboardBody"])

    for shown in ("Errors", "Throttles", "Dead letters", "Stream behind", "Latency"):
        assert shown in body


def test_nothing_runs_while_nobody_calls(prod: Synthesized) -> None:
    always_on = ("AWS::EC2::", "AWS::ECS::", "AWS::RDS::", "AWS::ElastiCache::", "AWS::OpenSearch")

    assert not [one.address for one in prod.resources if one.type.startswith(always_on)]
    for function in prod.of_type(FUNCTION):
        assert "ReservedConcurrentExecutions" not in function.properties


def test_a_domain_of_one_s_own_brings_its_certificate_and_tls_1_2() -> None:
    own = synthesize(
        nag=True,
        stage="dev",
        domain_name="crm.company.test",
        certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/one",
        web_acl_arn="arn:aws:wafv2:us-east-1:123456789012:global/webacl/crm/one",
    )

    (distribution,) = own.of_type("AWS::CloudFront::Distribution")
    config = distribution.properties["DistributionConfig"]
    assert config["Aliases"] == ["crm.company.test"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["WebACLId"].endswith("/webacl/crm/one")
    for function in own.of_type(FUNCTION):
        variables = function.properties["Environment"]["Variables"]
        assert variables.get("CRM_PUBLIC_BASE_URL", "https://crm.company.test") == (
            "https://crm.company.test"
        )
