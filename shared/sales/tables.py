"""The sales table. Each repository's docstring lists its own keys.

DynamoDB projects at most 20 named attributes into an index, so a list shows what fits; what a
key already tells (id, state, creation) is not projected again.
"""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

_LEAD_SUMMARY = (
    "owner_id",
    "form_first_name",
    "form_last_name",
    "form_company",
    "form_job_title",
    "form_email",
    "form_country",
    "staff_first_name",
    "staff_last_name",
    "staff_company",
    "staff_job_title",
    "staff_email",
    "staff_country",
    "source",
    "fit",
    "engagement",
    "score",
    "cycle",
    "updated_at",
    "version",
)
_WORK = (
    "state",
    "due_at",
    "closed_at",
    "closed_by",
    "version",
    # of hand-offs
    "team_id",
    "rule_id",
    "reason",
    "score",
    "offered_at",
    "answer",
    "misses",
    "tried",
    # of tasks
    "title",
    "task_kind",
    "due_on",
    "zone",
    "created_at",
    "created_by",
)

SALES = TableSpec(
    name="sales",
    indexes=(
        IndexSpec("by_state", "state_pk", "state_sk", include=_LEAD_SUMMARY),
        IndexSpec("by_owner", "owner_pk", "owner_sk", include=_LEAD_SUMMARY),
        IndexSpec("work_by_owner", "work_pk", "work_sk", include=_WORK),
        timers.INDEX,
    ),
    timers=True,
)
