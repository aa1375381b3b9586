"""Queue `import-plan`: files that arrived, which it looks at, and `ImportRunStarted`, for which it
cuts the file into chunks for `import_work`."""

from datetime import datetime
from typing import Any, Final

from shared.customers.contacts.importing import ContactKind
from shared.customers.events import ImportRunStarted
from shared.customers.imports.beginning import look_at
from shared.customers.imports.planning import plan_run
from shared.customers.imports.target import Kinds
from shared.platform.entry.event import arrived_file, read
from shared.platform.entry.queue import on_queue
from shared.sales.hand_offs.import_undo import put_aside
from shared.sales.leads.importing import LeadKind

KINDS: Final[Kinds] = {"contacts": ContactKind(), "leads": LeadKind(put_aside)}


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """Look at a file, or plan a run; a second delivery changes nothing."""
    if key := arrived_file(event):
        look_at(key, KINDS, now)
    elif started := read(event, ImportRunStarted):
        plan_run(started.import_id, started.run, now)
