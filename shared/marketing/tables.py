"""The marketing table. Each repository's docstring lists its own keys."""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

MARKETING = TableSpec(
    name="marketing",
    indexes=(
        IndexSpec("by_segment", "segment_pk", "segment_sk", include=("since",)),
        timers.INDEX,
    ),
    timers=True,
)
