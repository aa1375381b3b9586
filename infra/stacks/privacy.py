"""Privacy: what people allow us to do, what we must not do, and what they may ask of us."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import staff
from shared.customers.events import ConsentGiven, ConsentWithdrawn
from shared.sales.events import LeadCaptured

from .area import AreaStack
from .foundation import Foundation


class Privacy(AreaStack):
    """Consents, suppressed addresses, exports and erasures of what is kept of people."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "privacy", foundation)
        self.table = foundation.customers
        self._consents()

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
            "Keeps what people agreed to in a form",
            queue=self.queue("consent-record", hears=[LeadCaptured]),
            settings=["customers_table"],
            access=[Access.table(self.table, "BatchGetItem", "PutItem", "ConditionCheckItem")],
            emits=[ConsentGiven],
        )
