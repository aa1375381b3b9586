"""Console: the staff's pages, one function per group of them."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import PAGE_BURST, PAGE_RATE, page, pages, public
from infra.constructs.queue import Queue
from shared.directory.events import StaffChanged, StaffDisabled
from shared.sales import events

from .area import AreaStack
from .foundation import Foundation

FRAME = ("directory_table", "secret_id", "public_base_url", "asset_version")
"""What every page needs: who asks, the cookie's key, our own address, where static files are."""


class Console(AreaStack):
    """The pages of `functions/console_…`."""

    def __init__(self, app: App, foundation: Foundation, dry_run: Queue) -> None:
        addresses = {"dry_run_queue_url": dry_run.queue.queue_url}
        super().__init__(app, "console", foundation, values=addresses)
        frame = [foundation.may_ask_who, foundation.may_read_secret]
        directory = foundation.directory
        self._signing_in(foundation, frame)
        self.function(
            "console_home",
            "Shows what needs somebody now",
            routes=(*public("GET /", rate=PAGE_RATE, burst=PAGE_BURST), *pages("/console")),
            settings=[
                *FRAME,
                "sales_table",
                *(["sample_password"] if foundation.stage.sample_password else []),
            ],
            access=[
                *frame,
                Access.table(directory, "Query"),
                Access.indexes(directory, "by_team"),
                Access.table(foundation.sales, "GetItem"),
                Access.indexes(foundation.sales, "by_state", "by_owner", "work_by_owner"),
            ],
        )
        self._leads(foundation, frame)
        self._capture(foundation, frame, dry_run)
        self._company(foundation, frame)

    def _signing_in(self, foundation: Foundation, frame: list[Access]) -> None:
        """What needs Cognito: getting in, and one's own sign-in."""
        # What somebody does with their own token Cognito allows by that token alone.
        access = [
            *frame,
            Access.table(foundation.directory, "PutItem", "UpdateItem"),
            Access.pool(
                foundation.staff.pool,
                "AdminGetUser",
                "AdminInitiateAuth",
                "AdminRespondToAuthChallenge",
            ),
        ]
        settings = [*FRAME, "staff_pool_id", "staff_client_id"]
        self.function(
            "console_sign_in",
            "Signs staff in and out of the pages",
            routes=(*pages("/console/sign-in"), *page("/console/sign-out", "/console/session")),
            settings=settings,
            access=access,
            emits=[StaffChanged],
        )
        self.function(
            "console_profile",
            "Lets staff look after their own sign-in",
            routes=pages("/console/profile"),
            settings=settings,
            access=access,
            emits=[StaffChanged],
        )

    def _capture(self, foundation: Foundation, frame: list[Access], dry_run: Queue) -> None:
        """What lets leads in: forms, quarantine, scoring; and how it goes."""
        sales = foundation.sales
        may_name = [
            Access.table(foundation.directory, "Query"),
            Access.indexes(foundation.directory, "by_team"),
        ]
        self.function(
            "console_quarantine",
            "Shows what looked automatic, and releases what was not",
            routes=pages("/console/quarantine"),
            settings=[*FRAME, "sales_table"],
            access=[
                *frame,
                *may_name,
                Access.table(sales, "GetItem", "Query", "PutItem", "UpdateItem"),
            ],
            emits=[events.LeadCaptured],
        )
        self.function(
            "console_scoring",
            "Shows scoring rules, and lets them be edited, tried out and put in force",
            routes=pages("/console/scoring"),
            settings=[*FRAME, "sales_table", "dry_run_queue_url"],
            access=[
                *frame,
                *may_name,
                Access.table(sales, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(foundation.directory, "PutItem"),
                Access.send(dry_run.queue),
            ],
            emits=[events.ScoringRulesActivated],
        )
        self.function(
            "console_forms",
            "Shows forms, and lets them be edited with a preview",
            routes=pages("/console/forms"),
            settings=[*FRAME, "sales_table", "customers_table"],
            access=[
                *frame,
                *may_name,
                Access.table(sales, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(foundation.customers, "GetItem"),
                Access.table(foundation.directory, "PutItem"),
            ],
        )
        self.function(
            "console_reports",
            "Shows how many leads come, and what becomes of hand-offs",
            routes=page("/console/reports"),
            settings=[*FRAME, "sales_table"],
            access=[*frame, Access.table(sales, "Query")],
        )

    def _leads(self, foundation: Foundation, frame: list[Access]) -> None:
        """The lists of leads, and one lead."""
        self.function(
            "console_leads",
            "Shows leads, and lets sales work them",
            routes=pages("/console/leads"),
            settings=[*FRAME, "sales_table", "customers_table"],
            access=[
                *frame,
                Access.table(foundation.directory, "Query"),
                Access.indexes(foundation.directory, "by_team"),
                Access.table(
                    foundation.sales,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(foundation.sales, "by_state", "by_owner", "work_by_owner"),
                Access.table(foundation.customers, "GetItem"),
            ],
            emits=[
                events.LeadCaptured,
                events.LeadChanged,
                events.LeadStateChanged,
                events.LeadAssigned,
                events.LeadScoreChanged,
                events.HandOffAccepted,
                events.HandOffRejected,
                events.TaskCreated,
                events.TaskCompleted,
            ],
        )

    def _company(self, foundation: Foundation, frame: list[Access]) -> None:
        """Who works here, and how work is shared out."""
        directory, sales = foundation.directory, foundation.sales
        self.function(
            "console_people",
            "Shows who works here; leave, teams, inviting and disabling",
            routes=pages("/console/people"),
            settings=[*FRAME, "sales_table", "staff_pool_id"],
            access=[
                *frame,
                Access.table(directory, "Query", "PutItem", "UpdateItem", "DeleteItem"),
                Access.indexes(directory, "by_team"),
                Access.table(sales, "BatchGetItem"),
                Access.pool(foundation.staff.pool, "AdminGetUser", "AdminCreateUser"),
            ],
            emits=[StaffChanged, StaffDisabled],
        )
        self.function(
            "console_assignment",
            "Shows who gets which leads, and lets it be changed",
            routes=pages("/console/assignment"),
            settings=[*FRAME, "sales_table"],
            access=[
                *frame,
                Access.table(directory, "Query", "PutItem"),
                Access.indexes(directory, "by_team"),
                Access.table(sales, "GetItem", "Query", "PutItem", "UpdateItem"),
            ],
        )
        self.function(
            "console_changes",
            "Shows who changed which settings, and goes back to what was before",
            routes=pages("/console/changes"),
            settings=[
                *FRAME,
                "sales_table",
                "customers_table",
                "marketing_table",
                "support_table",
            ],
            access=[
                *frame,
                Access.table(directory, "BatchGetItem", "Query", "PutItem"),
                Access.indexes(directory, "by_team"),
                Access.table(
                    foundation.marketing,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                ),
                *(
                    Access.table(table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem")
                    for table in (sales, foundation.customers, foundation.support)
                ),
            ],
            emits=[StaffChanged, events.ScoringRulesActivated],
        )
        self.function(
            "console_keys",
            "Shows write keys; makes, rotates and ends them",
            routes=pages("/console/keys"),
            settings=[*FRAME, "customers_table"],
            access=[
                *frame,
                Access.table(directory, "PutItem"),
                Access.table(foundation.customers, "GetItem", "PutItem", "UpdateItem"),
            ],
        )
