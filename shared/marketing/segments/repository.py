"""Where segments and who is in them are kept (table `marketing`).

| entity | pk | sk |
|---|---|---|
| that no two people change how segments name each other at once | `SEGMENTS` | `SEGMENTS` |
| how many are in a segment, in eight parts | `SEGMENT#<segment_id>` | `COUNT#<0..7>` |
| an eighth of all contacts to be looked at after a change, and how far that is | `SEGMENT#<segment_id>` | `PART#<0..7>` |
| whether a contact is in a segment, since when and why; carries the events | `CONTACT#<contact_id>` | `SEGMENT#<segment_id>` |
| the points of a contact as a lead | `CONTACT#<contact_id>` | `POINTS` |
| a contact is to be looked at again | `CONTACT#<contact_id>` | `RECHECK` |

Definitions are configuration of the kind `segment` under their ids (platform/configuration).

| question | key | asked by |
|---|---|---|
| all definitions | `CONFIG#segment` | segment_admin, segment_update, segment_backfill |
| of some segments whether a contact is in them | table, many at once | the same |
| who is in a segment | `by_segment`: `SEGMENT#<segment_id>#<0..7>`, `<contact_id>` | segment_admin |
| how many are in segments | table, many at once | segment_admin |

A contact that never was in a segment and will not be by time alone has no item for it. One that
left keeps it: since when it is out, and why. An item carries the timer of the instant at which
time alone may change the answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from shared.directory.audit import recorded
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.marketing.tables import MARKETING
from shared.platform import timers
from shared.platform.configuration import CACHE_SECONDS, Configuration, Version
from shared.platform.requests import Condition, Item, Key, Update
from shared.platform.tables import Table

from .definition import Defined, Definitions, Segment
from .evaluation import Decision, Reason

SHARDS: Final = 8
TIMER: Final = "segment_update"
"""The kind of the timers of contacts that are to be looked at again."""

KEPT_REASONS: Final = 8
"""So many of the conditions that decided are kept with a membership; all of them, who asks is
told afresh."""

marketing: Final = Table(MARKETING)

stored_segments: Final = Configuration(marketing, "segment", Segment, audit=recorded)


@dataclass(frozen=True, slots=True)
class Membership:
    """How it stands between a contact and a segment. `since` is when that became so, `due` when
    it may change by time alone, both ISO text; `revision` grows with each write."""

    contact_id: str
    segment_id: str
    member: bool = False
    since: str | None = None
    because: tuple[Reason, ...] = ()
    segment_version: int = 0
    revision: int = 0
    due: str | None = None

    @classmethod
    def from_item(cls, item: Item) -> "Membership":
        """The membership that a stored item stands for."""
        return cls(
            contact_id=item["pk"].removeprefix("CONTACT#"),
            segment_id=item["sk"].removeprefix("SEGMENT#"),
            member=item["member"],
            since=item.get("since"),
            because=tuple(Reason(*one) for one in item.get("because", ())),
            segment_version=int(item["segment_version"]),
            revision=int(item["revision"]),
            due=str(item["timer_due"]).partition("#")[0] if "timer_due" in item else None,
        )

    def item(self) -> Item:
        """The membership as stored, with what finds it."""
        found: Item = {
            **membership_key(self.contact_id, self.segment_id),
            "member": self.member,
            "since": self.since,
            "because": [[one.pointer, one.holds] for one in self.because[:KEPT_REASONS]],
            "segment_version": self.segment_version,
            "revision": self.revision,
        }
        if self.member:
            shard = shard_of(self.contact_id)
            found |= {"segment_pk": f"SEGMENT#{self.segment_id}#{shard}"}
            found |= {"segment_sk": self.contact_id}
        if self.due:
            entity = f"{self.contact_id}.{self.segment_id}"
            found |= timers.attributes(TIMER, datetime.fromisoformat(self.due), entity)
        return {name: value for name, value in found.items() if value is not None}


def next_of(
    known: Membership, decision: Decision, version: int, now: datetime
) -> Membership | None:
    """What is to be stored in place of what is `known`; `None` where nothing has to be.

    A timer that comes too early does no harm and is left as it is: it looks again and is set
    anew. One that has come is.
    """
    due = iso(decision.changes_at) if decision.changes_at else None
    spent = known.due is not None and known.due <= iso(now)
    sooner = due is not None and (known.due is None or due < known.due)
    if decision.member == known.member and not spent and not sooner:
        return None
    same = decision.member == known.member
    return Membership(
        known.contact_id,
        known.segment_id,
        member=decision.member,
        since=known.since if same else iso(now),
        because=decision.because,
        segment_version=version,
        revision=known.revision + 1,
        due=due,
    )


def definitions(now: datetime) -> Definitions:
    """All segments, up to 30 seconds old."""
    return _definitions(int(now.timestamp() // CACHE_SECONDS))


def definitions_now() -> Definitions:
    """All segments as just read. A query per megabyte."""
    found = stored_segments.all_active()
    return Definitions(Defined.of(one.name, one.number, one.value) for one in found)


@lru_cache(maxsize=1)
def _definitions(_: int) -> Definitions:
    return definitions_now()


def need_segment(segment_id: str) -> Version[Segment]:
    """The segment as just read. Raises `NotFound`."""
    found = stored_segments.in_force(segment_id) if is_id("segment", segment_id) else None
    if found is None:
        raise unknown()
    return found


def head_of(segment_id: str) -> tuple[Table, Key]:
    """Where a segment is found, to be read together with other items (`need_in`)."""
    return stored_segments.head_of(segment_id)


def need_in(item: Item | None) -> Version[Segment]:
    """The segment in what was read there. Raises `NotFound`."""
    found = stored_segments.in_head(item)
    if found is None:
        raise unknown()
    return found


def unknown() -> NotFound:
    """There is no such segment."""
    return NotFound("segment_not_found", "There is no such segment")


def shard_of(contact_id: str) -> int:
    """In which eighth a contact counts."""
    return crc32(contact_id.encode()) % SHARDS


def membership_key(contact_id: str, segment_id: str) -> dict[str, str]:
    """The key of what is known of a contact and a segment."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"SEGMENT#{segment_id}"}


def score_key(contact_id: str) -> dict[str, str]:
    """The key of a contact's points."""
    return {"pk": f"CONTACT#{contact_id}", "sk": "POINTS"}


def recheck_key(contact_id: str) -> dict[str, str]:
    """The key of the note that a contact is to be looked at again."""
    return {"pk": f"CONTACT#{contact_id}", "sk": "RECHECK"}


def count_key(segment_id: str, shard: int) -> dict[str, str]:
    """The key of how many are in an eighth of a segment."""
    return {"pk": f"SEGMENT#{segment_id}", "sk": f"COUNT#{shard}"}


def part_key(segment_id: str, number: int) -> dict[str, str]:
    """The key of an eighth of all contacts, to be looked at for a segment."""
    return {"pk": f"SEGMENT#{segment_id}", "sk": f"PART#{number}"}


def counted_op(segment_id: str, shard: int, more: int) -> Update:
    """Count so many more in an eighth of a segment: within the write that makes it so."""
    return Update(count_key(segment_id, shard), add={"members": more})


def unchanged(known: Membership) -> Condition:
    """The membership is still as it was read."""
    if known.revision == 0:
        return Condition(
            "membership_new", "attribute_not_exists(#pk)", "somebody is counted in once"
        )
    return Condition(
        "membership_unchanged",
        "#revision = :membership_revision",
        "what was decided holds only for what it was decided on, and counts once",
        {"membership_revision": known.revision},
    )


def members_of(segment_ids: Iterable[str]) -> dict[str, int]:
    """How many are in each segment. One strong read per twelve segments."""
    asked = list(dict.fromkeys(segment_ids))
    keys = count_keys(asked)
    return counted(asked, marketing.get_many(keys) if keys else ())


def count_keys(segment_ids: Iterable[str]) -> list[Key]:
    """Where it is written how many are in segments: eight items each."""
    return [count_key(one, shard) for one in segment_ids for shard in range(SHARDS)]


def counted(segment_ids: Iterable[str], items: Iterable[Item | None]) -> dict[str, int]:
    """How many are in each segment, by what is written there."""
    found = dict.fromkeys(segment_ids, 0)
    for item in filter(None, items):
        found[item["pk"].removeprefix("SEGMENT#")] += int(item["members"])
    return found


def scores_in(item: Mapping[str, Any] | None) -> float | None:
    """The points that a stored score stands for: of several leads the most."""
    points = [float(value) for name, value in (item or {}).items() if name.startswith("lead_")]
    return max(points, default=None)
