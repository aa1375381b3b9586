"""Why somebody gets no message or gets it later, in words."""

from typing import Final

STATES: Final = {
    "sent": "Sent",
    "skipped": "Left out",
    "failed": "Failed",
    "unknown": "Not known",
    "deferred": "Later",
}

_REASONS: Final = {
    "no_record": "There is no record of them in use",
    "no_address": "No address",
    "suppressed": "Their address must not be written to",
    "no_consent": "They did not agree to it",
    "capped": "They got as many messages as they may get",
    "priority": "A more important message for them goes first",
    "main_contact": "The main contact of their company goes first",
    "local_time": "Its time has not come on their clock",
    "quiet_hours": "It is their quiet hours",
    "same_household": "Somebody of their household is on the list already",
    "same_account": "Somebody of their company got it already",
    "cancelled": "The campaign was cancelled",
    "too_long": "The message became too long",
}


def why(reason: str) -> str:
    """A reason such as `no_consent` or `value_missing:first_name`."""
    code, _, what = reason.partition(":")
    if code == "value_missing":
        return f"{_plain(what)} is not known, and the template has nothing in its place"
    if code == "said_by":
        return "Somebody here said so"
    return _REASONS.get(code, _plain(code))


def _plain(code: str) -> str:
    return code.replace("custom.", "").replace("_", " ").capitalize()
