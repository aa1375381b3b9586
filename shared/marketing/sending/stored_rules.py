"""Where the rules of sending are kept: versioned configuration of the kind `sending_rules` under the
name `all` (platform/configuration)."""

from datetime import datetime
from typing import Final

from shared.directory.audit import recorded
from shared.marketing.tables import MARKETING
from shared.platform.configuration import Configuration
from shared.platform.tables import Table

from .rules import SendingRules

NAME: Final = "all"

DEFAULTS: Final = SendingRules()
"""In force until somebody says otherwise."""

stored_rules: Final = Configuration(Table(MARKETING), "sending_rules", SendingRules, audit=recorded)


def rules_in_force(now: datetime) -> SendingRules:
    """The rules, up to 30 seconds old."""
    found = stored_rules.settled(NAME, now)
    return found.value if found else DEFAULTS


def bring_back(to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.
    Raises `NotFound`, `Stale` and `Rejected`."""
    older = stored_rules.older(NAME, to, than=after)
    return stored_rules.save(NAME, older, by=by, at=now, after=after, activate=True, restored=to)
