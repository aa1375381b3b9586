"""The staff's pages about marketing, one function per group of them."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import pages
from shared.marketing import events

from .area import AreaStack
from .console import FRAME
from .foundation import Foundation


class MarketingPages(AreaStack):
    """The pages of `functions/console_…` that are about whom to write to, what, and how it goes."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "marketing-pages", foundation)
        directory, customers, marketing = (
            foundation.directory,
            foundation.customers,
            foundation.marketing,
        )
        frame = [
            foundation.may_ask_who,
            foundation.may_read_secret,
            # Names of colleagues, the audit, and who asks together with what the page is about.
            Access.table(directory, "Query", "PutItem", "BatchGetItem"),
            Access.indexes(directory, "by_team"),
        ]
        self.function(
            "console_segments",
            "Shows segments and who is in them; builds their rules and counts as one types",
            routes=pages("/console/segments"),
            settings=[*FRAME, "marketing_table", "customers_table"],
            access=[
                *frame,
                Access.table(
                    marketing, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.indexes(marketing, "by_segment"),
                Access.table(customers, "GetItem", "BatchGetItem", "Query"),
                Access.indexes(customers, "by_list"),
            ],
        )
        self.function(
            "console_templates",
            "Shows what campaigns say as a person gets it, and lets it be written with a preview",
            routes=pages("/console/templates"),
            settings=[
                *FRAME,
                "marketing_table",
                "customers_table",
                "company_name",
                "mail_sender",
                "mail_configuration_set",
            ],
            access=[
                *frame,
                foundation.may_send_mail,
                Access.table(
                    marketing, "GetItem", "Query", "PutItem", "UpdateItem", "BatchGetItem"
                ),
                Access.table(customers, "GetItem", "BatchGetItem"),
            ],
        )
        self.function(
            "console_campaigns",
            "Shows campaigns; plans them, looks ahead, starts and follows them, says who got one",
            routes=pages("/console/campaigns"),
            settings=[
                *FRAME,
                "marketing_table",
                "customers_table",
                "company_name",
                "mail_sender",
                "files_bucket",
            ],
            access=[
                *frame,
                Access.table(
                    marketing, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.files(foundation.files_arn, "exports", "GetObject"),
                Access.indexes(marketing, "by_list", "by_segment", "by_state"),
                Access.table(customers, "GetItem", "BatchGetItem", "Query"),
                Access.indexes(customers, "by_list"),
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
