"""How mail leaves: SES, with reputation counted per stage."""

from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.stages import Stage


class Mail(Construct):
    """A configuration set, and the domain for SES to verify when the stage names one."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Mail")
        self.configuration_set = stage.named("mail")
        ses.CfnConfigurationSet(
            self,
            "ConfigurationSet",
            name=self.configuration_set,
            reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(
                reputation_metrics_enabled=True
            ),
            delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        )
        if stage.mail_domain:
            ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(stage.mail_domain))
