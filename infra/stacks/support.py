"""Support: tickets, their deadlines, who answers them."""

from aws_cdk import App

from infra.constructs.access import Access
from infra.constructs.api import customers, public, staff
from shared.customers.events import ContactsMerged, MergeUndone
from shared.directory.events import StaffDisabled
from shared.support import events
from shared.support.intake.references import ARRIVING

from .area import AreaStack
from .foundation import Foundation

POSTS_A_SECOND, POSTS_BURST = 10, 20
"""The public form, over all visitors."""


class Support(AreaStack):
    """The functions of tickets."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "support", foundation)
        self.table = foundation.support
        self.may_keep_files = [
            Access.files(foundation.files_arn, "attaching", "GetObject"),
            Access.files(foundation.files_arn, "attachments", "PutObject"),
            Access.list_bucket(foundation.files_arn),
        ]
        self._public()
        self._desk()
        self._portal()
        self._mail()
        self._time()
        self._people()
        self._rules()
        self._figures()

    def _public(self) -> None:
        foundation = self.foundation
        self.function(
            "ticket_create",
            "Opens tickets for whoever posts the public form, and takes files for them",
            routes=public(
                "POST /v1/tickets",
                "OPTIONS /v1/tickets",
                "POST /v1/tickets/uploads",
                "OPTIONS /v1/tickets/uploads",
                rate=POSTS_A_SECOND,
                burst=POSTS_BURST,
            ),
            settings=[
                "support_table",
                "customers_table",
                "files_bucket",
                "secret_id",
                "public_base_url",
            ],
            access=[
                Access.table(self.table, "GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"),
                Access.table(foundation.customers, "GetItem", "ConditionCheckItem"),
                Access.files(foundation.files_arn, "attaching", "GetObject", "PutObject"),
                Access.files(foundation.files_arn, "attachments", "PutObject"),
                Access.list_bucket(foundation.files_arn),
                foundation.may_read_secret,
            ],
            emits=[events.TicketOpened, events.TicketMessageAdded],
        )

    def _desk(self) -> None:
        foundation = self.foundation
        self.function(
            "ticket_admin",
            "Shows tickets to staff, who answer, note, move and assign them",
            routes=staff("GET /v1/tickets", "POST /v1/cases", "GET /v1/cases/{case_id}")
            + staff(
                "POST /v1/tickets/on-behalf",
                "GET /v1/tickets/{ticket_id}",
                "PATCH /v1/tickets/{ticket_id}",
                "POST /v1/tickets/{ticket_id}/replies",
                "POST /v1/tickets/{ticket_id}/notes",
                "POST /v1/tickets/{ticket_id}/moves",
                "PUT /v1/tickets/{ticket_id}/priority",
                "PUT /v1/tickets/{ticket_id}/owner",
                "POST /v1/tickets/assignments",
                "POST /v1/tickets/{ticket_id}/escalations",
                "POST /v1/tickets/{ticket_id}/merge",
                "POST /v1/tickets/{ticket_id}/split",
                "PUT /v1/tickets/{ticket_id}/presence",
                "POST /v1/tickets/{ticket_id}/macros",
                "GET /v1/tickets/{ticket_id}/canned-replies",
                "GET /v1/tickets/{ticket_id}/events",
                "GET /v1/tickets/{ticket_id}/sla",
                "GET /v1/tickets/{ticket_id}/attachments/{file_id}",
                below="/v1/tickets",
            ),
            settings=[
                "support_table",
                "customers_table",
                "directory_table",
                "files_bucket",
                "secret_id",
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
                    "ConditionCheckItem",
                ),
                Access.indexes(self.table, "by_queue", "by_owner", "by_contact", "by_account"),
                Access.table(foundation.customers, "GetItem", "BatchGetItem"),
                Access.table(foundation.directory, "GetItem", "BatchGetItem"),
                *self.may_keep_files,
                Access.files(foundation.files_arn, "attachments", "GetObject"),
                foundation.may_read_secret,
            ],
            emits=[
                events.TicketOpened,
                events.TicketMessageAdded,
                events.TicketStateChanged,
                events.TicketPriorityChanged,
                events.TicketAssigned,
                events.TicketChanged,
                events.TicketEscalated,
                events.TicketMerged,
                events.TicketSplit,
            ],
        )

    def _portal(self) -> None:
        foundation = self.foundation
        self.function(
            "portal_tickets",
            "Lets customers open, follow, answer and close their own tickets",
            routes=customers("GET /v1/portal/tickets", "POST /v1/portal/tickets")
            + customers(
                "GET /v1/portal/tickets/{ticket_id}",
                "POST /v1/portal/tickets/{ticket_id}/replies",
                "POST /v1/portal/tickets/{ticket_id}/close",
                "GET /v1/portal/tickets/{ticket_id}/attachments/{file_id}",
                below="/v1/portal/tickets",
            ),
            settings=["support_table", "customers_table", "files_bucket", "secret_id"],
            access=[
                Access.table(
                    self.table,
                    "GetItem",
                    "Query",
                    "PutItem",
                    "UpdateItem",
                    "ConditionCheckItem",
                ),
                Access.indexes(self.table, "by_contact", "by_account"),
                Access.table(foundation.customers, "GetItem"),
                *self.may_keep_files,
                Access.files(foundation.files_arn, "attachments", "GetObject"),
                foundation.may_read_secret,
            ],
            emits=[events.TicketOpened, events.TicketMessageAdded, events.TicketStateChanged],
        )

    def _mail(self) -> None:
        foundation = self.foundation
        self.function(
            "ticket_intake",
            "Makes each mail that arrives one message of the right ticket",
            queue=self.queue("ticket-intake", arrivals=ARRIVING),
            settings=[
                "support_table",
                "customers_table",
                "files_bucket",
                "secret_id",
                "mail_sender",
                "support_mailbox",
            ],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.table(foundation.customers, "GetItem", "BatchGetItem"),
                Access.files(foundation.files_arn, ARRIVING, "GetObject", "DeleteObject"),
                Access.files(foundation.files_arn, "attachments", "PutObject"),
                Access.list_bucket(foundation.files_arn),
                foundation.may_read_secret,
            ],
            emits=[events.TicketOpened, events.TicketMessageAdded, events.TicketStateChanged],
        )
        self.function(
            "ticket_mail",
            "Mails customers that their mail arrived, and what staff answer",
            queue=self.queue("ticket-mail", hears=[events.TicketOpened, events.TicketMessageAdded]),
            settings=[
                "support_table",
                "secret_id",
                "mail_sender",
                "mail_configuration_set",
                "support_mailbox",
                "company_name",
                "public_base_url",
            ],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                foundation.may_send_mail,
                foundation.may_read_secret,
            ],
            emits=[events.TicketMessageAdded],
        )

    def _time(self) -> None:
        self.ticket_timer = self.queue("ticket-timer", setting="ticket_timer_queue_url")
        self.function(
            "ticket_timer",
            "Escalates tickets whose deadlines come near or passed, and closes resolved ones",
            queue=self.ticket_timer,
            settings=["support_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                Access.indexes(self.foundation.directory, "by_team"),
            ],
            emits=[
                events.SlaWarned,
                events.SlaBreached,
                events.TicketAssigned,
                events.TicketEscalated,
                events.TicketStateChanged,
            ],
        )

    def _people(self) -> None:
        foundation = self.foundation
        self.function(
            "ticket_adopt",
            "Lets tickets follow their customer when records are merged, and back",
            queue=self.queue("ticket-adopt", hears=[ContactsMerged, MergeUndone]),
            settings=["support_table"],
            access=[
                Access.table(self.table, "BatchGetItem", "PutItem"),
                Access.indexes(self.table, "by_contact"),
            ],
            emits=[events.TicketChanged],
        )
        self.function(
            "ticket_assign",
            "Gives tickets to whoever is to take them, and takes back what people who left had",
            queue=self.queue(
                "ticket-assign",
                hears=[events.TicketOpened, events.TicketAssigned, StaffDisabled],
            ),
            settings=["support_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                Access.indexes(self.table, "by_owner"),
                Access.indexes(foundation.directory, "by_team"),
            ],
            emits=[events.TicketAssigned],
        )
        self.function(
            "ticket_notice",
            "Tells people and programs that a ticket needs them",
            queue=self.queue(
                "ticket-notice",
                hears=[
                    events.SlaWarned,
                    events.SlaBreached,
                    events.TicketEscalated,
                    events.TicketAssigned,
                    events.TicketMessageAdded,
                ],
            ),
            settings=[
                "support_table",
                "directory_table",
                "secret_id",
                "mail_sender",
                "mail_configuration_set",
                "public_base_url",
            ],
            access=[
                Access.table(self.table, "GetItem", "PutItem", "UpdateItem"),
                Access.table(foundation.directory, "GetItem"),
                foundation.may_send_mail,
                foundation.may_read_secret,
            ],
        )

    def _rules(self) -> None:
        foundation = self.foundation
        self.function(
            "sla_admin",
            "Keeps deadlines and queues of tickets, canned replies and macros",
            routes=staff("GET /v1/sla-policies", "POST /v1/sla-policies")
            + staff(
                "GET /v1/sla-policies/{version}",
                "POST /v1/sla-policies/{version}/activate",
                "POST /v1/sla-policies/rollback",
                "POST /v1/sla-policies/dry-runs",
                below="/v1/sla-policies",
            )
            + staff(
                "GET /v1/ticket-queues",
                "PUT /v1/ticket-queues",
                "POST /v1/ticket-queues/rollback",
                "GET /v1/canned-replies",
                "PUT /v1/canned-replies",
                "POST /v1/canned-replies/rollback",
                "GET /v1/macros",
                "PUT /v1/macros",
                "POST /v1/macros/rollback",
            ),
            settings=["support_table", "directory_table", "secret_id"],
            access=[
                Access.table(
                    self.table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.indexes(self.table, "by_queue"),
                Access.table(foundation.directory, "GetItem", "Query", "PutItem"),
                foundation.may_read_secret,
            ],
        )

    def _figures(self) -> None:
        foundation = self.foundation
        self.function(
            "ticket_count",
            "Keeps the figures of support as things happen to tickets",
            queue=self.queue("ticket-count", hears=events.COUNTED),
            settings=["support_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
            ],
        )
        self.function(
            "support_report",
            "Tells how support does, and what is to be feared of today",
            routes=staff(
                "GET /v1/support/report",
                "GET /v1/support/report.csv",
                "GET /v1/support/forecast",
                below="/v1/support",
            ),
            settings=["support_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "Query"),
                Access.indexes(self.table, "by_queue"),
                Access.table(foundation.directory, "GetItem", "BatchGetItem"),
                Access.indexes(foundation.directory, "by_team"),
            ],
        )
        self.function(
            "screen_pop",
            "Shows who calls: the person, their open tickets, what was last said, what is offered",
            routes=staff("GET /v1/screen-pop"),
            settings=[
                "support_table",
                "customers_table",
                "marketing_table",
                "directory_table",
                "secret_id",
            ],
            access=[
                Access.table(foundation.marketing, "Query"),
                Access.indexes(self.table, "by_contact"),
                Access.table(foundation.customers, "GetItem", "BatchGetItem", "Query", "PutItem"),
                Access.table(foundation.directory, "BatchGetItem"),
                foundation.may_read_secret,
            ],
        )
