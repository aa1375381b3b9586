"""How the sample people come to sign in: the first administrator by way of the pool, the others
invited by the directory."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from infra.local.deployed import Deployed
from infra.local.people import PASSWORD, Person, person_called, sample_staff, token
from infra.local.trouble import Trouble

from .api import Api

ADMIN: Final = "admin"
_PATIENCE_SECONDS: Final = 60


def first_admin(deployed: Deployed) -> str:
    """The token of the sample company's administrator.

    The first one is made in the pool itself, as in AWS: the directory takes them over and lets
    them make everybody else. Raises `Trouble` when it does not.
    """
    assert deployed.home is not None
    url = deployed.home.url
    admin = person_called(ADMIN)
    cognito, known = deployed.client("cognito-idp"), _known(deployed, admin)
    if _status(deployed, admin) is None:
        attributes = {"email": admin.email, "email_verified": "true", "name": admin.name}
        cognito.admin_create_user(
            **known,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
        )
        cognito.admin_set_user_password(**known, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(**known, GroupName=ADMIN)
    access = token(deployed, ADMIN)
    if not _let_in(url, access):
        deployed.client("lambda").invoke(FunctionName=deployed.function("staff_compare"))
        _wait(lambda: _let_in(url, access), "The directory took no administrator over.")
    return access


def give_passwords(deployed: Deployed) -> None:
    """Let the sample people sign in with the sample password, once the directory invited them."""
    for person in sample_staff():
        _wait(partial(_status, deployed, person), f"{person.name} was not invited.")
        if _status(deployed, person) == "FORCE_CHANGE_PASSWORD":
            deployed.client("cognito-idp").admin_set_user_password(
                **_known(deployed, person), Password=PASSWORD, Permanent=True
            )


def _known(deployed: Deployed, person: Person) -> dict[str, str]:
    return {"UserPoolId": deployed.outputs()["StaffPoolId"], "Username": person.staff_id}


def _status(deployed: Deployed, person: Person) -> str | None:
    cognito = deployed.client("cognito-idp")
    try:
        return str(cognito.admin_get_user(**_known(deployed, person))["UserStatus"])
    except cognito.exceptions.UserNotFoundException:
        return None


def _let_in(url: str, access: str) -> bool:
    status, _ = Api(url, access).call("GET", "/v1/teams")
    return status == 200


def _wait(until: Callable[[], object], trouble: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not until():
        if time.monotonic() > deadline:
            raise Trouble(trouble, "See: crm logs staff_sync")
        time.sleep(0.2)
