"""What somebody is doing as seen from outside: whether they can be reached now."""

from datetime import datetime
from typing import Literal

from shared.kernel.calendars import is_open

from .holidays import with_holidays
from .model import StaffMember

Standing = Literal["disabled", "on_leave", "working", "off_hours"]


def standing(person: StaffMember, at: datetime) -> Standing:
    """Where the person stands at `at`; being disabled comes before leave, leave before hours."""
    if person.disabled:
        return "disabled"
    if person.on_leave(at):
        return "on_leave"
    return "working" if is_open(with_holidays(person.working_hours, at), at) else "off_hours"
