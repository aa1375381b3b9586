"""Matching: who is meant by a name, who may be the same person, and making two records one."""

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import staff
from shared.customers.events import ContactsMerged, MergeUndone
from shared.customers.search.hearing import ACCOUNTS, CONTACTS, RENAMING

from .area import AreaStack
from .foundation import Foundation


class Matching(AreaStack):
    """Search, duplicates and merges, on the table of the customers area."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "matching", foundation)
        self.table = foundation.customers
        self._search()
        self._duplicates()
        self._merging()

    def _search(self) -> None:
        self.function(
            "contact_search",
            "Finds contacts and accounts by name, company, address or id, misspelt perhaps",
            routes=staff("GET /v1/search"),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "Query"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )
        writing = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        self.function(
            "search_index",
            "Keeps the index of names and the suggestions of duplicates in step with the records",
            queue=self.queue("search-index", hears=[*CONTACTS, *ACCOUNTS]),
            settings=["customers_table", "secret_id"],
            access=[
                Access.table(self.table, *writing, "ConditionCheckItem"),
                self.foundation.may_read_secret,
            ],
        )
        # An account may have very many members.
        longest = Duration.minutes(15)
        self.function(
            "search_members",
            "Lets members of an account be found by its new name",
            queue=self.queue("search-members", hears=RENAMING, timeout=longest),
            settings=["customers_table"],
            access=[Access.table(self.table, *writing, "ConditionCheckItem")],
        )

    def _duplicates(self) -> None:
        self.function(
            "duplicate_review",
            "Lists who may be the same person, and remembers who is not",
            routes=staff("GET /v1/duplicates", "POST /v1/duplicates/{duplicate_id}/dismissal"),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(
                    self.table,
                    *("GetItem", "BatchGetItem", "Query", "PutItem", "ConditionCheckItem"),
                ),
                Access.indexes(self.table, "by_list"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )

    def _merging(self) -> None:
        self.function(
            "contact_merge",
            "Previews, makes and undoes merges of contacts",
            routes=staff(
                "GET /v1/contacts/{contact_id}/merge-preview",
                "POST /v1/contacts/{contact_id}/merge",
                "GET /v1/contacts/{contact_id}/merges",
                "POST /v1/merges/{merge_id}/undo",
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(
                    self.table,
                    *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                ),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[ContactsMerged, MergeUndone],
        )
        # A history may be long.
        longest = Duration.minutes(15)
        self.merge_work = self.queue(
            "merge-work", hears=[ContactsMerged, MergeUndone], timeout=longest
        )
        self.function(
            "merge_work",
            "Moves what belongs to one contact to the one it was merged into, and back",
            queue=self.merge_work,
            settings=["customers_table"],
            access=[
                Access.table(
                    self.table,
                    *("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                    "ConditionCheckItem",
                ),
            ],
        )
