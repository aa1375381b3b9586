"""The parts of the emulator that repairs are tried on."""

from typing import Any

from infra.local import patches
from infra.local.emulator import handlers, module


def repair(name: str) -> None:
    """Apply one patch."""
    next(patch for patch in patches.PATCHES if patch.name == name).apply()


def create(kind: str, logical_id: str, **props: Any) -> str:
    """What a template's resource becomes; its physical id."""
    return str(handlers()[kind]["create"](logical_id, props, "test")[0])


def update(kind: str, physical_id: str, old: dict[str, Any], new: dict[str, Any], at: str) -> str:
    """What it becomes when its template changes; its physical id afterwards."""
    stacks = module("services.cloudformation.stacks")
    return str(stacks._update_resource(kind, physical_id, old, new, "test", at)[0])


TABLE: dict[str, Any] = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
}
