"""Queue `campaign-plan` (`CampaignStarted`, `CampaignResumed`, `WinnerChosen`, and timers each minute): a
campaign's audience is written down, its parts are queued, and its end is noticed."""

from datetime import datetime
from typing import Any, Final

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.campaigns.planning import bring_on
from shared.marketing.events import CampaignResumed, CampaignStarted, WinnerChosen
from shared.platform.entry.event import read

SECONDS: Final = 200.0
"""No page is begun later than that after the beginning; the next minute goes on."""


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Bring one campaign on; a second delivery finds somebody at it, or nothing to do."""
    if "detail-type" in message:
        fact = read(message, CampaignStarted, CampaignResumed, WinnerChosen)
        if fact:
            bring_on(fact.campaign_id, now, SECONDS)
    else:
        bring_on(message["pk"].removeprefix("CAMPAIGN#"), now, SECONDS)
