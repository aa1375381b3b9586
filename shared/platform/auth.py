"""Who is asking. The gateway has verified the token; the roles are checked again here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.kernel.errors import Forbidden, Unauthorised
from shared.kernel.ids import StaffId

ADMIN: Final = "admin"
ROLES: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor", "analyst", ADMIN)


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff: their id (the pool's username) and roles (its groups)."""

    staff_id: StaffId
    roles: frozenset[str]

    def has(self, *roles: str) -> bool:
        """Whether one of `roles` is theirs; an administrator's are all."""
        return ADMIN in self.roles or not self.roles.isdisjoint(roles)

    def need(self, *roles: str) -> None:
        """Raise `Forbidden` unless `has(*roles)`."""
        if not self.has(*roles):
            raise Forbidden("role_missing", f"This needs one of the roles {', '.join(roles)}")


def staff_of(event: Mapping[str, Any]) -> Staff:
    """The staff member of a request; `Unauthorised` when the gateway verified none."""
    authorizer = event["requestContext"].get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    username = claims.get("username") or claims.get("cognito:username")
    if not username:
        raise Unauthorised("not_signed_in")
    groups = claims.get("cognito:groups", "")
    # The gateway flattens a list claim to "[rep analyst]".
    names = (
        groups if isinstance(groups, list) else str(groups).strip("[]").replace(",", " ").split()
    )
    return Staff(StaffId(username), frozenset(names) & frozenset(ROLES))
