"""Bringing the sample company in. Done again, it adds what is missing and changes nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from infra.local.deployed import Deployed
from infra.local.home import ACCOUNT, REGION, Home, tools_environment
from infra.local.people import sample_staff
from infra.local.trouble import Trouble

from . import customers, marketing, tickets
from .api import Api
from .sign_in import ADMIN, first_admin, give_passwords

_BLUEPRINTS: Final = Path(__file__).parents[2] / "blueprints"
_OWNER_ONLY: Final = 0o600


def seed(deployed: Deployed, say: Callable[[str], None]) -> None:
    """Make the sample company. Raises `Trouble` where the product refuses it."""
    assert deployed.home is not None
    say("The first administrator")
    api = Api(deployed.home.url, first_admin(deployed))
    say("Teams, staff, forms, rules, deadlines and write keys")
    _staff(api)
    with ThreadPoolExecutor() as together:
        rules = [together.submit(do, api) for do in (_scoring, _assignment, _support, _forms)]
        known = together.submit(customers.plant, api)
        _write_keys(deployed, deployed.home)
        say("Companies and people they know")
        contacts = known.result()
        for one in rules:
            one.result()
    # By itself: it moves the clock that everybody goes by.
    tickets.plant(api, contacts, deployed.home)
    say("A segment, a template and a campaign that was sent; sample people may sign in")
    with ThreadPoolExecutor() as together:
        campaign = together.submit(marketing.plant, api, contacts)
        give_passwords(deployed)
        if leaving := campaign.result():
            marketing.settle(api, leaving)


def _staff(api: Api) -> None:
    _teams(api, managers=False)
    for person in sample_staff():
        path = f"/v1/staff/{person.staff_id}"
        found = api.read(path)
        if found is None:
            api.write("POST", "/v1/staff", {"staff_id": person.staff_id, **person.record})
        elif ADMIN in person.roles and found["version"] == 1:
            # Taken over from the pool, which knows no more than how they sign in.
            api.write("PATCH", path, {**person.record, "version": 1})
    _teams(api, managers=True)


def _teams(api: Api, *, managers: bool) -> None:
    # A manager is one of the staff, and staff belong to teams: the manager is named last.
    for given in _data(_BLUEPRINTS / "teams.json"):
        team = dict(given)
        path = f"/v1/teams/{team.pop('team_id')}"
        found = api.read(path) or {"version": 0, "manager_id": None}
        if found["version"] == 0 or (managers and found["manager_id"] is None):
            manager = team["manager_id"] if managers else None
            api.write("PUT", path, team | {"manager_id": manager, "version": found["version"]})


def _forms(api: Api) -> None:
    for file in sorted((_BLUEPRINTS / "forms").glob("*.json")):
        path = f"/v1/forms/{file.stem}"
        if api.read(path) is None:
            api.write("PUT", path, {"version": 0, "form": _data(file)})


def _scoring(api: Api) -> None:
    stored = api.read("/v1/scoring/rule-sets")["items"]
    if not stored:
        rules = {"rules": _data(_BLUEPRINTS / "scoring_rules.json"), "version": 0}
        stored = [api.write("POST", "/v1/scoring/rule-sets", rules)]
    if not any(one["active"] for one in stored):
        api.write("POST", f"/v1/scoring/rule-sets/{stored[0]['version']}/activate")


def _assignment(api: Api) -> None:
    path = "/v1/assignment-rules"
    if api.read(path)["version"] == 0:
        api.write(
            "PUT", path, {"version": 0, "rules": _data(_BLUEPRINTS / "assignment_rules.json")}
        )


def _support(api: Api) -> None:
    if not api.read("/v1/sla-policies")["items"]:
        policies = _data(_BLUEPRINTS / "sla_policies.json")
        given = {"policies": policies, "version": 0, "activate": True}
        api.write("POST", "/v1/sla-policies", given)
    path = "/v1/ticket-queues"
    if api.read(path)["version"] == 0:
        api.write("PUT", path, {"version": 0, "rules": _data(_BLUEPRINTS / "ticket_queues.json")})
    for path, name in (("/v1/canned-replies", "canned_replies"), ("/v1/macros", "macros")):
        if api.read(path)["version"] == 0:
            api.write("PUT", path, {"version": 0, **_data(_BLUEPRINTS / f"{name}.json")})


def _write_keys(deployed: Deployed, home: Home) -> None:
    outputs = deployed.outputs()
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.seed.keys", str(_BLUEPRINTS / "write_keys.json")],
        cwd=home.root,
        env={
            **tools_environment(),
            "CRM_STAGE": deployed.stage,
            "CRM_CUSTOMERS_TABLE": outputs["CustomersTable"],
            "CRM_DIRECTORY_TABLE": outputs["DirectoryTable"],
            "CRM_SECRET_ID": outputs["SecretId"],
            "CRM_CLOCK_FILE": str(home.clock),
            "AWS_ENDPOINT_URL": home.gateway,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:]
        raise Trouble(f"The write keys could not be planted: {' '.join(said)}", "See: crm status")
    made = json.loads(done.stdout)
    if made:
        known = home.known_write_keys() | made
        home.write_keys.touch(_OWNER_ONLY)
        home.write_keys.write_text(json.dumps(known, indent=2))


def _data(file: Path) -> Any:
    return json.loads(file.read_text())
