"""The policies as stored (configuration of kind `sla_policies` in the support table,
platform/configuration), and the scale of business time each ticket is measured by.

| question | asked by |
|---|---|
| the policies in force (up to 30 s old) | whatever opens a ticket |
| the version a ticket was opened under, kept in the process for good | whatever changes a ticket |
| the same as just read, its versions | sla_admin |
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from shared.directory.audit import recorded
from shared.directory.holidays import with_holidays
from shared.kernel.business_time import BusinessTime
from shared.platform.configuration import Configuration
from shared.platform.tables import Table
from shared.support.tables import SUPPORT
from shared.support.tickets.model import PinnedPolicy

from .policy import NAME, Policy, SlaPolicies

stored_policies = Configuration(Table(SUPPORT), "sla_policies", SlaPolicies, audit=recorded)


class Rules(NamedTuple):
    """What a ticket's clocks go by."""

    policy: Policy
    hours: BusinessTime


def fitting_policy(facts: Mapping[str, Sequence[str]], now: datetime) -> PinnedPolicy | None:
    """The policy of a ticket opened now; `None`: it has no deadlines. Up to 30 s behind."""
    found = stored_policies.settled(NAME, now)
    policy = found.value.fitting(facts) if found else None
    if found is None or policy is None:
        return None
    return PinnedPolicy(policy_id=policy.id, version=found.number, year=now.year)


def rules_of(pinned: PinnedPolicy | None) -> Rules | None:
    """What a ticket with this policy goes by. One read for a version this process never saw."""
    if pinned is None:
        return None
    policies = _version(pinned.version)
    policy = policies.policy(pinned.policy_id)
    if policy is None:
        return None
    return Rules(policy, _hours(pinned.version, policy.calendar, pinned.year))


@lru_cache(maxsize=32)
def _version(number: int) -> SlaPolicies:
    # A version never changes once stored.
    return stored_policies.version(NAME, number).value


@lru_cache(maxsize=64)
def _hours(version: int, calendar: str, year: int) -> BusinessTime:
    """The hours of a calendar as a version of the policies has it, with the public holidays of
    that year and the next: the same for every reading of a ticket, whenever it is read."""
    found = _version(version).calendars[calendar]
    return BusinessTime(with_holidays(found, datetime(year, 1, 1, tzinfo=UTC)))
