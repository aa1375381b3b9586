"""Bringing the sample company in. Done again, it adds what is missing and changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from infra.local.deployed import Deployed
from infra.local.people import enrol, sample_staff, token

from .api import Api

_HERE: Final = Path(__file__).parent
_ADMIN: Final = "admin"


def seed(deployed: Deployed, say: Callable[[str], None]) -> None:
    """Make the sample company. Raises `Trouble` where the product refuses it."""
    assert deployed.home is not None
    say("People may sign in")
    for person in sample_staff():
        enrol(deployed, person)
    api = Api(deployed.home.url, token(deployed, _ADMIN))
    say("Teams and staff")
    _teams(api, managers=False)
    for person in sample_staff():
        if api.read(f"/v1/staff/{person.staff_id}") is None:
            api.write("POST", "/v1/staff", {"staff_id": person.staff_id, **person.record})
    _teams(api, managers=True)


def _teams(api: Api, *, managers: bool) -> None:
    # A manager is one of the staff, and staff belong to teams: the manager is named last.
    for given in _data("teams"):
        team = dict(given)
        path = f"/v1/teams/{team.pop('team_id')}"
        found = api.read(path) or {"version": 0, "manager_id": None}
        if found["version"] == 0 or (managers and found["manager_id"] is None):
            manager = team["manager_id"] if managers else None
            api.write("PUT", path, team | {"manager_id": manager, "version": found["version"]})


def _data(name: str) -> Any:
    return json.loads((_HERE / f"{name}.json").read_text())
