"""The index `work_by_owner`: everything that asks one person to do something (table `sales`).

| entry | work_pk | work_sk |
|---|---|---|
| open hand-off, open task | `WORK#<staff_id>` | `OPEN#<due_at>#<id>` |
| hand-off that is closed, or waits without owner | `WORK#<staff_id>`, `WORK#unassigned` | `HAND_OFF#<state>#<due_at or offered_at>#<lead_id>` |
| task that is done | `WORK#<staff_id>` | `TASK#done#<closed_at>#<id>` |

| question | asked by |
|---|---|
| all that is open for a person, soonest due first | hand_off_query |
| hand-offs of a person by state | hand_off_query |
| tasks of a person by state | lead_tasks |

Keys of entries tell the lead and the owner, which are not projected again.
"""

from typing import Final

OPEN: Final = "OPEN#"

OPEN_AT_ONCE: Final = 500
"""So many open things of a person are read at once, hand-offs and tasks together."""

_NEVER: Final = "~"
"""Sorts what is due at no time behind all that is."""


def partition(staff_id: str) -> str:
    """The `work_pk` of a person."""
    return f"WORK#{staff_id}"


def open_key(due_at: str | None, entity_id: str) -> str:
    """The `work_sk` of something open that is due at an instant (ISO text)."""
    return f"{OPEN}{due_at or _NEVER}#{entity_id}"
