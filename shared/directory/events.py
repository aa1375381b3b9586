"""What happens among the company's people, as other areas may know it."""

from typing import ClassVar

from shared.kernel.events import DomainEvent


class DirectoryEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "directory"


class StaffChanged(DirectoryEvent):
    """A member of staff was added or changed: team, hours, leave, or whether they are active."""

    staff_id: str
    version: int


class StaffDisabled(DirectoryEvent):
    """A member of staff may not sign in any more: their open work is for others to do."""

    staff_id: str
    version: int
