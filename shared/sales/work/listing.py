"""What a person has to do now."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.errors import Forbidden
from shared.platform.auth import Staff
from shared.platform.tables import Table
from shared.sales.hand_offs.model import HandOff
from shared.sales.hand_offs.repository import HAND_OFF
from shared.sales.hand_offs.repository import from_item as hand_off_from
from shared.sales.tables import SALES
from shared.sales.tasks.model import Task
from shared.sales.tasks.repository import from_item as task_from

from .keys import OPEN, OPEN_AT_ONCE, partition

sales = Table(SALES)


@dataclass(frozen=True, slots=True)
class Work:
    """The open hand-offs and tasks of a person at `at`, each soonest due first, tasks due at no
    time last. `more`: there are others that are due later still."""

    at: datetime
    hand_offs: list[HandOff]
    tasks: list[Task]
    more: bool = False

    @property
    def overdue(self) -> list[Task]:
        """The tasks that should have been done by now, by the calendar of their owner."""
        return [task for task in self.tasks if task.overdue(self.at)]

    @property
    def lead_ids(self) -> list[str]:
        """The leads it is about, each once (see `leads.listing.in_short`)."""
        about = [*(one.lead_id for one in self.hand_offs), *(one.lead_id for one in self.tasks)]
        return list(dict.fromkeys(about))


def work_of(staff_id: str, now: datetime, *, limit: int = OPEN_AT_ONCE) -> Work:
    """The `limit` things that are due next. One query, eventually consistent."""
    page = sales.query(partition(staff_id), index="work_by_owner", begins=OPEN, limit=limit)
    hand_offs = [hand_off_from(one) for one in page.items if one["sk"].startswith(HAND_OFF)]
    tasks = [task_from(one) for one in page.items if not one["sk"].startswith(HAND_OFF)]
    return Work(now, hand_offs, tasks, page.after is not None)


def check_may_see(whose: str, by: Staff) -> None:
    """Raise `Forbidden` unless it is theirs or they manage sales."""
    if whose != by.staff_id and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "This work belongs to somebody else")
