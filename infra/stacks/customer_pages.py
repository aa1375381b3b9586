"""The staff's pages about customers, one function per group of them."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import page, pages
from shared.customers import events

from .area import AreaStack
from .console import FRAME
from .foundation import Foundation


class CustomerPages(AreaStack):
    """The pages of `functions/console_…` that are about the people and companies we know."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "customer-pages", foundation)
        customers, directory = foundation.customers, foundation.directory
        frame = [foundation.may_ask_who, foundation.may_read_secret]
        reading = ("GetItem", "BatchGetItem", "Query")
        settings = [*FRAME, "customers_table"]
        access = [
            *frame,
            Access.table(directory, "Query", "ConditionCheckItem"),
            Access.indexes(directory, "by_team"),
            Access.table(customers, *reading, "PutItem", "DeleteItem", "ConditionCheckItem"),
            Access.indexes(customers, "by_list", "by_owner"),
        ]
        self.function(
            "console_search",
            "Finds contacts and companies from the search box of every page",
            routes=page("/console/search"),
            settings=settings,
            access=[*frame, Access.table(customers, *reading)],
        )
        self.function(
            "console_duplicates",
            "Shows who may be here twice, and makes two records one and two again",
            routes=pages("/console/duplicates"),
            settings=settings,
            access=[
                *frame,
                # Who asks is read together with the pairs.
                Access.table(directory, "Query", "BatchGetItem"),
                Access.indexes(directory, "by_team"),
                Access.table(
                    customers, *reading, "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
                ),
                Access.indexes(customers, "by_list"),
            ],
            emits=[events.ContactsMerged, events.MergeUndone],
        )
        self.function(
            "console_contacts",
            "Shows the people we know, and lets them be added and changed",
            routes=pages("/console/contacts"),
            settings=[*settings, "sales_table"],
            access=[
                *access,
                # An address that is given up is let go of.
                Access.table(customers, "UpdateItem"),
                # Who asks is read together with the contact.
                Access.table(directory, "BatchGetItem"),
                Access.table(foundation.sales, "Query"),
            ],
            emits=[
                events.ContactCreated,
                events.ContactChanged,
                events.ContactDeleted,
                events.ContactRestored,
                events.ConsentGiven,
                events.ConsentWithdrawn,
                events.InteractionRecorded,
                events.PromiseSettled,
            ],
        )
        self._many(foundation, settings)
        self._privacy(foundation, settings)
        self._fields(foundation, settings)
        self.function(
            "console_accounts",
            "Shows companies and households, and who belongs to them",
            routes=pages("/console/accounts"),
            settings=settings,
            # Who asks is read together with the account.
            access=[*access, Access.table(directory, "BatchGetItem")],
            emits=[
                events.AccountCreated,
                events.AccountChanged,
                events.AccountDeleted,
                events.AccountRestored,
                events.ContactChanged,
            ],
        )

    def _many(self, foundation: Foundation, settings: list[str]) -> None:
        """The pages about many people at once."""
        customers, directory = foundation.customers, foundation.directory
        bucket = foundation.files_arn
        frame = [
            foundation.may_ask_who,
            foundation.may_read_secret,
            # Who asks is read together with what the page lists.
            Access.table(directory, "Query", "BatchGetItem"),
            Access.indexes(directory, "by_team"),
            Access.indexes(customers, "by_list"),
        ]
        self.function(
            "console_imports",
            "Takes in files of people: tries them out, imports them, takes them back",
            routes=pages("/console/imports"),
            settings=[*settings, "files_bucket"],
            access=[
                *frame,
                Access.table(customers, "GetItem", "BatchGetItem", "Query", "PutItem"),
                Access.files(bucket, "uploads", "GetObject", "PutObject"),
                Access.files(bucket, "results", "GetObject"),
                Access.files(bucket, "errors", "GetObject"),
                Access.list_bucket(bucket),
            ],
            emits=[events.ImportRunStarted],
        )
        self.function(
            "console_lists",
            "Shows lists of people, changes who is on them, and has contacts written to files",
            routes=pages("/console/lists", "/console/exports"),
            settings=[*settings, "files_bucket"],
            access=[
                *frame,
                Access.table(
                    customers,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "ConditionCheckItem",
                ),
                Access.files(bucket, "exports", "GetObject"),
            ],
            emits=[events.ExportRequested],
        )

    def _privacy(self, foundation: Foundation, settings: list[str]) -> None:
        """The pages about what people may ask of us."""
        customers, directory = foundation.customers, foundation.directory
        self.function(
            "console_privacy",
            "Shows what people asked of us and what must be kept; sets what is kept and shown",
            routes=pages("/console/privacy"),
            settings=[*settings, "files_bucket"],
            access=[
                foundation.may_ask_who,
                foundation.may_read_secret,
                Access.table(directory, "Query", "PutItem"),
                Access.indexes(directory, "by_team"),
                Access.table(
                    customers,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                ),
                Access.indexes(customers, "by_list"),
                Access.files(foundation.files_arn, "privacy", "GetObject"),
            ],
            emits=[events.PrivacyRequested],
        )

    def _fields(self, foundation: Foundation, settings: list[str]) -> None:
        """The pages about what is kept of people, and where one meets them."""
        self.function(
            "console_fields",
            "Shows custom fields and channels, lets them be changed, and what came of channels",
            routes=pages("/console/fields", "/console/channels"),
            settings=settings,
            access=[
                foundation.may_ask_who,
                foundation.may_read_secret,
                # Who asks is read together with the fields.
                Access.table(foundation.directory, "PutItem", "BatchGetItem"),
                Access.table(
                    foundation.customers,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                ),
            ],
        )
