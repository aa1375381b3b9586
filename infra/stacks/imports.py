"""Imports: people come in from files and go out in files, and stand on lists."""

from typing import Final

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import staff
from shared.customers import events as customers
from shared.sales import events as sales

from .area import AreaStack
from .foundation import Foundation

PLAN_TIMEOUT: Final = Duration.minutes(5)
"""For the largest file there may be; 100,000 rows take about ten seconds."""

CHUNK_TIMEOUT: Final = Duration.minutes(2)
"""For five hundred rows, which take about two seconds."""


EXPORT_TIMEOUT: Final = Duration.minutes(5)
"""A worker stops beginning parts after 200 seconds and goes on with the next delivery."""


class Imports(AreaStack):
    """Bringing people in from files, many at once."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "imports", foundation)
        self._imports()
        self._exports()
        self._lists()

    def _imports(self) -> None:
        foundation = self.foundation
        table, bucket = foundation.customers, foundation.files_arn
        planned = self.queue(
            "import-plan",
            hears=[customers.ImportRunStarted],
            arrivals="uploads",
            timeout=PLAN_TIMEOUT,
        )
        worked = self.queue("import-work", setting="import_work_queue_url", timeout=CHUNK_TIMEOUT)
        self.function(
            "import_admin",
            "Takes in files of people, says what came of each row, and takes it back",
            routes=staff(
                "GET /v1/imports",
                "POST /v1/imports",
                "GET /v1/imports/{import_id}",
                "PUT /v1/imports/{import_id}/mapping",
                "POST /v1/imports/{import_id}/start",
                "POST /v1/imports/{import_id}/cancel",
                "POST /v1/imports/{import_id}/undo",
                "GET /v1/imports/{import_id}/rows",
                "GET /v1/imports/{import_id}/errors",
            ),
            settings=["customers_table", "directory_table", "secret_id", "files_bucket"],
            access=[
                Access.table(table, "GetItem", "Query", "BatchGetItem", "PutItem"),
                Access.indexes(table, "by_list"),
                Access.files(bucket, "uploads", "GetObject", "PutObject"),
                Access.files(bucket, "results", "GetObject"),
                Access.files(bucket, "errors", "GetObject"),
                Access.list_bucket(bucket),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[customers.ImportRunStarted],
        )
        self.function(
            "import_plan",
            "Looks at files that arrive, and cuts them into chunks",
            queue=planned,
            settings=["customers_table", "files_bucket", "import_work_queue_url"],
            access=[
                Access.table(table, "GetItem", "Query", "PutItem"),
                Access.files(bucket, "uploads", "GetObject"),
                Access.files(bucket, "chunks", "PutObject"),
                Access.list_bucket(bucket),
                Access.send(worked.queue),
            ],
            emits=[customers.ImportFinished],
        )
        self.function(
            "import_work",
            "Stores the rows of one chunk of an import, or takes them back",
            queue=worked,
            settings=[
                "customers_table",
                "sales_table",
                "directory_table",
                "secret_id",
                "files_bucket",
            ],
            access=[
                Access.table(
                    table,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(table, "by_list"),
                Access.table(foundation.sales, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.files(bucket, "chunks", "GetObject"),
                Access.files(bucket, "results", "GetObject", "PutObject"),
                Access.files(bucket, "errors", "GetObject", "PutObject"),
                Access.list_bucket(bucket),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[
                customers.AccountCreated,
                customers.AccountDeleted,
                customers.AccountRestored,
                customers.ContactCreated,
                customers.ContactDeleted,
                customers.ImportFinished,
                sales.LeadCaptured,
                sales.LeadStateChanged,
            ],
        )

    def _exports(self) -> None:
        foundation = self.foundation
        table, bucket = foundation.customers, foundation.files_arn
        written = self.queue(
            "contact-export",
            setting="contact_export_queue_url",
            hears=[customers.ExportRequested],
            timeout=EXPORT_TIMEOUT,
        )
        self.function(
            "export_admin",
            "Has contacts written to files, and lets these be fetched",
            routes=staff(
                "GET /v1/exports",
                "POST /v1/exports",
                "GET /v1/exports/{export_id}",
                "GET /v1/exports/{export_id}/file",
            ),
            settings=["customers_table", "directory_table", "secret_id", "files_bucket"],
            access=[
                Access.table(table, "GetItem", "BatchGetItem", "PutItem"),
                Access.indexes(table, "by_list"),
                Access.files(bucket, "exports", "GetObject"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[customers.ExportRequested],
        )
        self.function(
            "contact_export",
            "Writes contacts to a file, part by part",
            queue=written,
            settings=[
                "customers_table",
                "directory_table",
                "files_bucket",
                "contact_export_queue_url",
            ],
            access=[
                Access.table(
                    table, "GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem"
                ),
                Access.indexes(table, "by_list", "by_owner"),
                Access.files(bucket, "exports", "GetObject", "PutObject"),
                Access.list_bucket(bucket),
                Access.hold(written.queue),
                foundation.may_ask_who,
            ],
        )

    def _lists(self) -> None:
        table = self.foundation.customers
        self.function(
            "list_admin",
            "Keeps lists of people: who is on them, since when, and who put them there",
            routes=staff(
                "GET /v1/lists",
                "POST /v1/lists",
                "GET /v1/lists/{list_id}",
                "PUT /v1/lists/{list_id}",
                "DELETE /v1/lists/{list_id}",
                "GET /v1/lists/{list_id}/members",
                "POST /v1/lists/{list_id}/members",
                "POST /v1/lists/{list_id}/removals",
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(
                    table,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(table, "by_list"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )
