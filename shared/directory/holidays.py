"""Public holidays of a calendar's country, added before anything is computed with it."""

from datetime import date, datetime
from functools import lru_cache

from shared.kernel.calendars import BusinessCalendar
from shared.kernel.errors import FieldError, Rejected


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    # A large library: only calendars that name a country pay for it.
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))


def with_holidays(calendar: BusinessCalendar, around: datetime) -> BusinessCalendar:
    """`calendar` with its country's public holidays of this year and the next, if it names one."""
    if not calendar.holiday_country:
        return calendar
    dates = calendar.holidays.union(
        *(_public_holidays(calendar.holiday_country, around.year + n) for n in (0, 1))
    )
    return calendar.model_copy(update={"holidays": dates})


def check_country(calendar: BusinessCalendar, field: str, now: datetime) -> None:
    """Raise `Rejected` when the calendar names a country whose holidays nobody knows."""
    try:
        with_holidays(calendar, now)
    except NotImplementedError as error:
        problem = FieldError(
            f"{field}.holiday_country", "country_unknown", "No public holidays are known for it"
        )
        raise Rejected("validation_failed", fields=[problem]) from error
