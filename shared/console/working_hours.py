"""Working hours as people read and write them: Sunday to Friday, ten to five."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final, get_args

from shared.kernel.calendars import BusinessCalendar, Interval, Weekday
from shared.kernel.errors import FieldError, Rejected

WEEK: Final[tuple[Weekday, ...]] = get_args(Weekday)

DAY_NAMES: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}

_DASH: Final = "\u2013"
_BETWEEN: Final = re.compile(r"\s*(?:,|;|\band\b|&)\s*")
_TO: Final = re.compile(rf"\s*(?:-|{_DASH}|\u2014|\bto\b)\s*")
_TIME: Final = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?$")
_HOW: Final = "Write times like 10:00-17:00; several with a comma between"


def in_words(calendar: BusinessCalendar) -> list[tuple[str, str]]:
    """Days and their hours, days that are alike together: one pair for each such group."""
    runs = [
        (list(days), hours) for hours, days in groupby(WEEK, key=lambda day: of_day(calendar, day))
    ]
    if len(runs) > 1 and runs[0][1] == runs[-1][1]:
        # A week that begins on Sunday is one run, not two.
        runs[0] = (runs.pop()[0] + runs[0][0], runs[0][1])
    return [(_days(days), hours) for days, hours in runs if hours]


def of_day(calendar: BusinessCalendar, day: Weekday) -> str:
    """The hours of a weekday: from and to, several with a comma between; "" when it is closed."""
    return ", ".join(str(one).replace("-", _DASH) for one in calendar.hours.get(day, ()))


def as_typed(calendar: BusinessCalendar, at: str) -> dict[str, str]:
    """The fields of a form that shows `calendar` under the name `at`; see `typed`."""
    return {
        **{f"{at}.hours.{day}": of_day(calendar, day) for day in WEEK},
        f"{at}.zone": calendar.zone,
        f"{at}.holiday_country": calendar.holiday_country or "",
        f"{at}.holidays": "\n".join(str(one) for one in sorted(calendar.holidays)),
    }


def typed(form: Mapping[str, str], at: str) -> dict[str, Any]:
    """The calendar that somebody typed, for a model to check.

    Raises `Rejected` pointing at each day whose hours, and at the free days if they, cannot be
    read.
    """
    wrong: list[FieldError] = []
    hours: dict[str, list[str]] = {}
    for day in WEEK:
        try:
            hours[day] = _intervals(form.get(f"{at}.hours.{day}", ""))
        except ValueError as error:
            wrong.append(FieldError(f"{at}.hours.{day}", "hours_unreadable", str(error)))
    holidays = form.get(f"{at}.holidays", "").replace(",", " ").split()
    try:
        dates = [date.fromisoformat(one).isoformat() for one in holidays]
    except ValueError:
        wrong.append(FieldError(f"{at}.holidays", "date_unreadable", "Write dates as 2025-12-25"))
        dates = []
    if wrong:
        raise Rejected("validation_failed", "Some of this does not fit", wrong)
    return {
        "zone": form.get(f"{at}.zone", "").strip(),
        "hours": {day: said for day, said in hours.items() if said},
        "holidays": dates,
        "holiday_country": form.get(f"{at}.holiday_country", "").strip().upper() or None,
    }


def _days(days: list[Weekday]) -> str:
    if len(days) == len(WEEK):
        return "Every day"
    names = [DAY_NAMES[day][:3] for day in days]
    return names[0] if len(names) == 1 else f"{names[0]}{_DASH}{names[-1]}"


def _intervals(text: str) -> list[str]:
    found = sorted(_interval(part) for part in _BETWEEN.split(text.strip().casefold()) if part)
    for earlier, later in pairwise(found):
        if later.start < earlier.end:
            raise ValueError("These hours overlap")
    return [str(one) for one in found]


def _interval(text: str) -> Interval:
    ends = _TO.split(text)
    if len(ends) != 2:
        raise ValueError(_HOW)
    start, end = (_minute(one) for one in ends)
    # "22:00-00:00" means the midnight that follows.
    interval = Interval(start, end or 24 * 60)
    if interval.start >= interval.end:
        raise ValueError("Hours end after they begin; a night is written on both days")
    return interval


def _minute(text: str) -> int:
    parts = _TIME.match(text)
    minute = int(parts[1]) * 60 + int(parts[2] or 0) if parts else 24 * 60 + 1
    if minute > 24 * 60 or (parts and int(parts[2] or 0) > 59):
        raise ValueError(_HOW)
    return minute
