"""`LeadAssigned`, `LeadUnassigned`: mails the lead's owner, or the managers when it has none."""

from datetime import datetime
from pathlib import Path

from shared.platform.entry.event import on_event
from shared.sales.events import LeadAssigned, LeadUnassigned
from shared.sales.hand_offs.notices import tell_managers, tell_owner

TEMPLATES = Path(__file__).with_name("templates")


@on_event(LeadAssigned, LeadUnassigned)
def handle(fact: LeadAssigned | LeadUnassigned, now: datetime) -> None:
    """One mail per person and event."""
    if isinstance(fact, LeadAssigned):
        tell_owner(fact, TEMPLATES, now)
    else:
        tell_managers(fact, TEMPLATES, now)
