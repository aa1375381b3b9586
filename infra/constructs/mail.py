"""How mail leaves: SES, with reputation counted per stage."""

from typing import Final

from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.stages import Stage

BOUNCES: Final = "bounces"
"""The name below the sender's domain that mail comes back to."""


class Mail(Construct):
    """A configuration set, and the domain for SES to verify when the stage names one: mail is
    signed by it (DKIM), and what comes back goes to a name below it (MAIL FROM), so that both are
    the company's own. Where its DNS does not say so yet, SES's name is used."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Mail")
        self.configuration_set = stage.named("mail")
        made = ses.CfnConfigurationSet(
            self,
            "ConfigurationSet",
            name=self.configuration_set,
            reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(
                reputation_metrics_enabled=True
            ),
            delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        )
        if stage.mail_domain:
            known = ses.ConfigurationSet.from_configuration_set_name(
                self, "Known", self.configuration_set
            )
            domain = ses.EmailIdentity(
                self,
                "Domain",
                identity=ses.Identity.domain(stage.mail_domain),
                configuration_set=known,
                dkim_signing=True,
                # We hear of bounces and complaints as events, see `mail_events`.
                feedback_forwarding=False,
                mail_from_domain=f"{BOUNCES}.{stage.mail_domain}",
                mail_from_behavior_on_mx_failure=ses.MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
            )
            domain.node.add_dependency(made)
