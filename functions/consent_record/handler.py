"""`LeadCaptured` (through the queue `consent-record`): what was agreed to in a form holds for the
person, or they are asked to confirm it."""

from datetime import datetime
from pathlib import Path
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.consents.confirming import ask
from shared.customers.consents.heard import record_consent
from shared.platform.entry.event import read
from shared.sales.events import LeadCaptured
from shared.sales.leads.repository import load

TEMPLATES = Path(__file__).with_name("templates")


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """Keep the consent of a form; later deliveries change nothing."""
    captured = read(event, LeadCaptured)
    asked = record_consent(captured, now) if captured is not None else None
    lead = load(captured.lead_id) if asked else None
    address = lead.facts.get("email") if lead else None
    if asked and address:
        ask(asked, address, TEMPLATES, now)
