"""Days off, set by oneself or by whoever looks after somebody."""

from collections.abc import Callable

from shared.console.entry import Answer, PageRequest
from shared.directory.leave import add_leave, remove_leave
from shared.directory.model import StaffMember
from shared.kernel.errors import Conflict, Rejected, Stale
from shared.pages.reading import read

from .people import LIST
from .person import found, view
from .schemas import VersionForm, leave_typed

Change = Callable[..., StaffMember]


def added(request: PageRequest, staff_id: str) -> Answer:
    """Add days off."""
    return _changed(request, staff_id, add_leave, "Leave is added")


def removed(request: PageRequest, staff_id: str) -> Answer:
    """Take days off back."""
    return _changed(request, staff_id, remove_leave, "Leave is taken back")


def _changed(request: PageRequest, staff_id: str, change: Change, done: str) -> Answer:
    try:
        version = read(VersionForm, request.form).version
        leave = leave_typed(request.form)
        change(staff_id, leave, request.now, by=request.by, version=version)
    except (Rejected, Conflict) as error:
        return request.refused("person.html", error, **view(request, found(request, staff_id)))
    except Stale as error:
        now = StaffMember.model_validate(error.extra["current"])
        return request.refused("person.html", error, **view(request, now))
    return request.redirect(f"{LIST}/{staff_id}", done=done)
