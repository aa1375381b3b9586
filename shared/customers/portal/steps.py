"""What the customers' pool asks of somebody who signs in, and when it lets them in. Pure.

A table of what was asked so far → what comes next (Cognito, "Custom authentication challenge
Lambda triggers"): nothing → the question; the question, answered rightly → in; anything else → out.
Who answered wrongly begins anew, so that no session is good for a second guess.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

QUESTION: Final = "CUSTOM_CHALLENGE"
KIND: Final = "EMAIL_CODE"


def next_step(session: Sequence[Mapping[str, Any]], *, known: bool) -> dict[str, Any]:
    """The answer to `DefineAuthChallenge`. Nobody unknown gets in, whatever they answer."""
    if known and not session:
        return {"challengeName": QUESTION, "issueTokens": False, "failAuthentication": False}
    answered = [(one.get("challengeName"), one.get("challengeResult")) for one in session]
    right = known and answered == [(QUESTION, True)]
    return {"issueTokens": right, "failAuthentication": not right}


def the_question() -> dict[str, Any]:
    """The answer to `CreateAuthChallenge`: the same for everybody."""
    return {
        "publicChallengeParameters": {"kind": KIND},
        "privateChallengeParameters": {"kind": KIND},
        "challengeMetadata": KIND,
    }
