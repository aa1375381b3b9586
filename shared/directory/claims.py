"""What must hold over all people at once, kept in the transaction that changes one of them.

| entity | pk | sk |
|---|---|---|
| whose an e-mail address is | `EMAIL#<address in lower case>` | `EMAIL` |
| how many administrators may sign in | `ADMINS` | `ADMINS` |

Asked by nobody: they only refuse. People sign in by their address, so it is one person's; and
somebody has to be left who can let others in.
"""

from typing import Final

from shared.platform.auth import ADMIN
from shared.platform.requests import Condition, Delete, Op, Put, Update

from .model import StaffMember

EMAIL_FREE: Final = "email_free"
ADMIN_LEFT: Final = "admin_left"


def claim_ops(before: StaffMember | None, after: StaffMember, *, last_admin: bool) -> list[Op]:
    """The operations that belong to a change of a person (`before`: `None` for a new one).

    With `last_admin` even the last administrator may go.
    """
    ops: list[Op] = []
    if before is None or _address(before) != _address(after):
        ops.append(Put({**_email_key(after), "staff_id": after.staff_id}, _theirs(after)))
    if before is not None and _address(before) != _address(after):
        ops.append(Delete(_email_key(before), _theirs(before)))
    change = _may_administer(after) - _may_administer(before)
    if change:
        guard = None if change > 0 or last_admin else _ANOTHER
        ops.append(
            Update({"pk": "ADMINS", "sk": "ADMINS"}, add={"active": change}, condition=guard)
        )
    return ops


_ANOTHER: Final = Condition(
    ADMIN_LEFT, "#active > :one", "without an administrator nobody could let one in", {"one": 1}
)


def _theirs(person: StaffMember) -> Condition:
    return Condition(
        EMAIL_FREE,
        "attribute_not_exists(#pk) OR #staff_id = :claimant",
        "an address that signs in two people signs in the wrong one",
        {"claimant": person.staff_id},
    )


def _email_key(person: StaffMember) -> dict[str, str]:
    return {"pk": f"EMAIL#{_address(person)}", "sk": "EMAIL"}


def _address(person: StaffMember) -> str:
    return person.email.lower()


def _may_administer(person: StaffMember | None) -> int:
    return int(person is not None and ADMIN in person.roles and not person.disabled)
