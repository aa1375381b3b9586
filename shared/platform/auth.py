"""Who is asking: what a verified token says, and what a person may do.

Which roles somebody has is the directory's to say (`shared/directory/access.py`); a token says it
as of when it was made, so its groups are not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from shared.kernel.errors import Forbidden, Unauthorised
from shared.kernel.ids import StaffId

ADMIN: Final = "admin"
ROLES: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor", "analyst", ADMIN)


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff: their id (the pool's username) and their roles."""

    staff_id: StaffId
    roles: frozenset[str]

    def has(self, *roles: str) -> bool:
        """Whether one of `roles` is theirs; an administrator's are all."""
        return ADMIN in self.roles or not self.roles.isdisjoint(roles)

    def need(self, *roles: str) -> None:
        """Raise `Forbidden` unless `has(*roles)`."""
        if not self.has(*roles):
            raise Forbidden("role_missing", f"This needs one of the roles {', '.join(roles)}")


@dataclass(frozen=True, slots=True)
class Token:
    """What a staff token proves: who signed in, and when (to the second)."""

    username: str
    signed_in_at: datetime


def token_of(event: Mapping[str, Any]) -> Token:
    """The token of a request; `Unauthorised` when the gateway verified none.

    A refreshed token tells when the person signed in, not when it was refreshed.
    """
    authorizer = event["requestContext"].get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    username = claims.get("username") or claims.get("cognito:username")
    if not username:
        raise Unauthorised("not_signed_in")
    # Without either it is as old as can be: good only while no session was ended.
    since = claims.get("auth_time") or claims.get("iat") or 0
    return Token(str(username), datetime.fromtimestamp(int(since), UTC))
