"""Tracked campaigns to start a test from, and following the links of the mails they send."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.marketing.reports.engagement import COUNTED
from shared.marketing.reports.repository import figures_and_links
from shared.marketing.templates.model import Template
from shared.marketing.tracking.tokens import Target, sealed
from shared.platform import clock
from tests.calls import Answer, http
from tests.pump import Pump, overlook
from tests.sending import a_campaign, move, rules

BASE: Final = "https://crm.example.com"
CHROME: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PLACES: Final = ("https://shop.example/spring?a=1&b=2", "https://shop.example/tea")
MAIL: Final = Template(
    name="Spring",
    subject="Spring, {{ first_name }}",
    html=(
        '<p>Hi {{ first_name }}</p><a href="https://shop.example/spring?a=1&amp;b=2">Spring</a> '
        '<a href="https://shop.example/tea">Tea</a> <a href="mailto:us@example.com">Write</a> '
        '<a href="{{ unsubscribe_url }}">No more mails</a>'
    ),
)


def tracked(contact_ids: Sequence[str], template: Template = MAIL, **more: Any) -> str:
    """A campaign with tracking that was sent to everybody; a minute has gone by."""
    rules()
    one = a_campaign(contact_ids, template, **{"tracking": True, **more}).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    later(minutes=1)
    return one


def later(**how: float) -> None:
    """Let time go by."""
    fake: Any = clock.now
    fake.tick(**{name: int(value) for name, value in how.items()})


def address(campaign: str, contact: str, link: int | None = 1) -> str:
    """Where a link of somebody's message leads first; `None`: its pixel."""
    if link is None:
        return f"/o/{sealed(Target('opened', campaign, contact))}.gif"
    return f"/c/{sealed(Target('clicked', campaign, contact, link))}"


def visit(
    path: str,
    *,
    agent: str = CHROME,
    method: str = "GET",
    query: Mapping[str, str] | None = None,
    **headers: str,
) -> Answer:
    """What follows an address of a mail gets."""
    route = f"/{path[1]}/{{token}}"
    sent = {"user-agent": agent, **headers} if agent else headers
    return http("message_track", method, path, headers=sent, route=route, query=query or {})


def heard() -> None:
    """All that was noted is judged and told."""
    Pump().run()
    overlook()


def figures(campaign: str) -> dict[str, int]:
    """A campaign's figures: what is not zero."""
    items = [one for one in figures_and_links(campaign)[0] if one["sk"].startswith("FIGURES#")]
    sums = {name: sum(int(one.get(name, 0)) for one in items) for name in COUNTED}
    return {name: number for name, number in sums.items() if number}


def addresses_in(html: str) -> list[str]:
    """The addresses a mail's links and images have."""
    return re.findall(r'(?:href|src)="([^"]+)"', html)
