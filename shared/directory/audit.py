"""Who changed which configuration when: one entry per change, in the change's own transaction.

| entity | pk | sk |
|---|---|---|
| entry | `AUDIT` | `<change id>`, which sorts by time |
| version of a person or a team | `CONFIG#staff#<staff_id>`, `CONFIG#team#<team_id>` | `V#<000001>` |

| question | key | asked by |
|---|---|---|
| entries, newest first | table, `AUDIT` | audit_query, console_changes |
| one entry, the versions it names | table | audit_query, console_changes |
| an old version, to bring it back | table | staff_directory, console_changes |

All entries share a partition: configuration changes a few times a day. Versions look as
`platform.configuration` keeps its own, so that both are read alike. Nothing is ever removed.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso
from shared.kernel.ids import new_id
from shared.platform.audit import Change
from shared.platform.requests import Condition, Op, Put
from shared.platform.tables import Table
from shared.platform.versions import version_item

from .tables import DIRECTORY

LOG: Final = "AUDIT"
STAFF: Final = "staff"
TEAM: Final = "team"

directory: Final = Table(DIRECTORY)

_UNUSED: Final = Condition(
    "entry_new", "attribute_not_exists(#pk)", "what was recorded is never overwritten"
)


def recorded(change: Change) -> tuple[Table, Op]:
    """The operation that records `change`, to be written together with it."""
    item: dict[str, Any] = {
        **asdict(change),
        "pk": LOG,
        "sk": new_id("change", change.at),
        "at": iso(change.at),
    }
    return directory, Put(item, _UNUSED)


def made(
    noun: str, id: str, version: int, *, by: str, at: datetime, restored: int | None = None
) -> Change:
    """The change that made `version` of a person or team."""
    return Change(
        at=at,
        by=by,
        area=DIRECTORY.name,
        noun=noun,
        id=id,
        name=id,
        action="rolled_back" if restored else "saved",
        before=version - 1,
        after=version,
        restored=restored,
    )


def kept(change: Change, body: str) -> list[Op]:
    """The operations that record a change of a person or team, and keep what it is now (`body`,
    JSON) as version `change.after`."""
    version = version_item(change.noun, change.name, change.after, body, by=change.by, at=change.at)
    return [Put(version), recorded(change)[1]]
