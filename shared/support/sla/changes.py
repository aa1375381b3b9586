"""Saving policies, looking at them, putting them in force."""

from datetime import datetime
from typing import Final

from shared.directory.holidays import check_country, with_holidays
from shared.kernel.calendars import NoBusinessHours, add_business_minutes
from shared.kernel.errors import CrmError, FieldError, NotFound, Rejected
from shared.kernel.paging import seal, unseal
from shared.platform.configuration import Version
from shared.platform.keys import key

from .policy import CLOCKS, NAME, SlaPolicies
from .stored import stored_policies

_LIST: Final = "sla_policies"


def page_of(limit: int, cursor: str | None) -> tuple[list[Version[SlaPolicies]], str | None]:
    """Up to `limit` versions, newest first, and the cursor of the next page."""
    before = int(unseal(cursor, key("cursor"), _LIST)["before"]) if cursor else None
    try:
        found, rest = stored_policies.history_page(NAME, limit=limit, before=before)
    except NotFound:
        return [], None
    return found, seal({"before": str(rest)}, key("cursor"), _LIST) if rest else None


def version_of(number: int) -> Version[SlaPolicies]:
    """One version. Raises `NotFound`."""
    return stored_policies.version(NAME, number)


def save(
    policies: SlaPolicies, *, after: int, by: str, now: datetime, activate: bool
) -> Version[SlaPolicies]:
    """Store policies as the version after `after`, in force at once or not yet. Raises `Rejected`
    pointing at each wrong place, and `Stale`."""
    check(policies, now)
    number = stored_policies.save(NAME, policies, by=by, at=now, after=after, activate=activate)
    return version_of(number)


def activate(number: int, *, by: str, now: datetime) -> Version[SlaPolicies]:
    """Put a version in force: tickets opened from half a minute on have their deadlines from it,
    others keep those they have. Raises `NotFound` and `Rejected`."""
    check(version_of(number).value, now)
    stored_policies.activate(NAME, number, by=by, at=now)
    return version_of(number)


def roll_back(to: int, *, after: int, by: str, now: datetime) -> Version[SlaPolicies]:
    """Put what version `to` said in force again, as the version after `after`. Raises `NotFound`,
    `Stale`, and `Rejected` when `to` is no older one."""
    policies = stored_policies.older(NAME, to, than=after)
    check(policies, now)
    number = stored_policies.save(
        NAME, policies, by=by, at=now, after=after, activate=True, restored=to
    )
    return version_of(number)


def check(policies: SlaPolicies, now: datetime) -> None:
    """Raise `Rejected` with a pointer to each place that does not fit the others."""
    wrong: list[FieldError] = []
    for name, calendar in policies.calendars.items():
        place = f"policies.calendars.{name}"
        try:
            check_country(calendar, place, now)
            add_business_minutes(with_holidays(calendar, now), now, 1)
        except NoBusinessHours:
            wrong.append(FieldError(f"{place}.hours", "never_open", "It never opens"))
        except CrmError as error:
            wrong += error.fields
    for number, policy in enumerate(policies.policies):
        place = f"policies.policies.{number}"
        if policy.calendar not in policies.calendars:
            missing = "There is no such calendar"
            wrong.append(FieldError(f"{place}.calendar", "calendar_not_found", missing))
        if not any(policy.target(one, clock) for one in policy.targets for clock in CLOCKS):
            wrong.append(FieldError(f"{place}.targets", "no_target", "It sets no deadline"))
        if not policy.when and number < len(policies.policies) - 1:
            hidden = "It fits every ticket: what comes after it never holds"
            wrong.append(FieldError(f"{place}.when", "hides_others", hidden))
    if wrong:
        raise Rejected("policies_invalid", "These policies do not fit together", wrong)
