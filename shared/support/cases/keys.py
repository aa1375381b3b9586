"""Where cases are kept (table `support`).

| entity | pk | sk |
|---|---|---|
| case | `CASE#<case_id>` | `CASE` |
| ticket of a case | `CASE#<case_id>` | `TICKET#<ticket_id>` |

A ticket names its case, and is named there, in the same write. Both are read by ticket_admin.
"""

from typing import Final

from shared.platform.requests import Check, Condition, Delete, Op, Put

CASE: Final = "CASE"
MEMBER: Final = "TICKET#"

CASE_THERE: Final = Condition(
    "case_there", "attribute_exists(#pk)", "a ticket joins a case that there is"
)


def case_key(case_id: str) -> dict[str, str]:
    """The key of a case."""
    return {"pk": f"CASE#{case_id}", "sk": CASE}


def member_ops(ticket_id: str, before: str | None, after: str | None) -> list[Op]:
    """What lets a ticket leave the case `before` and join the case `after`."""
    if before == after:
        return []
    ops: list[Op] = [Delete(_member(before, ticket_id))] if before else []
    if after:
        # Both name each other, so that whoever is first or second stores the same.
        ops += [Check(case_key(after), CASE_THERE), Put(_member(after, ticket_id))]
    return ops


def _member(case_id: str, ticket_id: str) -> dict[str, str]:
    return {"pk": f"CASE#{case_id}", "sk": f"{MEMBER}{ticket_id}"}
