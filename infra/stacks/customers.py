"""Customers: who we know, what they do on our pages, and who visitors turn out to be."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import public, staff
from shared.customers import events
from shared.sales.events import LeadCaptured

from .area import AreaStack
from .foundation import Foundation


class Customers(AreaStack):
    """Contacts and accounts; behaviour and visitors."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "customers", foundation)
        self._records()
        self._behaviour()

    def _records(self) -> None:
        table, foundation = self.foundation.customers, self.foundation
        reading = ("GetItem", "BatchGetItem", "Query")
        writing = [
            Access.table(table, *reading, "PutItem", "DeleteItem", "ConditionCheckItem"),
            Access.indexes(table, "by_list", "by_owner"),
            Access.table(foundation.directory, "ConditionCheckItem"),
            foundation.may_ask_who,
            foundation.may_read_secret,
        ]
        settings = ["customers_table", "directory_table", "secret_id"]
        self.function(
            "contact_admin",
            "Keeps the people we know: one record per person",
            routes=staff(
                "GET /v1/contacts",
                "POST /v1/contacts",
                "GET /v1/contacts/{contact_id}",
                "PATCH /v1/contacts/{contact_id}",
                "DELETE /v1/contacts/{contact_id}",
                "POST /v1/contacts/{contact_id}/restore",
            ),
            settings=settings,
            # An address that is given up stays claimed, as released.
            access=[*writing, Access.table(table, "UpdateItem")],
            emits=[
                events.ContactCreated,
                events.ContactChanged,
                events.ContactDeleted,
                events.ContactRestored,
            ],
        )
        self.function(
            "account_admin",
            "Keeps companies and households, and who belongs to them",
            routes=staff(
                "GET /v1/accounts",
                "POST /v1/accounts",
                "GET /v1/accounts/{account_id}",
                "PATCH /v1/accounts/{account_id}",
                "DELETE /v1/accounts/{account_id}",
                "POST /v1/accounts/{account_id}/restore",
                "GET /v1/accounts/{account_id}/contacts",
                "PUT /v1/accounts/{account_id}/contacts/{contact_id}",
                "DELETE /v1/accounts/{account_id}/contacts/{contact_id}",
            ),
            settings=settings,
            access=writing,
            emits=[
                events.AccountCreated,
                events.AccountChanged,
                events.AccountDeleted,
                events.AccountRestored,
                events.ContactChanged,
            ],
        )
        self.function(
            "custom_field_admin",
            "Keeps what is known of contacts and accounts beyond the ordinary, as data",
            routes=staff(
                "GET /v1/custom-fields/{noun}",
                "PUT /v1/custom-fields/{noun}",
                "POST /v1/custom-fields/{noun}/rollback",
            ),
            settings=["customers_table", "directory_table"],
            access=[
                Access.table(table, "GetItem", "PutItem", "UpdateItem"),
                Access.table(foundation.directory, "PutItem"),
                foundation.may_ask_who,
            ],
        )

    def _behaviour(self) -> None:
        table, foundation = self.foundation.customers, self.foundation
        self.function(
            "behaviour_capture",
            "Stores what visitors and partners report: page views, carts, purchases",
            routes=public("POST /v1/events", "OPTIONS /v1/events", rate=100, burst=200),
            settings=["customers_table", "public_base_url", "secret_id"],
            access=[Access.table(table, "GetItem", "PutItem"), self.foundation.may_read_secret],
            emits=[events.BehaviourRecorded],
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
            access=[Access.table(table, "PutItem", "UpdateItem", "ConditionCheckItem")],
            emits=[events.VisitorIdentified],
        )
