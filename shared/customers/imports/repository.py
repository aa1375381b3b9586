"""Where imports are kept (table `customers`); what is in the files is not.

| entity | pk | sk |
|---|---|---|
| receipt of a run's chunk: its counts | `IMPORT#<import_id>` | `CHUNK#<run>#<chunk>` |
| import: format, headers, mapping, state | `IMPORT#<import_id>` | `IMPORT` |
| run: what it goes by, and the sum of its chunks so far | `IMPORT#<import_id>` | `RUN#<run>` |
| taken by a row of a dry run (gone after a day) | `DRY#<import_id>#<run>#<key>` | `DRY` |

| question | key | asked by |
|---|---|---|
| an import and its runs | `IMPORT#<import_id>`, from `IMPORT` on | import_admin, import_work |
| all imports, newest first | `by_list`: `IMPORTS`, `<created_at>#<import_id>` | import_admin |

All of it goes after `KEPT`, like the rows' results in the bucket (`results/`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import AlreadyHandled, NotFound, Stale
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.platform.requests import Condition, Item, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .model import Import, Run

KEPT: Final = timedelta(days=90)
LIST: Final = "IMPORTS"

customers = Table(CUSTOMERS)

NEW: Final = Condition(
    "import_new", "attribute_not_exists(#pk)", "a request sent again makes no second import"
)
_RECEIPT_NEW: Final = Condition(
    "chunk_not_done", "attribute_not_exists(#pk)", "a chunk counts once, however often it comes"
)


def import_key(import_id: str) -> dict[str, str]:
    """The key of the import itself."""
    return {"pk": f"IMPORT#{import_id}", "sk": "IMPORT"}


def run_key(import_id: str, run: int) -> dict[str, str]:
    """The key of one of its runs."""
    return {"pk": f"IMPORT#{import_id}", "sk": f"RUN#{run:04d}"}


def chunk_key(import_id: str, run: int, chunk: int) -> dict[str, str]:
    """The key of a chunk's receipt."""
    return {"pk": f"IMPORT#{import_id}", "sk": f"CHUNK#{run:04d}#{chunk:05d}"}


def load(import_id: str) -> tuple[Import, list[Run]]:
    """An import and its runs, oldest first. One strong query. Raises `NotFound`."""
    if not is_id("import", import_id):
        raise _unknown()
    pk = import_key(import_id)["pk"]
    found = customers.query(pk, between=("IMPORT", "RUN#~"), consistent=True).items
    if not found or found[0]["sk"] != "IMPORT":
        raise _unknown()
    return Import.model_validate(found[0]), [Run.model_validate(one) for one in found[1:]]


def under_way(import_id: str) -> tuple[Import, list[Run]]:
    """`load` for those who work on it: one that is gone has nothing left to do, which raises
    `AlreadyHandled`."""
    try:
        return load(import_id)
    except NotFound as error:
        raise AlreadyHandled("import_gone") from error


def attributes(one: Import) -> Item:
    """An import as stored, with its keys."""
    return {
        **import_key(one.import_id),
        "kind": "import",
        **one.stored(),
        "list_pk": LIST,
        "list_sk": f"{one.created_at}#{one.import_id}",
        "expires_at": _end(one),
    }


def run_attributes(of: Import, run: Run) -> Item:
    """A run as stored, with its keys."""
    stored = run.model_dump(mode="json", exclude_none=True)
    return {**run_key(of.import_id, run.number), "kind": "run", **stored, "expires_at": _end(of)}


def changed(one: Import, now: datetime, **values: Any) -> Import:
    """The import with `values` changed: its next version."""
    return one.model_copy(update={**values, "version": one.version + 1, "updated_at": iso(now)})


def save(before: Import, after: Import, *ops: Op, events: Sequence[DomainEvent] = ()) -> Import:
    """Store `after` in place of `before`, together with `ops`. Raises `Stale`."""
    unchanged = Condition(
        "import_unchanged",
        "#version = :known",
        "what was decided holds only for the state it was decided on",
        {"known": before.version},
    )
    try:
        customers.write(Put(attributes(after), unchanged, events), *ops)
    except ConditionFailed as refused:
        found = refused.found(0) or {}
        raise Stale("version_stale", version=int(found.get("version", 0))) from refused
    return after


def chunk_done(of: Import, run: Run, chunk: int, counts: dict[str, int]) -> bool:
    """Count a chunk, once; whether it was not counted before."""
    receipt = {
        **chunk_key(of.import_id, run.number, chunk),
        **{name: value for name, value in counts.items() if value},
        "expires_at": _end(of),
    }
    going_on = Condition(
        "run_known", "attribute_exists(#pk)", "an import that is gone does not come back"
    )
    added = {name: value for name, value in counts.items() if value}
    try:
        customers.write(
            Put(receipt, _RECEIPT_NEW),
            Update(run_key(of.import_id, run.number), add={"done": 1, **added}, condition=going_on),
        )
    except ConditionFailed as refused:
        if refused.found(0) is None:
            raise _unknown() from refused
        return False
    return True


def is_counted(import_id: str, run: int, chunk: int) -> bool:
    """Whether a chunk is done already. One strong read."""
    return customers.get(chunk_key(import_id, run, chunk)) is not None


def chunks_with(outcome: str | None, import_id: str, run: int) -> list[int]:
    """The chunks of a run that are done, in order; of them those with rows of an outcome."""
    pk = import_key(import_id)["pk"]
    receipts = customers.query_all(pk, begins=f"CHUNK#{run:04d}#", consistent=True)
    return [
        int(one["sk"].rpartition("#")[2]) for one in receipts if not outcome or one.get(outcome)
    ]


def _end(one: Import) -> int:
    return int((parse_instant(one.created_at) + KEPT).timestamp())


def _unknown() -> NotFound:
    return NotFound("import_not_found", "There is no such import")
