"""The pages of support: those of staff, and those of customers."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import pages
from shared.support import events

from .area import AreaStack
from .console import FRAME
from .foundation import Foundation
from .portal import FRAME as CUSTOMERS_FRAME


class SupportPages(AreaStack):
    """The pages about tickets."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "support-pages", foundation)
        files = foundation.files_arn
        may_keep_files = [
            Access.files(files, "attaching", "GetObject", "PutObject"),
            Access.files(files, "attachments", "GetObject", "PutObject"),
            Access.list_bucket(files),
        ]
        self.function(
            "console_tickets",
            "Shows staff whom to answer first and what was said, and lets them answer",
            routes=pages("/console/tickets"),
            settings=[
                *FRAME,
                "support_table",
                "customers_table",
                "marketing_table",
                "files_bucket",
            ],
            access=[
                foundation.may_ask_who,
                foundation.may_read_secret,
                # Who asks is read together with the ticket or the customer.
                Access.table(foundation.directory, "BatchGetItem", "Query"),
                Access.indexes(foundation.directory, "by_team"),
                # Which fields people see is configuration.
                # What was last said to a caller is read, that sensitive fields were seen is kept.
                Access.table(foundation.customers, "GetItem", "BatchGetItem", "Query", "PutItem"),
                Access.table(foundation.marketing, "Query"),
                Access.table(
                    foundation.support,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(foundation.support, "by_queue", "by_owner", "by_contact"),
                *may_keep_files,
            ],
            emits=[
                events.TicketOpened,
                events.TicketMessageAdded,
                events.TicketStateChanged,
                events.TicketPriorityChanged,
                events.TicketAssigned,
                events.TicketChanged,
                events.TicketEscalated,
                events.TicketMerged,
                events.TicketSplit,
            ],
        )
        self.function(
            "console_support",
            "Shows how support stands and did, and what agents say again and again",
            routes=pages("/console/support"),
            settings=[*FRAME, "support_table"],
            access=[
                foundation.may_ask_who,
                foundation.may_read_secret,
                # People of teams, owners of tickets who belong to others, and what was changed.
                Access.table(foundation.directory, "BatchGetItem", "Query", "PutItem"),
                Access.indexes(foundation.directory, "by_team"),
                Access.table(foundation.support, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.indexes(foundation.support, "by_queue"),
            ],
        )
        self.function(
            "portal_ticket_pages",
            "Shows customers what they asked and our answers, and lets them ask and answer",
            routes=pages("/portal/tickets"),
            settings=[*CUSTOMERS_FRAME, "support_table", "files_bucket"],
            access=[
                foundation.may_read_secret,
                Access.table(
                    foundation.support,
                    "GetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(foundation.support, "by_contact", "by_account"),
                Access.table(foundation.customers, "GetItem", "BatchGetItem"),
                *may_keep_files,
            ],
            emits=[events.TicketOpened, events.TicketMessageAdded, events.TicketStateChanged],
        )
