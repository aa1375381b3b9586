"""Where people's histories are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| entry; an interaction's carries its events | `CONTACT#<contact_id>` | `HISTORY#<occurred_at>#<entry_id>` |
| the person answered, forgotten after 90 days | `CONTACT#<contact_id>` | `REPLY#<occurred_at>#<entry_id>` |
| the person was somewhere | `CONTACT#<contact_id>` | `PLACE#<occurred_at>#<entry_id>` |

| question | key | asked by |
|---|---|---|
| what happened, newest first, from an instant to another | table, `HISTORY#` | contact_history and all who show a person |
| who somebody is and what happened last | table, from `CONTACT` to `HISTORY#`, backwards | screen_pop |
| when and how somebody answered lately | table, `REPLY#` | contact_history |
| where somebody was last | table, `PLACE#`, newest | contact_history |

The sort key is when it happened, then the entry's id: what is heard of late stands where it
belongs, what is heard of again finds itself there, and two entries of one instant keep their
order. Nothing is ever changed; entries move with their person (`moving`) and go with them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.customers.privacy.erasures import erased_at, gone
from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import parse_instant
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed

from .model import Entry

HISTORY: Final = "HISTORY#"
REPLY: Final = "REPLY#"
_RECORD: Final = "CONTACT"
PLACE: Final = "PLACE#"

CHUNK: Final = 200
QUERIES: Final = 5
"""Where only some entries are wanted, so many are looked at in one read, and so many reads are
made for a page; it then ends early and says where it goes on."""

REPLIES_COUNT: Final = timedelta(days=90)
"""How long it counts for the best time that somebody answered (row H4)."""

_A_DAY: Final = timedelta(days=1)

customers: Final = Table(CUSTOMERS)

NEW: Final = Condition(
    "entry_new", "attribute_not_exists(#pk)", "what is heard of again happened once"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and the sort key after which older ones follow."""

    entries: list[Entry]
    after: str | None


def entry_key(contact_id: str, occurred_at: str, entry_id: str) -> dict[str, str]:
    """The key of an entry."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{HISTORY}{occurred_at}#{entry_id}"}


def entry_item(entry: Entry) -> Item:
    """An entry as stored."""
    key = entry_key(entry.contact_id, entry.occurred_at, entry.entry_id)
    stored = entry.model_dump(
        mode="json", exclude={"contact_id", "entry_id", "occurred_at"}, exclude_defaults=True
    )
    return {**key, **stored}


def entry_from(item: Item) -> Entry:
    """The entry a stored item stands for."""
    occurred_at, _, entry_id = str(item["sk"]).removeprefix(HISTORY).partition("#")
    known = {
        "contact_id": item["pk"].removeprefix("CONTACT#"),
        "occurred_at": occurred_at,
        "entry_id": entry_id,
    }
    return Entry.model_validate(item | known)


def record(entries: Sequence[Entry]) -> int:
    """Store those of `entries` that are not stored yet, but not what happened to somebody before
    they were erased; how many were new.

    A read and a write per hundred; one more where some were there already, because a transaction that
    meets one of them refuses all. Raises `Busy` with nothing of the hundred written.
    """
    erased = erased_at(one.contact_id for one in entries)
    known = {
        (one.contact_id, one.occurred_at, one.entry_id): one
        for one in entries
        if not gone(one.contact_id, one.occurred_at, erased)
    }
    waiting, new = list(known.values()), 0
    while waiting:
        rest = waiting[:TRANSACTION_LIMIT]
        del waiting[:TRANSACTION_LIMIT]
        while rest:
            try:
                customers.write(*(Put(entry_item(one), NEW) for one in rest))
            except ConditionFailed as refused:
                rest = [one for i, one in enumerate(rest) if refused.found(i) is None]
            else:
                new += len(rest)
                break
    return new


def page(
    contact_id: str,
    *,
    limit: int,
    after: str | None = None,
    since: str = "",
    until: str = "~",
    wanted: Callable[[Entry], bool] | None = None,
) -> Page:
    """Up to `limit` entries of a person that happened from `since` to before `until`, newest
    first; older than the sort key `after`.

    One query where all are wanted. Where only those are for which `wanted` says so, up to
    `QUERIES` queries, and the page may hold fewer, none even, though more follow.
    """
    pk = f"CONTACT#{contact_id}"
    found: list[Entry] = []
    start: Item | None = None if after is None else {"pk": pk, "sk": after}
    for _ in range(QUERIES if wanted else 1):
        read = customers.query(
            pk,
            between=(f"{HISTORY}{since}", f"{HISTORY}{until}"),
            forward=False,
            limit=CHUNK if wanted else limit + 1,
            after=start,
            consistent=True,
        )
        for entry in map(entry_from, read.items):
            if wanted is None or wanted(entry):
                if len(found) == limit:
                    return Page(found, _sort_key(found[-1]))
                found.append(entry)
        start = read.after
        if start is None:
            return Page(found, None)
    return Page(found, str(start["sk"]) if start else None)


def latest_with_record(contact_id: str, *, limit: int) -> tuple[Item | None, Iterator[Entry]]:
    """A person's record as stored, and up to `limit` of their latest entries, each understood when
    it is looked at. One query: the record
    lies before all entries, so that of whoever has `limit` and more it is not among what is read
    (`None`)."""
    read = customers.query(
        f"CONTACT#{contact_id}",
        between=(_RECORD, f"{HISTORY}~"),
        forward=False,
        limit=limit,
        consistent=True,
    )
    record = next((one for one in read.items if one["sk"] == _RECORD), None)
    return record, (entry_from(one) for one in read.items if one["sk"].startswith(HISTORY))


def answered(entry: Entry) -> Put:
    """Remember for `REPLIES_COUNT` that the person answered then and so."""
    until = parse_instant(entry.occurred_at) + REPLIES_COUNT + _A_DAY
    item = {"channel": entry.channel, "expires_at": int(until.timestamp())}
    return Put({**_beside(REPLY, entry), **item}, NEW)


def been(entry: Entry) -> Put:
    """Remember where the person was then."""
    return Put({**_beside(PLACE, entry), "place": entry.place, "channel": entry.channel}, NEW)


def replies_of(contact_id: str, since: str) -> list[tuple[str, str]]:
    """When (ISO text) and on which channel somebody answered since an instant, oldest first. One
    query of a megabyte: some eight thousand."""
    found = customers.query(f"CONTACT#{contact_id}", between=(f"{REPLY}{since}", f"{REPLY}~"))
    return [reply_from(item) for item in found.items]


def reply_from(item: Item) -> tuple[str, str]:
    """When (ISO text) and on which channel somebody answered."""
    return str(item["sk"]).split("#")[1], str(item["channel"])


def last_place(contact_id: str) -> tuple[str, str] | None:
    """Where somebody was last and when (ISO text). One query."""
    found = customers.query(f"CONTACT#{contact_id}", begins=PLACE, forward=False, limit=1).items
    return place_from(found[0]) if found else None


def place_from(item: Item) -> tuple[str, str]:
    """Where somebody was, and when (ISO text)."""
    return str(item["place"]), str(item["sk"]).split("#")[1]


def _beside(prefix: str, entry: Entry) -> Item:
    pk = f"CONTACT#{entry.contact_id}"
    return {"pk": pk, "sk": f"{prefix}{entry.occurred_at}#{entry.entry_id}"}


def _sort_key(entry: Entry) -> str:
    return entry_key(entry.contact_id, entry.occurred_at, entry.entry_id)["sk"]
