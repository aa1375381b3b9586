"""Signing in as one of the seeded staff."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from .deployed import Deployed
from .trouble import Trouble

# The local pool lives on this machine and is listened to by this machine only.
PASSWORD: Final = "Kathmandu-2025!"
_FILE: Final = Path(__file__).parents[1] / "blueprints" / "staff.json"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the sample company. `staff_id` is their username in the pool."""

    staff_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    record: dict[str, Any]
    """The rest of their staff record, as the API takes it."""


def sample_staff() -> list[Person]:
    """The people of the sample company."""
    people = []
    for entry in json.loads(_FILE.read_text()):
        rest = {key: value for key, value in entry.items() if key != "staff_id"}
        people.append(
            Person(entry["staff_id"], entry["name"], entry["email"], tuple(entry["roles"]), rest)
        )
    return people


def person_called(who: str) -> Person:
    """The sample person with this role, id, e-mail or first name. Raises `Trouble`.

    Of several with a role it is the first.
    """
    people = sample_staff()
    for person in people:
        if who in (*person.roles, person.staff_id, person.email, person.name.split()[0].lower()):
            return person
    roles = sorted({role for person in people for role in person.roles})
    raise Trouble(f"Nobody is a {who}.", f"There are: {', '.join(roles)}")


def token(deployed: Deployed, who: str) -> str:
    """An access token of the sample person `who` (see `person_called`). Raises `Trouble`."""
    person, outputs = person_called(who), deployed.outputs()
    try:
        answer = deployed.client("cognito-idp").initiate_auth(
            ClientId=outputs["StaffClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person.email, "PASSWORD": PASSWORD},
        )
    except ClientError as refusal:
        raise Trouble(f"{person.name} cannot sign in: {refusal}", "Run: crm seed") from refusal
    return str(answer["AuthenticationResult"]["AccessToken"])
