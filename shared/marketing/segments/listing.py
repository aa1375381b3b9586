"""Who is in a segment, and why a contact is or is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import contact_key, customers, followed, summary
from shared.kernel.errors import NotFound
from shared.kernel.paging import seal, unseal
from shared.platform.configuration import Version
from shared.platform.keys import key
from shared.platform.requests import Item
from shared.platform.tables import get_across

from .definition import Defined, Segment
from .evaluation import NO_RECORD, Reason, evaluate
from .gathering import AT_ONCE, gather
from .repository import SHARDS, Membership, marketing, membership_key, need_segment
from .rule import Rule, conditions
from .saying import said


class Member(BaseModel):
    """Somebody in a segment, and since when."""

    contact_id: str
    since: str


@dataclass(frozen=True, slots=True)
class Because:
    """A condition that decided: where it is in the rule, what it says, whether it holds."""

    pointer: str
    condition: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a contact belongs into a segment by its rule and facts as just read, and why; since
    when they count as in or out (`None`: they never were in)."""

    contact_id: str
    segment_id: str
    segment_version: int
    member: bool
    because: Sequence[Because]
    since: str | None
    may_change_at: datetime | None


def members(
    segment_id: str, limit: int, cursor: str | None, queries: int = SHARDS
) -> tuple[list[Member], str | None]:
    """A page of who is in a segment, in no order people know, and the cursor of the next. A query
    per eighth of the segment that it reaches into; after so many `queries` it ends early."""
    scope = f"segment_members:{segment_id}"
    place = unseal(cursor, key("cursor"), scope) if cursor else {"shard": "0"}
    shard, after = int(place["shard"]), place.get("after")
    found: list[Member] = []
    for _ in range(queries):
        wanted = limit - len(found)
        page = marketing.query(
            f"SEGMENT#{segment_id}#{shard}", index="by_segment", beyond=after, limit=wanted
        )
        found += [Member(contact_id=one["segment_sk"], since=one["since"]) for one in page.items]
        after = found[-1].contact_id if page.after else None
        shard += after is None
        if len(found) == limit or shard == SHARDS:
            break
    if shard == SHARDS:
        return found, None
    rest = {"shard": str(shard)} | ({"after": after} if after else {})
    return found, seal(rest, key("cursor"), scope)


def explain(segment_id: str, contact_id: str, now: datetime) -> Explanation:
    """Why a contact is in a segment or not, decided afresh. Two reads, and one of the history
    where the rule asks for it. Raises `NotFound`."""
    version = need_segment(segment_id)
    record = followed(contact_id)
    if record is None:
        raise NotFound("contact_not_found", "There is no such contact")
    return explain_in(version, record["pk"].removeprefix("CONTACT#"), now)


def explain_in(version: Version[Segment], whose: str, now: datetime) -> Explanation:
    """`explain` of a segment and a contact that are known to be there: one read, and one of the
    history where the rule asks for it."""
    segment_id = version.name
    defined = Defined.of(segment_id, version.number, version.value)
    found = gather([whose], [defined], now)[whose]
    decision = evaluate(version.value.in_force, found.facts, now)
    known = found.memberships[segment_id]
    return Explanation(
        contact_id=whose,
        segment_id=segment_id,
        segment_version=version.number,
        member=decision.member,
        because=because(version.value.in_force, decision.because),
        since=known.since,
        may_change_at=decision.changes_at,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A member as a page shows them: the contact in short (`None`: it is put away by now), since
    when they are in it and what put them there, as far as that was by the rule in force."""

    contact_id: str
    since: str
    contact: ContactSummary | None
    because: Sequence[Because]


def members_in(
    version: Version[Segment], limit: int, cursor: str | None
) -> tuple[list[Shown], str | None]:
    """`members` of one eighth at a time, with who they are and why: a query, and a read for each
    fifty. None may be among the first though more follow."""
    found, rest = members(version.name, limit, cursor, queries=1)
    people: list[Item | None] = []
    reasons: list[Item | None] = []
    for start in range(0, len(found), AT_ONCE // 2):
        some = found[start : start + AT_ONCE // 2]
        keys = [(customers, contact_key(one.contact_id)) for one in some]
        keys += [(marketing, membership_key(one.contact_id, version.name)) for one in some]
        items = get_across(*keys)
        people += items[: len(some)]
        reasons += items[len(some) :]
    shown = [
        Shown(one.contact_id, one.since, _in_short(person), _why(version, stored))
        for one, person, stored in zip(found, people, reasons, strict=True)
    ]
    return shown, rest


def _in_short(item: Item | None) -> ContactSummary | None:
    gone = item is None or {"merged_into", "deleted_at"} & item.keys()
    return None if gone or item is None else summary(item)


def _why(version: Version[Segment], item: Item | None) -> Sequence[Because]:
    if item is None or item["segment_version"] != version.number:
        return ()
    return because(version.value.in_force, Membership.from_item(item).because)


def because(rule: Rule | None, reasons: Sequence[Reason]) -> list[Because]:
    """Reasons in words."""
    if rule is None:
        return [Because("", "The segment was put away", False)]
    placed: dict[str, Any] = dict(conditions(rule))
    if not reasons:
        return [Because(NO_RECORD, "There is no record of this person in use", False)]
    return [Because(one.pointer, said(placed[one.pointer]), one.holds) for one in reasons]
