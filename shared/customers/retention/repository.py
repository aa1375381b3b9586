"""Where rules of retention are kept: configuration of kind `retention`, one by the name `all`, in
the customers table (platform/configuration).

Asked by whoever stores something that goes by itself, and by privacy_rules.
"""

from datetime import datetime
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.directory.audit import recorded
from shared.platform.configuration import Configuration
from shared.platform.tables import Table

from .model import DEFAULT, RetentionRules

NAME: Final = "all"

stored_rules: Final = Configuration(Table(CUSTOMERS), "retention", RetentionRules, audit=recorded)


def rules_in_force(now: datetime) -> RetentionRules:
    """The rules in force, up to 30 s old. No read within that time."""
    found = stored_rules.settled(NAME, now)
    return found.value if found else DEFAULT


def bring_back(to: int, *, after: int, by: str, now: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version.
    """
    rules = stored_rules.older(NAME, to, than=after)
    return stored_rules.save(NAME, rules, by=by, at=now, after=after, activate=True, restored=to)
