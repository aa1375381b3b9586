"""Where staff can go, by what they may do."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.platform.auth import ADMIN, ROLES

HOME: Final = "/console"
SALES: Final = ("rep", "sales_manager")
MANAGERS: Final = ("sales_manager",)
CAPTURE: Final = ("marketer", *MANAGERS)
REPORTED_TO: Final = ("analyst", *CAPTURE)
ANSWERING: Final = ("agent", "supervisor")
SEEING_TICKETS: Final = (*ANSWERING, "rep", "sales_manager", "analyst")
DEALING: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu. `roles` see it; administrators see everything."""

    title: str
    address: str
    icon: str
    roles: tuple[str, ...] = ROLES

    def visible_to(self, roles: Collection[str]) -> bool:
        """Whether somebody with `roles` sees it."""
        return ADMIN in roles or any(role in self.roles for role in roles)


MENU: Final[tuple[tuple[str, tuple[Place, ...]], ...]] = (
    (
        "",
        (
            Place("Home", HOME, "home"),
            Place("My leads", "/console/leads/mine", "user-circle", SALES),
            Place("All leads", "/console/leads", "users"),
            Place("Unassigned", "/console/leads/unassigned", "inbox-arrow-down", SALES),
            Place("Reports", "/console/reports", "presentation-chart-line", REPORTED_TO),
        ),
    ),
    (
        "Customers",
        (
            Place("Contacts", "/console/contacts", "identification"),
            Place("Accounts", "/console/accounts", "building-office"),
            Place("Duplicates", "/console/duplicates", "document-duplicate", DEALING),
            Place("Lists", "/console/lists", "queue-list"),
            Place("Imports", "/console/imports", "arrow-up-tray", CAPTURE),
            Place("Exports", "/console/exports", "arrow-down-tray", CAPTURE),
        ),
    ),
    (
        "Support",
        (
            Place("My tickets", "/console/tickets/mine", "ticket", ANSWERING),
            Place("Tickets", "/console/tickets", "lifebuoy", SEEING_TICKETS),
            Place("Support", "/console/support", "chart-bar", (*ANSWERING, "analyst")),
        ),
    ),
    (
        "Marketing",
        (
            Place("Campaigns", "/console/campaigns", "rocket-launch"),
            Place("Segments", "/console/segments", "funnel"),
            Place("Templates", "/console/templates", "envelope"),
        ),
    ),
    (
        "Capture",
        (
            Place("Forms", "/console/forms", "document-text", CAPTURE),
            Place(
                "Quarantine", "/console/quarantine", "shield-exclamation", ("marketer", *MANAGERS)
            ),
            Place("Scoring", "/console/scoring", "scale", CAPTURE),
            Place("Assignment", "/console/assignment", "arrows-right-left", MANAGERS),
        ),
    ),
    (
        "Company",
        (
            Place("People", "/console/people", "user-group"),
            Place("Custom fields", "/console/fields", "table-cells", MANAGERS),
            Place("Channels", "/console/channels", "megaphone", (*REPORTED_TO, "supervisor")),
            Place("Keys", "/console/keys", "key", (ADMIN,)),
            Place("Changes", "/console/changes", "clock", MANAGERS),
            Place("Privacy", "/console/privacy", "shield-check", (ADMIN,)),
            Place("System", "/console/system", "wrench-screwdriver", (ADMIN,)),
        ),
    ),
)


_PLACES: Final = tuple(place.address for _, places in MENU for place in places)


@lru_cache(maxsize=128)
def menu(roles: tuple[str, ...]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """The sections of the menu somebody with `roles` sees."""
    sections = [
        (title, tuple(place for place in places if place.visible_to(roles)))
        for title, places in MENU
    ]
    return tuple((title, places) for title, places in sections if places)


def section_of(path: str) -> str:
    """The address of the menu entry a page belongs to: the longest its own begins with."""
    if path in _PLACES:
        return path
    # Everything is below the home page, and only itself belongs to it.
    below = [one for one in _PLACES if one != HOME and path.startswith(f"{one}/")]
    return max(below, key=len, default="")
