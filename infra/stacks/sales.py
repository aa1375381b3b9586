"""Sales: leads come in, are scored, and are handed to a salesperson."""

from aws_cdk import App, Duration

from infra.constructs.access import Access
from infra.constructs.api import public, staff
from shared.customers.events import BehaviourRecorded, VisitorIdentified
from shared.directory.events import StaffDisabled
from shared.sales import events as sales

from .area import AreaStack
from .foundation import Foundation


class Sales(AreaStack):
    """Capture, scoring and hand-off, in the order a lead goes through them."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(app, "sales", foundation)
        self.table = foundation.sales
        self._intake()
        self._leads()
        self._scoring()
        self._hand_off()

    def _intake(self) -> None:
        self.function(
            "lead_capture",
            "Stores what a web form sent, and the lead it is about",
            routes=public(
                "POST /v1/forms/{form_id}/submissions",
                "OPTIONS /v1/forms/{form_id}/submissions",
                rate=50,
                burst=100,
            ),
            settings=["sales_table", "customers_table", "secret_id", "public_base_url"],
            access=[
                Access.table(self.table, "GetItem", "PutItem", "UpdateItem"),
                # How long submissions that look automatic are kept.
                Access.table(self.foundation.customers, "GetItem"),
                self.foundation.may_read_secret,
            ],
            emits=[sales.LeadCaptured, sales.SubmissionQuarantined],
        )
        self.function(
            "form_query",
            "Shows a form as a page, or describes it to the page script",
            routes=public(
                "GET /forms/{form_id}",
                "GET /v1/forms/{form_id}/definition",
                "OPTIONS /v1/forms/{form_id}/definition",
                rate=50,
                burst=100,
            ),
            settings=["sales_table", "customers_table", "secret_id", "public_base_url"],
            access=[
                Access.table(self.table, "GetItem"),
                Access.table(self.foundation.customers, "GetItem"),
                self.foundation.may_read_secret,
            ],
        )
        self.function(
            "form_admin",
            "Lists, shows and changes forms",
            routes=staff(
                "GET /v1/forms",
                "GET /v1/forms/{form_id}",
                "PUT /v1/forms/{form_id}",
                "POST /v1/forms/{form_id}/rollback",
            ),
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                self.foundation.may_ask_who,
                Access.table(self.foundation.directory, "PutItem"),
            ],
        )
        self.function(
            "quarantine_review",
            "Lists what looked automatic, and releases what was not",
            routes=staff("GET /v1/quarantine", "POST /v1/quarantine/{submission_id}/release"),
            settings=["sales_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[sales.LeadCaptured],
        )

    def _leads(self) -> None:
        self.function(
            "lead_count",
            "Counts leads by day and source",
            queue=self.queue("lead-count", hears=[sales.LeadCaptured]),
            settings=["sales_table"],
            access=[Access.table(self.table, "BatchGetItem", "Query", "PutItem", "UpdateItem")],
        )
        self.function(
            "lead_create",
            "Stores a lead typed in by staff",
            routes=staff("POST /v1/leads"),
            settings=["sales_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "PutItem"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[sales.LeadCaptured],
        )
        self.function(
            "lead_query",
            "Lists leads, shows one and what happened to it",
            routes=staff(
                "GET /v1/leads",
                "GET /v1/leads.csv",
                "GET /v1/leads/{lead_id}",
                "GET /v1/leads/{lead_id}/submissions",
                "GET /v1/leads/{lead_id}/history",
            ),
            settings=["sales_table", "customers_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "Query"),
                Access.indexes(self.table, "by_state", "by_owner"),
                Access.table(self.foundation.customers, "GetItem"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )
        self.function(
            "lead_update",
            "Changes a lead's facts or its state",
            routes=staff("PATCH /v1/leads/{lead_id}", "POST /v1/leads/{lead_id}/transitions"),
            settings=["sales_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[
                sales.LeadChanged,
                sales.LeadStateChanged,
                sales.LeadAssigned,
                sales.LeadScoreChanged,
                sales.HandOffAccepted,
                sales.HandOffRejected,
            ],
        )

        self.function(
            "saved_views",
            "Keeps the lists of leads that people ask for again and again",
            routes=staff(
                "GET /v1/views",
                "POST /v1/views",
                "PUT /v1/views/{view_id}",
                "DELETE /v1/views/{view_id}",
            ),
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(self.table, "Query", "PutItem", "UpdateItem", "DeleteItem"),
                self.foundation.may_ask_who,
            ],
        )
        self.function(
            "lead_tasks",
            "Keeps what people mean to do about leads, and by when",
            routes=staff(
                "POST /v1/leads/{lead_id}/tasks",
                "GET /v1/leads/{lead_id}/tasks",
                "GET /v1/tasks",
                "PATCH /v1/tasks/{task_id}",
            ),
            settings=["sales_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "ConditionCheckItem"),
                Access.indexes(self.table, "work_by_owner"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
            emits=[sales.TaskCreated, sales.TaskCompleted],
        )

    def _scoring(self) -> None:
        scoring = self.queue(
            "scoring",
            hears=[sales.LeadCaptured, sales.LeadChanged, BehaviourRecorded, VisitorIdentified],
        )
        self.function(
            "scoring_update",
            "Turns what leads are and do into points, and finds those ready for sales",
            queue=scoring,
            settings=["sales_table", "customers_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                Access.table(self.foundation.customers, "BatchGetItem", "Query"),
            ],
            emits=[sales.LeadScoreChanged, sales.LeadBecameSalesReady],
        )
        self.function(
            "score_query",
            "Explains a lead's score, now or as of a past instant",
            routes=staff("GET /v1/leads/{lead_id}/score"),
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "Query"),
                self.foundation.may_ask_who,
            ],
        )
        # A page is a week of leads: minutes where they are many.
        longest = Duration.minutes(15)
        self.dry_run = self.queue("scoring-dry-run", setting="dry_run_queue_url", timeout=longest)
        self.function(
            "scoring_rules",
            "Reads, drafts, activates and tries out scoring rules",
            routes=staff(
                "GET /v1/scoring/rule-sets",
                "POST /v1/scoring/rule-sets",
                "GET /v1/scoring/rule-sets/{version}",
                "POST /v1/scoring/rule-sets/{version}/activate",
                "POST /v1/scoring/rule-sets/rollback",
                "POST /v1/scoring/dry-runs",
                "GET /v1/scoring/dry-runs/{dry_run_id}",
            ),
            settings=["sales_table", "directory_table", "secret_id", "dry_run_queue_url"],
            access=[
                Access.table(self.table, "GetItem", "Query", "PutItem", "UpdateItem"),
                Access.send(self.dry_run.queue),
                self.foundation.may_ask_who,
                Access.table(self.foundation.directory, "PutItem"),
                self.foundation.may_read_secret,
            ],
            emits=[sales.ScoringRulesActivated],
        )
        self.function(
            "scoring_dry_run",
            "Scores one page of stored history by other rules",
            queue=self.dry_run,
            settings=["sales_table", "customers_table"],
            access=[
                Access.table(self.table, "GetItem", "BatchGetItem", "Query", "PutItem"),
                Access.indexes(self.table, "by_state"),
                Access.table(self.foundation.customers, "BatchGetItem", "Query"),
            ],
        )

    def _hand_off(self) -> None:
        ready = self.queue(
            "lead-assign",
            setting="lead_assign_queue_url",
            hears=[sales.LeadBecameSalesReady],
            fifo=True,
        )
        self.function(
            "lead_assign",
            "Gives a lead that is ready for sales its owner, by the rules",
            queue=ready,
            settings=["sales_table", "directory_table", "lead_assign_queue_url"],
            access=[
                Access.hold(ready.queue),
                Access.table(self.table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
                Access.indexes(self.foundation.directory, "by_team"),
            ],
            emits=[sales.LeadAssigned, sales.LeadUnassigned, sales.LeadStateChanged],
        )
        self.function(
            "lead_assign_many",
            "Gives many leads their owners at once, to one person or by the rules",
            routes=staff("POST /v1/leads/assignments"),
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(
                    self.table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.indexes(self.foundation.directory, "by_team"),
                self.foundation.may_ask_who,
            ],
            emits=[sales.LeadAssigned, sales.LeadStateChanged],
        )
        self.function(
            "assignment_rules",
            "Reads and changes who gets which leads",
            routes=staff(
                "GET /v1/assignment-rules",
                "PUT /v1/assignment-rules",
                "POST /v1/assignment-rules/rollback",
            ),
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(self.table, "GetItem", "PutItem", "UpdateItem"),
                Access.table(self.foundation.directory, "GetItem", "Query", "PutItem"),
            ],
        )
        self.function(
            "hand_off_notice",
            "Tells the owner of a lead that it waits for them",
            queue=self.queue("hand-off-notice", hears=[sales.LeadAssigned, sales.LeadUnassigned]),
            settings=[
                "sales_table",
                "directory_table",
                "mail_sender",
                "mail_configuration_set",
                "public_base_url",
            ],
            access=[
                Access.table(self.table, "GetItem", "PutItem", "UpdateItem"),
                Access.table(self.foundation.directory, "GetItem", "Query"),
                self.foundation.may_send_mail,
            ],
        )
        self.hand_off_timeout = self.queue("hand-off-timeout", setting="hand_off_timeout_queue_url")
        self.function(
            "hand_off_timeout",
            "Gives a lead to somebody else when its owner did not answer in time",
            queue=self.hand_off_timeout,
            settings=["sales_table", "directory_table"],
            access=[
                Access.table(
                    self.table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.table(self.foundation.directory, "GetItem"),
                Access.indexes(self.foundation.directory, "by_team"),
            ],
            emits=[
                sales.HandOffMissed,
                sales.LeadAssigned,
                sales.LeadUnassigned,
                sales.LeadStateChanged,
            ],
        )
        to_release = self.queue(
            "lead-release", setting="lead_release_queue_url", hears=[StaffDisabled]
        )
        self.function(
            "lead_release",
            "Gives the open leads of somebody who left to others",
            queue=to_release,
            settings=["sales_table", "directory_table", "lead_release_queue_url"],
            access=[
                Access.table(
                    self.table, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"
                ),
                Access.indexes(self.table, "by_owner"),
                Access.table(self.foundation.directory, "GetItem"),
                Access.indexes(self.foundation.directory, "by_team"),
                Access.send(to_release.queue),
            ],
            emits=[sales.LeadAssigned, sales.LeadUnassigned, sales.LeadStateChanged],
        )
        self.function(
            "hand_off_query",
            "Lists what people have to do, and reports how many hand-offs were accepted",
            routes=staff("GET /v1/hand-offs", "GET /v1/hand-offs/report", "GET /v1/work"),
            settings=["sales_table", "directory_table", "secret_id"],
            access=[
                Access.table(self.table, "BatchGetItem", "Query"),
                Access.indexes(self.table, "work_by_owner"),
                self.foundation.may_ask_who,
                self.foundation.may_read_secret,
            ],
        )
