"""Where a customer arrives: who they are here, and what they allow."""

from shared.customers.consents.repository import of_contact
from shared.customers.portal.choices import choices
from shared.customers.portal.happenings import lately
from shared.kernel.calendars import zone_of
from shared.portal.entry import Answer, PageRequest

NOON, EVENING = 12, 18
LATELY = 5


def arrived(request: PageRequest) -> Answer:
    """A greeting, and the way to everything."""
    return request.page(
        "home.html",
        greeting=_greeting(request),
        happenings=lately(request.me, LATELY),
        choices=choices(of_contact(request.me.contact_id)),
    )


def _greeting(request: PageRequest) -> str:
    hour = request.now.astimezone(zone_of(request.zone)).hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"
