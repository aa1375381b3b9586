"""The support table. Each repository's docstring lists its own keys."""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

_SUMMARY = (
    "subject",
    "ticket_type",
    "priority",
    "state",
    "channel",
    "queue",
    "owner_id",
    "contact_id",
    "account_id",
    "proven",
    "mark",
    "tags",
    "created_at",
    "updated_at",
    "due_at",
    "due_clock",
    "last_author",
    "heard_at",
    "case_id",
    "version",
)
"""What lists show of a ticket. What its requester is called is read from the contact."""

SUPPORT = TableSpec(
    name="support",
    indexes=(
        IndexSpec("by_queue", "queue_pk", "queue_sk", include=_SUMMARY),
        IndexSpec("by_owner", "owner_pk", "owner_sk", include=_SUMMARY),
        IndexSpec("by_contact", "contact_pk", "contact_sk", include=_SUMMARY),
        IndexSpec("by_account", "account_pk", "account_sk", include=_SUMMARY),
        timers.INDEX,
    ),
    timers=True,
)
