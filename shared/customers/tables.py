"""The customers table. Each repository's docstring lists its own keys.

DynamoDB projects at most 20 named attributes into an index, so a list shows what fits; what a
key already tells (id) is not projected again.
"""

from shared.platform import timers
from shared.platform.tables import IndexSpec, TableSpec

_LISTED = (
    "country",
    "owner_id",
    "tags",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
    # of contacts
    "first_name",
    "last_name",
    "emails",
    "phones",
    "accounts",
    "job_title",
    "source",
    # of accounts
    "name",
    "account_kind",
    "parent_id",
    "domains",
)

CUSTOMERS = TableSpec(
    name="customers",
    indexes=(
        IndexSpec("by_list", "list_pk", "list_sk", include=_LISTED),
        IndexSpec("by_owner", "owner_pk", "owner_sk", include=_LISTED),
        timers.INDEX,
    ),
    timers=True,
)
