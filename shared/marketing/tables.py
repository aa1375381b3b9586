"""The marketing table. Each repository's docstring lists its own keys."""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

_LISTED = (
    "name",
    "state",
    "channel",
    "version",
    "created_at",
    "created_by",
    "start_at",
    "started_at",
    "ended_at",
    "audience_size",
)
_SENT = (
    "campaign_id",
    "contact_id",
    "channel",
    "state",
    "reason",
    "settled_at",
    "provider_id",
    "variant",
)
_DECIDED = (
    "contact_id",
    "number",
    "channel",
    "state",
    "reason",
    "until",
    "claimed_at",
    "settled_at",
)

MARKETING = TableSpec(
    name="marketing",
    indexes=(
        IndexSpec("by_segment", "segment_pk", "segment_sk", include=("since",)),
        IndexSpec("by_list", "list_pk", "list_sk", include=_LISTED),
        IndexSpec("by_contact", "contact_pk", "contact_sk", include=_SENT),
        IndexSpec("by_state", "state_pk", "state_sk", include=_DECIDED),
        timers.INDEX,
    ),
    timers=True,
)
