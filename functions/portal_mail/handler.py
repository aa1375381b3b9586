"""`EmailReplaced`, and codes to mail, by way of a queue: mails customers about their own account."""

from datetime import datetime
from pathlib import Path
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.events import EmailReplaced
from shared.customers.portal.codes import Code
from shared.customers.portal.mails import mail_code, tell_former_address
from shared.platform.entry.event import read

TEMPLATES = Path(__file__).with_name("templates")


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """One mail per code and per change."""
    fact = read(message, EmailReplaced)
    if fact:
        tell_former_address(fact, TEMPLATES, now)
    elif "code_id" in message:
        code = Code(message["partition"], message["code_id"])
        mail_code(code, message["purpose"], TEMPLATES, now)
