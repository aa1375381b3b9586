"""Console: the staff's pages, one function per group of them."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import pages
from shared.sales import events

from .area import AreaStack
from .foundation import Foundation

FRAME = ("directory_table", "secret_id", "public_base_url", "asset_version")
"""What every page needs: who asks, the cookie's key, our own address, where static files are."""


class Console(AreaStack):
    """The pages of `functions/console_…`."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "console", foundation)
        frame = [foundation.may_ask_who, foundation.may_read_secret]
        directory = foundation.directory
        self.function(
            "console_sign_in",
            "Signs staff in and out of the pages, and lets them look after their sign-in",
            routes=pages(
                "/console/sign-in", "/console/sign-out", "/console/session", "/console/profile"
            ),
            settings=[*FRAME, "staff_pool_id", "staff_client_id"],
            access=[
                *frame,
                Access.table(directory, "UpdateItem"),
                Access.pool(
                    foundation.staff.pool, "AdminInitiateAuth", "AdminRespondToAuthChallenge"
                ),
            ],
        )
        self.function(
            "console_home",
            "Shows what needs somebody now",
            routes=pages("/console"),
            settings=list(FRAME),
            access=frame,
        )
        self._leads(foundation, frame)

    def _leads(self, foundation: Foundation, frame: list[Access]) -> None:
        """The lists of leads, and one lead."""
        self.function(
            "console_leads",
            "Shows leads, and lets sales work them",
            routes=pages("/console/leads"),
            settings=[*FRAME, "sales_table"],
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
                ),
                Access.indexes(foundation.sales, "by_state", "by_owner"),
            ],
            emits=[
                events.LeadCaptured,
                events.LeadChanged,
                events.LeadStateChanged,
                events.LeadAssigned,
                events.LeadScoreChanged,
                events.HandOffAccepted,
                events.HandOffRejected,
            ],
        )
