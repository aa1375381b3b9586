"""Customers: what people do on our pages, and who they turn out to be."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import public, staff
from shared.customers.events import BehaviourRecorded, VisitorIdentified
from shared.sales.events import LeadCaptured

from .area import AreaStack
from .foundation import Foundation


class Customers(AreaStack):
    """Behaviour and visitors."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "customers", foundation)
        table = foundation.customers
        self.function(
            "behaviour_capture",
            "Stores what visitors and partners report: page views, carts, purchases",
            routes=public("POST /v1/events", "OPTIONS /v1/events", rate=100, burst=200),
            settings=["customers_table", "public_base_url", "secret_id"],
            access=[Access.table(table, "GetItem", "PutItem"), self.foundation.may_read_secret],
            emits=[BehaviourRecorded],
        )
        self.function(
            "write_key_admin",
            "Makes, rotates and ends the keys that behaviour is reported under",
            routes=staff(
                "GET /v1/write-keys",
                "POST /v1/write-keys",
                "PATCH /v1/write-keys/{key_id}",
                "POST /v1/write-keys/{key_id}/rotate",
                "POST /v1/write-keys/{key_id}/revoke",
                "POST /v1/write-keys/rollback",
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(table, "GetItem", "PutItem", "UpdateItem"),
                Access.table(foundation.directory, "PutItem"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
        )
        self.function(
            "visitor_link",
            "Remembers which lead an anonymous visitor turned out to be",
            queue=self.queue("visitor-link", hears=[LeadCaptured]),
            settings=["customers_table"],
            access=[Access.table(table, "PutItem", "UpdateItem")],
            emits=[VisitorIdentified],
        )
