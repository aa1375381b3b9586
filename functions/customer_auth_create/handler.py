"""`CreateAuthChallenge` of the customers' pool: what the question looks like."""

from collections.abc import Mapping
from typing import Any

from shared.customers.portal.steps import the_question
from shared.platform.entry.trigger import on_trigger


@on_trigger
def handle(_: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for the proof that a mailed code was shown. Nothing is mailed here: the code went out
    before Cognito was asked."""
    return the_question()
