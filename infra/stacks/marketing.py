"""Marketing: segments, templates and campaigns."""

from typing import Final

from aws_cdk import App, Duration

from infra.constructs.access import TO_SEND_TEXTS, Access
from infra.constructs.api import pages, public, staff
from infra.constructs.mail_events import MailEvents
from shared.customers.events import BehaviourRecorded, ConsentGiven, ConsentWithdrawn
from shared.marketing import events
from shared.marketing.attribution.recording import HEARD as DEEDS
from shared.marketing.events import SegmentEntered, SegmentLeft
from shared.marketing.segments.hearing import HEARD
from shared.support.events import TicketMessageAdded

from .area import AreaStack
from .foundation import Foundation

FILL_TIMEOUT: Final = Duration.minutes(5)
"""A worker stops beginning pages after 200 seconds; the next one goes on from there."""


PLAN_TIMEOUT: Final = Duration.minutes(5)
"""A worker stops beginning pages after 200 seconds; the next minute goes on."""

LIST_TIMEOUT: Final = Duration.minutes(5)
"""No file is begun after 180 seconds; the next delivery goes on."""

SEND_TIMEOUT: Final = Duration.seconds(120)
"""For fifty mails, a second each at worst, and some time until it is their turn; a part is given
out at a time."""


JUDGED_WITHIN: Final = Duration.minutes(5)
"""So long it takes at most until a click is judged: what follows on it is credited after that."""

SCANNED_WITHIN: Final = Duration.minutes(1)
"""So long a scanner may take to follow a mail's links: hits are judged after that."""


class Marketing(AreaStack):
    """Whom to write to."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "marketing", foundation)
        self._segments()
        self._templates()
        self._campaigns()
        self._subscription()
        self._provider_events()
        self._tracking()

    def _segments(self) -> None:
        foundation = self.foundation
        table, customers = foundation.marketing, foundation.customers
        self.segment_update = self.queue("segment-update", hears=HEARD)
        self.segment_backfill = self.queue("segment-backfill", timeout=FILL_TIMEOUT)
        self.function(
            "segment_admin",
            "Keeps segments: who belongs in them, how many do, and why",
            routes=staff(
                "GET /v1/segments",
                "POST /v1/segments",
                "GET /v1/segments/schema",
                "POST /v1/segments/count",
                "GET /v1/segments/{segment_id}",
                "PUT /v1/segments/{segment_id}",
                "POST /v1/segments/{segment_id}/rollback",
                "GET /v1/segments/{segment_id}/members",
                "GET /v1/segments/{segment_id}/members/{contact_id}",
            ),
            settings=["marketing_table", "customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                Access.indexes(table, "by_segment"),
                Access.table(customers, "GetItem", "BatchGetItem", "Query"),
                Access.indexes(customers, "by_list"),
                Access.table(foundation.directory, "PutItem"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
        )
        self.function(
            "segment_update",
            "Puts people into the segments they belong in as soon as something happens, and out",
            queue=self.segment_update,
            settings=["marketing_table", "customers_table"],
            access=[
                Access.table(table, "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                Access.table(customers, "BatchGetItem", "Query", "PutItem", "ConditionCheckItem"),
            ],
            emits=[SegmentEntered, SegmentLeft],
        )
        self.function(
            "segment_backfill",
            "Looks at every contact for a segment that was made or changed",
            queue=self.segment_backfill,
            settings=["marketing_table", "customers_table"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(customers, "Scan", "BatchGetItem", "Query"),
            ],
            emits=[SegmentEntered, SegmentLeft],
        )

    def _templates(self) -> None:
        foundation = self.foundation
        self.function(
            "template_admin",
            "Keeps templates of messages, and shows them as a person would get them",
            routes=staff(
                "GET /v1/templates",
                "POST /v1/templates",
                "POST /v1/templates/preview",
                "GET /v1/templates/{template_id}",
                "PUT /v1/templates/{template_id}",
                "POST /v1/templates/{template_id}/preview",
                "POST /v1/templates/{template_id}/rollback",
                "POST /v1/templates/{template_id}/tests",
            ),
            settings=[
                "marketing_table",
                "customers_table",
                "directory_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "mail_sender",
                "mail_configuration_set",
            ],
            access=[
                Access.table(foundation.marketing, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(foundation.customers, "GetItem"),
                Access.table(foundation.directory, "PutItem"),
                foundation.may_ask_who,
                foundation.may_send_mail,
                foundation.may_read_secret,
            ],
        )

    def _campaigns(self) -> None:
        foundation = self.foundation
        table, customers = foundation.marketing, foundation.customers
        self.campaign_plan = self.queue(
            "campaign-plan",
            hears=[events.CampaignStarted, events.CampaignResumed, events.WinnerChosen],
            timeout=PLAN_TIMEOUT,
        )
        self.campaign_send = self.queue(
            "campaign-send",
            setting="campaign_send_queue_url",
            hears=[events.MessageBounced, ConsentWithdrawn],
            timeout=SEND_TIMEOUT,
        )
        self.function(
            "campaign_admin",
            "Plans campaigns, foretells and moves them, and says why somebody got one or not",
            routes=staff(
                "GET /v1/campaigns",
                "POST /v1/campaigns",
                "GET /v1/campaigns/{campaign_id}",
                "PUT /v1/campaigns/{campaign_id}",
                "POST /v1/campaigns/{campaign_id}/preflight",
                "POST /v1/campaigns/{campaign_id}/moves",
                "POST /v1/campaigns/{campaign_id}/winner",
                "GET /v1/campaigns/{campaign_id}/report",
                "GET /v1/campaigns/{campaign_id}/report.csv",
                "GET /v1/campaigns/{campaign_id}/recipients",
                "GET /v1/campaigns/{campaign_id}/recipients/{contact_id}",
                "POST /v1/campaigns/{campaign_id}/recipients/{contact_id}/settlement",
                "GET /v1/contacts/{contact_id}/message-limits",
                "PUT /v1/contacts/{contact_id}/message-limits/{channel}",
                "GET /v1/sending-rules",
                "PUT /v1/sending-rules",
                "POST /v1/campaigns/{campaign_id}/files",
                "GET /v1/campaigns/{campaign_id}/files/{file_id}",
                "GET /v1/response-codes/{code}",
                "POST /v1/response-codes/{code}/uses",
                "GET /v1/webhooks",
                "POST /v1/webhooks",
                "GET /v1/webhooks/{webhook_id}",
                "PUT /v1/webhooks/{webhook_id}",
            ),
            settings=[
                "marketing_table",
                "customers_table",
                "directory_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "mail_sender",
                "files_bucket",
            ],
            access=[
                Access.table(
                    table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"
                ),
                Access.files(foundation.files_arn, "exports", "GetObject"),
                Access.indexes(table, "by_list", "by_segment", "by_state"),
                Access.table(customers, "GetItem", "BatchGetItem", "Query"),
                Access.table(foundation.directory, "PutItem"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[
                events.CampaignStarted,
                events.CampaignPaused,
                events.CampaignResumed,
                events.CampaignCancelled,
                events.WinnerChosen,
                events.MessageSent,
                events.MessageFailed,
                events.AddressFileRequested,
                events.ResponseCodeUsed,
            ],
        )
        self.function(
            "address_export",
            "Writes a campaign's list of people to files, for printers and call centres",
            queue=self.queue(
                "address-export", hears=[events.AddressFileRequested], timeout=LIST_TIMEOUT
            ),
            settings=["marketing_table", "customers_table", "directory_table", "files_bucket"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "PutItem"),
                Access.table(customers, "GetItem", "BatchGetItem", "PutItem", "BatchWriteItem"),
                Access.files(foundation.files_arn, "exports", "PutObject"),
                foundation.may_ask_who,
            ],
        )
        self.function(
            "campaign_plan",
            "Writes down who gets a campaign, queues it in parts, and notices its end",
            queue=self.campaign_plan,
            settings=["marketing_table", "customers_table", "campaign_send_queue_url"],
            access=[
                Access.table(table, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                Access.indexes(table, "by_segment"),
                Access.table(customers, "Query"),
                Access.send(self.campaign_send.queue),
            ],
            emits=[events.CampaignStarted, events.CampaignFinished, events.WinnerChosen],
        )
        self.function(
            "campaign_send",
            "Sends a part of a campaign: each person one message, or one recorded reason",
            queue=self.campaign_send,
            settings=[
                "marketing_table",
                "customers_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "mail_sender",
                "mail_configuration_set",
            ],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                Access.indexes(table, "by_contact"),
                Access.table(customers, "BatchGetItem", "ConditionCheckItem"),
                foundation.may_send_mail,
                foundation.may_read_secret,
                TO_SEND_TEXTS,
            ],
            emits=[events.MessageSent, events.MessageFailed, events.MessageCancelled],
        )

    def _subscription(self) -> None:
        foundation = self.foundation
        self.function(
            "unsubscribe",
            "Lets people stop messages, choose what to hear of, and confirm it, by links in mails",
            routes=pages("/u"),
            settings=[
                "customers_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "asset_version",
            ],
            access=[
                Access.table(
                    foundation.customers, "GetItem", "Query", "PutItem", "ConditionCheckItem"
                ),
                foundation.may_read_secret,
            ],
            emits=[ConsentGiven, ConsentWithdrawn],
        )

    def _provider_events(self) -> None:
        foundation = self.foundation
        heard = self.queue("mail-events")
        MailEvents(
            self,
            stage=self.stage,
            configuration_set=foundation.mail.configuration_set,
            queue=heard,
        )
        self.function(
            "mail_events",
            "Hears that mails arrived, came back or are unwanted, and does what follows",
            queue=heard,
            settings=["marketing_table", "customers_table", "support_table", "secret_id"],
            access=[
                Access.table(foundation.marketing, "GetItem", "PutItem", "UpdateItem"),
                Access.table(
                    foundation.customers,
                    "GetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "ConditionCheckItem",
                ),
                Access.table(foundation.support, "GetItem", "PutItem"),
                foundation.may_read_secret,
            ],
            emits=[
                ConsentWithdrawn,
                events.MessageSent,
                events.MessageFailed,
                events.MessageDelivered,
                events.MessageBounced,
                events.MessageComplained,
                TicketMessageAdded,
            ],
        )

    def _tracking(self) -> None:
        foundation = self.foundation
        table, customers = foundation.marketing, foundation.customers
        self.engagement_record = self.queue(
            "engagement-record", hears=[events.MessageHit], delay=SCANNED_WITHIN
        )
        self.function(
            "message_track",
            "Leads on who follows a link of a message, and notes that it was followed or opened",
            routes=public(
                "GET /c/{token}",
                "HEAD /c/{token}",
                "GET /o/{token}",
                "HEAD /o/{token}",
                rate=500,
                burst=1_000,
            ),
            settings=["marketing_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "PutItem"),
                foundation.may_read_secret,
            ],
            emits=[events.MessageHit],
        )
        self.function(
            "engagement_record",
            "Tells people from robots among opens and clicks, and counts what came of messages",
            queue=self.engagement_record,
            settings=["marketing_table", "customers_table", "secret_id"],
            access=[
                Access.table(
                    table, "BatchGetItem", "Query", "PutItem", "UpdateItem", "BatchWriteItem"
                ),
                Access.table(customers, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"),
                foundation.may_read_secret,
            ],
            emits=[events.MessageOpened, events.MessageClicked, BehaviourRecorded],
        )
        self.conversion_record = self.queue("conversion-record", hears=DEEDS, delay=JUDGED_WITHIN)
        self.function(
            "conversion_record",
            "Credits the campaigns that led people to what they did",
            queue=self.conversion_record,
            settings=["marketing_table", "customers_table"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                Access.indexes(table, "by_contact"),
                Access.table(customers, "BatchGetItem", "Query", "ConditionCheckItem"),
            ],
            emits=[events.Converted],
        )
