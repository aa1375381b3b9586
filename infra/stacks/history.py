"""What happened between people and the company: interactions, channels, histories."""

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import public, staff
from shared.customers.channels.counting import COUNTED
from shared.customers.events import (
    ContactChanged,
    ContactCreated,
    InteractionRecorded,
    ProductPurchased,
    PromiseSettled,
    VisitorIdentified,
)
from shared.customers.history.hearing import HEARD

from .area import AreaStack
from .foundation import Foundation


class History(AreaStack):
    """Interactions and channels as they are reported, histories as they are kept and read."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "history", foundation)
        self.table = foundation.customers
        self._interactions()
        self._history()

    def _interactions(self) -> None:
        foundation, table = self.foundation, self.table
        self.function(
            "interaction_capture",
            "Stores what staff, call centres, shops and partners had to do with people",
            routes=(
                *staff(
                    "POST /v1/interactions",
                    "PATCH /v1/contacts/{contact_id}/promises/{promise_id}",
                ),
                *public("POST /v1/partner/interactions", rate=50, burst=100),
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[InteractionRecorded, ProductPurchased, PromiseSettled],
        )
        self.function(
            "channel_admin",
            "Keeps which channels there are, and reports what came of each",
            routes=staff(
                "GET /v1/channels",
                "PUT /v1/channels",
                "POST /v1/channels/rollback",
                "GET /v1/channels/report",
                "GET /v1/channels/report.csv",
            ),
            settings=["customers_table", "directory_table"],
            access=[
                Access.table(table, "GetItem", "Query", "PutItem", "UpdateItem"),
                foundation.may_ask_who,
                Access.table(foundation.directory, "PutItem"),
            ],
        )
        self.function(
            "channel_count",
            "Counts what came of each channel in each month",
            queue=self.queue("channel-count", hears=COUNTED),
            settings=["customers_table"],
            access=[Access.table(table, "PutItem", "UpdateItem")],
        )

    def _history(self) -> None:
        foundation, table = self.foundation, self.table
        self.function(
            "history_record",
            "Writes what happened into the histories of the people it is about",
            queue=self.queue("history-record", hears=HEARD),
            settings=["customers_table"],
            access=[Access.table(table, "BatchGetItem", "Query", "PutItem")],
        )
        self.function(
            "history_adopt",
            "Brings into a person's history what was known of them under another name",
            # A visitor of years is many pages.
            queue=self.queue(
                "history-adopt",
                hears=[VisitorIdentified, ContactCreated, ContactChanged],
                timeout=Duration.minutes(15),
            ),
            settings=["customers_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem"),
                foundation.may_read_secret,
            ],
        )
        self.function(
            "contact_history",
            "Shows what happened with a person, and what the next colleague has to know",
            routes=staff(
                "GET /v1/contacts/{contact_id}/history",
                "GET /v1/contacts/{contact_id}/summary",
                "GET /v1/contacts/{contact_id}/products",
                "GET /v1/contacts/{contact_id}/promises",
            ),
            settings=["customers_table", "sales_table", "directory_table", "secret_id"],
            access=[
                # A look at sensitive fields is written down.
                Access.table(table, "GetItem", "BatchGetItem", "Query", "PutItem"),
                Access.table(foundation.sales, "Query"),
                Access.table(foundation.directory, "GetItem", "BatchGetItem"),
                foundation.may_read_secret,
            ],
        )
