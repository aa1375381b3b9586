"""`VerifyAuthChallengeResponse` of the customers' pool: whether the answer lets somebody in."""

from collections.abc import Mapping
from typing import Any

from shared.customers.portal.proofs import holds
from shared.platform import clock
from shared.platform.entry.trigger import on_trigger


@on_trigger
def handle(username: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take a proof of ours for this very person, once."""
    answer = str(asked.get("challengeAnswer") or "")
    return {"answerCorrect": holds(answer, username, clock.now())}
