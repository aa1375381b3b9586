"""`DefineAuthChallenge` of the customers' pool: what is asked next of somebody who signs in."""

from collections.abc import Mapping
from typing import Any

from shared.customers.portal.steps import next_step
from shared.platform.entry.trigger import on_trigger


@on_trigger
def handle(_: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for a proof once; let in whoever gave one, and nobody else."""
    return next_step(asked.get("session") or (), known=not asked.get("userNotFound"))
