"""Queue `import-work` (chunks planned by `import_plan`): some hundred rows of an import."""

from datetime import datetime
from typing import Any, Final

from shared.customers.contacts.importing import ContactKind
from shared.customers.imports.target import Kinds
from shared.customers.imports.working import work_chunk
from shared.platform.entry.queue import on_queue
from shared.sales.hand_offs.import_undo import put_aside
from shared.sales.leads.importing import LeadKind

KINDS: Final[Kinds] = {"contacts": ContactKind(), "leads": LeadKind(put_aside)}


@on_queue
def handle(chunk: dict[str, Any], now: datetime) -> None:
    """Do one chunk; a second delivery changes nothing."""
    work_chunk(chunk, KINDS, now)
