"""Privacy: what people allow us to do, what we must not do, and what they may ask of us."""

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import public, staff
from infra.constructs.stream import FAILED_BATCHES
from shared.customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactErased,
    PrivacyRequestCompleted,
    PrivacyRequested,
)
from shared.sales.events import LeadCaptured

from .area import AreaStack
from .foundation import Foundation
from .sign_in import SignIn


class Privacy(AreaStack):
    """Consents, suppressed addresses, exports and erasures of what is kept of people."""

    def __init__(self, app: App, foundation: Foundation, sign_in: SignIn) -> None:
        super().__init__(app, "privacy", foundation, values=sign_in.pool_values)
        self.pool = sign_in.customers.pool
        self.table = foundation.customers
        self._consents()
        self._requests()
        self._rules()

    def _consents(self) -> None:
        self.function(
            "consent_admin",
            "Keeps what people allow, and which addresses must not be written to",
            routes=staff(
                "GET /v1/contacts/{contact_id}/consents",
                "POST /v1/contacts/{contact_id}/consents",
                "POST /v1/suppressions",
                "POST /v1/suppressions/check",
                "POST /v1/suppressions/lift",
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(
                    self.table,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "ConditionCheckItem",
                ),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[ConsentGiven, ConsentWithdrawn],
        )
        self.function(
            "consent_record",
            "Keeps what people agreed to in a form, or has them confirm it by mail",
            queue=self.queue("consent-record", hears=[LeadCaptured]),
            settings=[
                "customers_table",
                "sales_table",
                "secret_id",
                "public_base_url",
                "company_name",
                "mail_sender",
                "mail_configuration_set",
            ],
            access=[
                Access.table(
                    self.table,
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "ConditionCheckItem",
                ),
                Access.table(self.foundation.sales, "GetItem"),
                self.foundation.may_send_mail,
                self.foundation.may_read_secret,
            ],
            emits=[ConsentGiven],
        )

    def _requests(self) -> None:
        foundation = self.foundation
        files, sales = foundation.files_arn, foundation.sales
        self.plan = self.queue("privacy-plan", hears=[PrivacyRequested])
        work = self.queue(
            "privacy-work", setting="privacy_work_queue_url", timeout=Duration.minutes(5)
        )
        self.function(
            "privacy_admin",
            "Takes requests for exports and erasures, shows how far they are; keeps legal holds",
            routes=staff(
                "POST /v1/privacy/requests",
                "GET /v1/privacy/requests",
                "GET /v1/privacy/requests/{request_id}",
                "GET /v1/privacy/requests/{request_id}/certificate",
                "GET /v1/contacts/{contact_id}/holds",
                "POST /v1/contacts/{contact_id}/holds",
                "DELETE /v1/contacts/{contact_id}/holds/{hold_id}",
            ),
            settings=["customers_table", "directory_table", "secret_id", "files_bucket"],
            access=[
                Access.table(
                    self.table, "GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem"
                ),
                Access.indexes(self.table, "by_list"),
                Access.files(files, "privacy", "GetObject"),
                foundation.may_ask_who,
                foundation.may_read_secret,
            ],
            emits=[PrivacyRequested],
        )
        self.function(
            "certificate_verify",
            "Tells whether an erasure's certificate is ours and as we made it",
            routes=public("POST /v1/privacy/certificates/verify", rate=5, burst=10),
            settings=["secret_id"],
            access=[foundation.may_read_secret],
        )
        self.function(
            "privacy_plan",
            "Finds out by what a person is known, and has each store exported or erased",
            queue=self.plan,
            settings=[
                "customers_table",
                "sales_table",
                "secret_id",
                "files_bucket",
                "privacy_work_queue_url",
            ],
            access=[
                Access.table(
                    self.table,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "BatchWriteItem",
                ),
                Access.table(sales, "BatchGetItem", "Query"),
                Access.files(files, "erasures", "GetObject", "PutObject"),
                Access.list_bucket(files),
                Access.send(work.queue),
                foundation.may_read_secret,
            ],
            emits=[PrivacyRequested],
        )
        self.function(
            "privacy_work",
            "Writes down what one store keeps of a person, or makes it gone",
            queue=work,
            settings=[
                "customers_table",
                "sales_table",
                "marketing_table",
                "support_table",
                "secret_id",
                "files_bucket",
                "parked_bucket",
                "privacy_work_queue_url",
                "customer_pool_id",
            ],
            access=[
                Access.table(
                    self.table,
                    "GetItem",
                    "BatchGetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "DeleteItem",
                    "BatchWriteItem",
                ),
                Access.table(
                    sales, "GetItem", "Query", "UpdateItem", "DeleteItem", "BatchWriteItem"
                ),
                Access.table(
                    foundation.marketing,
                    "BatchGetItem",
                    "Query",
                    "UpdateItem",
                    "DeleteItem",
                    "BatchWriteItem",
                ),
                Access.indexes(foundation.marketing, "by_contact"),
                Access.table(
                    foundation.support, "Query", "UpdateItem", "DeleteItem", "BatchWriteItem"
                ),
                Access.indexes(foundation.support, "by_contact"),
                Access.files(files, "attachments", "DeleteObject"),
                Access.files(files, "mail", "DeleteObject"),
                Access.files(files, "privacy", "GetObject", "PutObject", "DeleteObject"),
                Access.files(files, "chunks", "GetObject", "PutObject"),
                *(
                    Access.files(files, prefix, "GetObject", "DeleteObject")
                    for prefix in ("uploads", "errors", "exports")
                ),
                Access.list_bucket(files),
                *(
                    Access.files(foundation.parked_arn, prefix, "GetObject", "DeleteObject")
                    for prefix in ("events", FAILED_BATCHES)
                ),
                Access.list_bucket(foundation.parked_arn),
                Access.hold(work.queue),
                Access.pool(self.pool, "AdminGetUser", "AdminDeleteUser"),
                foundation.may_read_secret,
            ],
            emits=[ContactErased, PrivacyRequestCompleted],
        )

    def _rules(self) -> None:
        self.function(
            "privacy_rules",
            "Keeps which fields are sensitive and how long things are kept; shows who saw what",
            routes=staff(
                "GET /v1/access-rules",
                "PUT /v1/access-rules",
                "POST /v1/access-rules/rollback",
                "GET /v1/retention",
                "PUT /v1/retention",
                "POST /v1/retention/rollback",
                "GET /v1/contacts/{contact_id}/accesses",
            ),
            settings=["customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(self.foundation.directory, "PutItem"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )
