"""What every area stands on: tables, bus, API, sign-in, buckets, front door, the alarms' topic."""

from typing import Final

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secrets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from infra.constructs.access import Access, to_send_mail
from infra.constructs.api import Api
from infra.constructs.buckets import make_bucket, make_files_bucket
from infra.constructs.front_door import FrontDoor
from infra.constructs.mail import Mail
from infra.constructs.mail_in import MailIn
from infra.constructs.nag import acknowledge
from infra.constructs.pool import StaffPool
from infra.constructs.table import make_table
from infra.pages import version as asset_version
from infra.stages import Stage
from shared.customers.tables import CUSTOMERS
from shared.directory.tables import DIRECTORY
from shared.marketing.tables import MARKETING
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

from .synthesizer import synthesizer

ARCHIVE_DAYS: Final = 14
PARKED_DAYS: Final = 14
"""What went wrong is kept as long as in a dead-letter queue: it may hold personal data."""

FILE_DAYS: Final = {
    "uploads": 14,
    "chunks": 14,
    "errors": 14,
    "exports": 7,
    "results": 90,
    "privacy": 8,
    "erasures": 400,
    "attaching": 2,
    "attachments": 1_100,
    "mail": 1_100,
}
"""How long files are kept, by the prefix of their key. Results hold ids and codes only; without
them an import can no longer be undone. What people asked for can be fetched for seven days. What
was erased (ids and keyed hashes) is remembered for as long as anybody may restore a copy of a
table made by hand; back-ups end after 35 days. What was sent to be attached goes unless a ticket
took it, and with that after three years; mails as they came are kept as long."""


class Foundation(Stack):
    """Deployed first, changes least."""

    def __init__(self, app: App, stage: Stage) -> None:
        super().__init__(
            app,
            f"crm-{stage.name}-foundation",
            synthesizer=synthesizer(stage),
            termination_protection=stage.protect_data,
        )
        self.stage = stage
        self.topic = self._topic()
        self.sales = make_table(self, SALES, stage)
        self.customers = make_table(self, CUSTOMERS, stage)
        self.directory = make_table(self, DIRECTORY, stage)
        self.marketing = make_table(self, MARKETING, stage)
        self.support = make_table(self, SUPPORT, stage)
        self.tables = {
            stage.named("sales"): self.sales,
            stage.named("customers"): self.customers,
            stage.named("directory"): self.directory,
            stage.named("marketing"): self.marketing,
            stage.named("support"): self.support,
        }
        self.bus = self._bus()
        self.secret = self._secret()
        self.parked = make_bucket(self, "Parked", stage=stage, keep_days=PARKED_DAYS)
        self.parked_arn = stage.named("parked-arn")
        self.export_value(self.parked.bucket_arn, name=self.parked_arn)
        self.assets = make_bucket(self, "Assets", stage=stage)
        self.staff = StaffPool(self, stage=stage)
        self.mail = Mail(self, stage=stage)
        self.api = Api(self, name=stage.named("api"))
        self.api.admit("staff", self.api, self.staff.pool, self.staff.client)
        self.front_door = FrontDoor(
            self, stage=stage, api_domain=self.api.domain, assets=self.assets
        )
        self.files_arn = stage.named("files-arn")
        self.values = self._values()
        self.files = make_files_bucket(
            self,
            "Files",
            stage=stage,
            keep_days=FILE_DAYS,
            origin=self.values["public_base_url"],
        )
        self.values["files_bucket"] = self.files.bucket_name
        MailIn(self, stage=stage, bucket=self.files)
        self.export_value(self.files.bucket_arn, name=self.files_arn)
        self.staff.invite_to(self.values["public_base_url"])
        self._outputs()

    @property
    def may_ask_who(self) -> Access:
        """Read the record of whoever asks (`shared/directory/access.py`)."""
        return Access.table(self.directory, "GetItem")

    @property
    def may_read_secret(self) -> Access:
        """Read the one secret all keys derive from."""
        return Access.read_secret(self.secret)

    @property
    def may_send_mail(self) -> Access:
        """Send mail as the stage's sender."""
        return to_send_mail(self, self.stage.mail_sender, self.mail.configuration_set)

    def _values(self) -> dict[str, str]:
        stage = self.stage
        base_url = f"https://{stage.domain_name}" if stage.domain_name else self.front_door.address
        values = {
            "stage": stage.name,
            "company_name": stage.company_name,
            "public_base_url": stage.public_base_url or base_url,
            "sales_table": self.sales.table_name,
            "customers_table": self.customers.table_name,
            "directory_table": self.directory.table_name,
            "marketing_table": self.marketing.table_name,
            "support_table": self.support.table_name,
            "bus_name": self.bus.event_bus_name,
            "parked_bucket": self.parked.bucket_name,
            "secret_id": self.secret.secret_arn,
            "mail_sender": stage.mail_sender,
            "support_mailbox": stage.support_mailbox,
            "mail_configuration_set": self.mail.configuration_set,
            "staff_pool_id": self.staff.pool.user_pool_id,
            "staff_client_id": self.staff.client.user_pool_client_id,
            "asset_version": asset_version(),
        }
        local = {
            "clock_file": stage.clock_file,
            "webhook_sink": stage.webhook_sink,
            "sample_password": stage.sample_password,
        }
        return values | {name: value for name, value in local.items() if value}

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(self, "AlarmTopic", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(self.stage.alarm_email))
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return topic

    def _bus(self) -> events.EventBus:
        bus = events.EventBus(self, "Bus", event_bus_name=self.stage.named("bus"))
        bus.archive(
            "Archive",
            archive_name=self.stage.named("events"),
            retention=Duration.days(ARCHIVE_DAYS),
            # Every event of ours; the archive replays them through the bus.
            event_pattern=events.EventPattern(source=events.Match.prefix("crm.")),
        )
        return bus

    def _secret(self) -> secrets.Secret:
        secret = secrets.Secret(
            self,
            "Secret",
            description="All keys derive from this. Replacing it would orphan every lead's id.",
            generate_secret_string=secrets.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.RETAIN if self.stage.keep_data else RemovalPolicy.DESTROY,
        )
        why = "The identity of every lead derives from it (keyed hash), so it must never change."
        acknowledge(secret, {"AwsSolutions-SMG4": why})
        return secret

    def _outputs(self) -> None:
        for name, value in {
            "PublicBaseUrl": self.values["public_base_url"],
            "ApiId": self.api.id,
            "ApiUrl": f"https://{self.api.domain}",
            "StaffPoolId": self.staff.pool.user_pool_id,
            "StaffClientId": self.staff.client.user_pool_client_id,
            "AssetsBucketName": self.assets.bucket_name,
            "ParkedBucket": self.parked.bucket_name,
            "FilesBucket": self.files.bucket_name,
            "BusName": self.bus.event_bus_name,
            "SecretId": self.secret.secret_arn,
            "SalesTable": self.sales.table_name,
            "CustomersTable": self.customers.table_name,
            "DirectoryTable": self.directory.table_name,
            "MarketingTable": self.marketing.table_name,
            "SupportTable": self.support.table_name,
        }.items():
            CfnOutput(self, f"Out{name}", value=value).override_logical_id(name)
