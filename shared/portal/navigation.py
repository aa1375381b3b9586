"""Where customers can go."""

from dataclasses import dataclass
from typing import Final

HOME: Final = "/portal"


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu."""

    title: str
    address: str
    icon: str


MENU: Final = (
    Place("Home", HOME, "home"),
    Place("Support", "/portal/tickets", "lifebuoy"),
    Place("Profile", "/portal/profile", "user-circle"),
    Place("Preferences", "/portal/preferences", "adjustments-horizontal"),
    Place("History", "/portal/history", "clock"),
    Place("My data", "/portal/data", "lock-closed"),
)


def section_of(path: str) -> str:
    """The address of the entry a page belongs to."""
    below = [one.address for one in MENU if f"{path}/".startswith(f"{one.address}/")]
    return max(below, key=len, default="")
