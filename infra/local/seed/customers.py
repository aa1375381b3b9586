"""The companies and people the sample company knows. Some of its leads are among them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra.local.trouble import Trouble

from .api import Api

_BLUEPRINTS: Final = Path(__file__).parents[2] / "blueprints"
_CREATED, _THERE = 201, 409


def plant(api: Api) -> dict[str, str]:
    """Add the custom fields, accounts and contacts that are missing. The contacts' ids by their
    addresses. Raises `Trouble`."""
    for noun, fields in json.loads((_BLUEPRINTS / "custom_fields.json").read_text()).items():
        if api.read(f"/v1/custom-fields/{noun}")["version"] == 0:
            api.write("PUT", f"/v1/custom-fields/{noun}", {"version": 0, "fields": fields})
    known = json.loads((_BLUEPRINTS / "customers.json").read_text())
    accounts: dict[str, str] = {}
    for given in known["accounts"]:
        account_id = _there(api, "account", _account(given, accounts))
        accounts |= dict.fromkeys(_called(given), account_id)
    contacts: dict[str, str] = {}
    for given in known["contacts"]:
        contact_id = _there(api, "contact", _contact(given, accounts))
        addresses = [*given.get("emails", ()), *given.get("phones", ())]
        contacts |= dict.fromkeys(addresses, contact_id)
    return contacts


def _there(api: Api, noun: str, body: Mapping[str, Any]) -> str:
    """The id of a record that is there now: just made, or known by what is only its own."""
    status, answer = api.call("POST", f"/v1/{noun}s", body)
    if status not in (_CREATED, _THERE):
        raise Trouble(f"A sample {noun} was refused: {status} {answer}", "See: crm logs")
    return str(answer[f"{noun}_id"])


def _called(account: Mapping[str, Any]) -> list[str]:
    """What others of the blueprint call an account: its domains and its name in the samples."""
    return [*account.get("domains", ()), *account.get("external_ids", {}).values()]


def _account(given: Mapping[str, Any], accounts: Mapping[str, str]) -> dict[str, Any]:
    body = {name: value for name, value in given.items() if name != "parent"}
    return body | ({"parent_id": accounts[given["parent"]]} if "parent" in given else {})


def _contact(given: Mapping[str, Any], accounts: Mapping[str, str]) -> dict[str, Any]:
    belongs = [
        {"account_id": accounts[name], "role": role}
        for name, role in given.get("accounts", {}).items()
    ]
    return {
        **given,
        "emails": [{"address": one} for one in given.get("emails", ())],
        "phones": [{"number": one} for one in given.get("phones", ())],
        "accounts": belongs,
    }
