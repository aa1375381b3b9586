"""Where behaviour is kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| behaviour, carrying its `BehaviourRecorded` | `SUBJECT#<subject_id>` | `EVENT#<behaviour_id>` |

| question | key | asked by |
|---|---|---|
| these behaviours | table | scoring_update |
| everything a subject did | table, `EVENT#` | scoring_update and history_adopt (a visitor was identified), scoring_dry_run |

The sender's event id is the sort key: sending it again finds it taken, which is the whole of
"nothing counts twice".
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from shared.customers.events import BehaviourRecorded
from shared.customers.retention.model import expiry
from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import parse_instant
from shared.platform.observability import count
from shared.platform.requests import Condition, Item, Key, Put
from shared.platform.tables import Page, Table
from shared.platform.writes import ConditionFailed

from .model import Behaviour

BehaviourKey = tuple[str, str]
"""`(subject_id, behaviour_id)`"""

customers = Table(CUSTOMERS)

_NEW: Final = Condition(
    "behaviour_new", "attribute_not_exists(#pk)", "what is sent again must not count again"
)


def load_many(keys: Iterable[BehaviourKey]) -> dict[BehaviourKey, Behaviour]:
    """The behaviours that exist among `keys`. Strong reads, one call per hundred."""
    items = customers.get_many([_key(*key) for key in dict.fromkeys(keys)])
    found = [_from_item(item) for item in items]
    return {(one.subject_id, one.behaviour_id): one for one in found}


def of_subject(
    subject_id: str, after: str | None = None, *, most: int | None = None
) -> Iterator[Behaviour]:
    """Everything a subject did, or only what was *recorded* after the instant `after`.

    Strong reads, in no order of time, fetched 1 MB at a time as the caller goes on. `most` ends
    it after about so many were read, with the megabyte they are in.
    """
    page, read = Page(), 0
    while True:
        page = customers.query(
            f"SUBJECT#{subject_id}", begins="EVENT#", after=page.after, consistent=True
        )
        for item in page.items:
            if after is None or item["recorded_at"] > after:
                yield _from_item(item)
        read += len(page.items)
        if page.after is None:
            return
        if most is not None and read >= most:
            count("PastTooLong")
            return


def page_of_subject(
    subject_id: str, after: str | None, *, limit: int
) -> tuple[list[Behaviour], str | None]:
    """Some of what a subject did, in no order of time, and what to give as `after` for the next
    page (`None`: there is none). One strong read."""
    pk = f"SUBJECT#{subject_id}"
    start = {"pk": pk, "sk": after} if after else None
    page = customers.query(pk, begins="EVENT#", limit=limit, after=start, consistent=True)
    return list(map(_from_item, page.items)), str(page.after["sk"]) if page.after else None


def save_new(behaviours: Sequence[Behaviour], *, kept_days: int | None = None) -> int:
    """Store those of `behaviours` (1 to 100, each key once) that are not stored yet; they go by
    themselves after `kept_days` (`None`: they stay).

    Returns how many were new. One write call; one more when some were already there, because a
    transaction that meets one of them refuses all. Raises `Busy` with nothing written.
    """
    rest = list(behaviours)
    while rest:
        try:
            customers.write(*(_put(one, kept_days) for one in rest))
        except ConditionFailed as refused:
            rest = [one for i, one in enumerate(rest) if refused.found(i) is None]
        else:
            break
    return len(rest)


def _put(one: Behaviour, kept_days: int | None) -> Put:
    event = BehaviourRecorded(
        event_id=f"{one.subject_id}.{one.behaviour_id}",
        occurred_at=parse_instant(one.occurred_at),
        subject_id=one.subject_id,
        behaviour_id=one.behaviour_id,
        name=one.name,
    )
    item = {**_key(one.subject_id, one.behaviour_id), **_item(one)}
    if kept_days is not None:
        item["expires_at"] = expiry(parse_instant(one.recorded_at), kept_days)
    return Put(item, _NEW, (event,))


def _item(one: Behaviour) -> Item:
    return one.model_dump(exclude_none=True)


def _from_item(item: Item) -> Behaviour:
    return Behaviour.model_validate(item)


def _key(subject_id: str, behaviour_id: str) -> Key:
    return {"pk": f"SUBJECT#{subject_id}", "sk": f"EVENT#{behaviour_id}"}
