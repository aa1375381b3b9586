"""The sales table. Each repository's docstring lists its own keys."""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

_LEAD_SUMMARY = (
    "kind",
    "lead_id",
    "state",
    "owner_id",
    "team_id",
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
    "created_at",
    "updated_at",
    "version",
)
_HAND_OFF_SUMMARY = ("attempt", "due_at", "offered_at", "closed_at", "reason")

SALES = TableSpec(
    name="sales",
    indexes=(
        IndexSpec("by_state", "state_pk", "state_sk", include=_LEAD_SUMMARY),
        IndexSpec("by_owner", "owner_pk", "owner_sk", include=_LEAD_SUMMARY + _HAND_OFF_SUMMARY),
        timers.INDEX,
    ),
    timers=True,
)
