"""The people of the staff's sign-in pool, as an administrator sees and changes them.

Every change may be made twice: what is so already counts as done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from .aws import client
from .json_api import COGNITO
from .settings import settings

PER_PAGE: Final = 60
"""Cognito's most for lists of people and groups."""


class AddressTaken(Exception):
    """Another person of the pool signs in by this e-mail address."""


class NotInvitable(Exception):
    """The person has chosen a password already, or is not in the pool."""


@dataclass(frozen=True, slots=True)
class PoolUser:
    """Somebody of the pool. `username` is their staff id, `groups` are their roles."""

    username: str
    email: str
    name: str
    enabled: bool
    groups: frozenset[str] = frozenset()


def find_user(username: str) -> PoolUser | None:
    """The person of this username with their groups, or `None`. Two calls."""
    try:
        found = _pool().admin_get_user(**_known(username))
    except _pool().exceptions.UserNotFoundException:
        return None
    pages = _pages("admin_list_groups_for_user", "Groups", "NextToken", Username=username)
    groups = frozenset(one["GroupName"] for one in pages)
    return _user(found, found["UserAttributes"], groups)


def all_users(groups: tuple[str, ...]) -> list[PoolUser]:
    """Everybody, with those of `groups` they are in. A call per sixty people and per group."""
    members: dict[str, set[str]] = {}
    for group in groups:
        pages = _pages("list_users_in_group", "Users", "NextToken", GroupName=group)
        for one in pages:
            members.setdefault(one["Username"], set()).add(group)
    return [
        _user(one, one["Attributes"], frozenset(members.get(one["Username"], ())))
        for one in _pages("list_users", "Users", "PaginationToken")
    ]


def invite(username: str, email: str) -> None:
    """Make the person and mail them a temporary password. Nothing happens when they are there.

    Raises `AddressTaken`.
    """
    attributes = _attributes(email)
    try:
        _pool().admin_create_user(
            **_known(username), UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"]
        )
    except _pool().exceptions.UsernameExistsException as error:
        # Cognito says the same of an address that is somebody else's.
        if find_user(username) is None:
            raise AddressTaken from error
    except _pool().exceptions.AliasExistsException as error:
        raise AddressTaken from error


def invite_again(username: str) -> None:
    """Mail the person a new temporary password. Raises `NotInvitable`."""
    try:
        _pool().admin_create_user(
            **_known(username), MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
        )
    except ClientError as refused:
        if refused.response["Error"]["Code"] in (
            "UnsupportedUserStateException",
            "UserNotFoundException",
        ):
            raise NotInvitable from refused
        raise


def awaited(username: str) -> bool:
    """Whether the person has yet to sign in for the first time, invited or about to be."""
    try:
        found = COGNITO.call("AdminGetUser", **_known(username))
    except ClientError as refused:
        if refused.response["Error"]["Code"] == "UserNotFoundException":
            return True
        raise
    return bool(found["UserStatus"] == "FORCE_CHANGE_PASSWORD")


def set_email(username: str, email: str) -> None:
    """Have the person sign in by this address. Raises `AddressTaken`."""
    try:
        _pool().admin_update_user_attributes(**_known(username), UserAttributes=_attributes(email))
    except _pool().exceptions.AliasExistsException as error:
        raise AddressTaken from error


def set_group(username: str, group: str, *, member: bool) -> None:
    """Put the person into a group or take them out."""
    change = "admin_add_user_to_group" if member else "admin_remove_user_from_group"
    getattr(_pool(), change)(**_known(username), GroupName=group)


def set_enabled(username: str, *, enabled: bool) -> None:
    """Let the person sign in, or not."""
    getattr(_pool(), "admin_enable_user" if enabled else "admin_disable_user")(**_known(username))


def sign_out(username: str) -> None:
    """End all sessions of the person: no token of theirs can be refreshed."""
    _pool().admin_user_global_sign_out(**_known(username))


def _pool() -> Any:
    return client("cognito-idp")


def _known(username: str) -> dict[str, str]:
    return {"UserPoolId": settings().need("staff_pool_id"), "Username": username}


def _pages(operation: str, what: str, token: str, **asked: str) -> Iterator[Any]:
    request: dict[str, Any] = {
        "UserPoolId": settings().need("staff_pool_id"),
        "Limit": PER_PAGE,
        **asked,
    }
    while True:
        answer = getattr(_pool(), operation)(**request)
        yield from answer[what]
        if not answer.get(token):
            return
        request[token] = answer[token]


def _attributes(email: str) -> list[dict[str, str]]:
    # Verified, because an administrator vouches for it: only then it can be signed in with.
    return [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]


def _user(found: Any, attributes: Any, groups: frozenset[str]) -> PoolUser:
    known = {one["Name"]: one["Value"] for one in attributes}
    return PoolUser(
        username=found["Username"],
        email=known.get("email", ""),
        name=known.get("name", ""),
        enabled=found["Enabled"],
        groups=groups,
    )
