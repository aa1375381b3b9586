"""Memberships and points of a person: exported, and taken out of the counts with them."""

from collections.abc import Iterator
from typing import Final

from shared.customers.privacy.partitions import Partitions, by_prefix
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Keys
from shared.kernel.errors import Busy
from shared.platform.requests import Delete
from shared.platform.writes import ConditionFailed

from .repository import Membership, counted_op, marketing, membership_key, shard_of, unchanged

_ATTEMPTS: Final = 8

_ENTITIES: Final = {
    "SEGMENT#": "segment_membership",
    "POINTS": "score",
    "RECHECK": "recheck",
    "HIT#": "message_hit",
    "ENGAGEMENT#": "message_engagement",
    "TOUCH#": "touch",
    "CONVERSION#": "conversion",
}

_RECORDS: Final = Partitions(
    name="marketing",
    table=marketing,
    covers=(Keys("marketing", "CONTACT#"),),
    keys=lambda person: [f"CONTACT#{one}" for one in person.contact_ids],
    entity=by_prefix(_ENTITIES, "other"),
    made="since",
)


class OfContacts:
    """Everything marketing keeps under a person's contacts."""

    name = _RECORDS.name
    holdable = _RECORDS.holdable
    covers = _RECORDS.covers

    def find(self, person: Person) -> Iterator[Found]:
        """All of it."""
        return _RECORDS.find(person)

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """First out of the segments, each with its count; then page by page what is left."""
        if after is None:
            for contact_id in person.contact_ids:
                _leave(person, contact_id)
        return _RECORDS.erase(person, after)


def _leave(person: Person, contact_id: str) -> None:
    for _ in range(_ATTEMPTS):
        items = marketing.query_all(f"CONTACT#{contact_id}", begins="SEGMENT#", consistent=True)
        left = [
            one
            for one in map(Membership.from_item, items)
            if one.member and not person.anew(one.since)
        ]
        if not left:
            return
        for one in left:
            gone = Delete(membership_key(contact_id, one.segment_id), unchanged(one))
            try:
                marketing.write(gone, counted_op(one.segment_id, shard_of(contact_id), -1))
            except ConditionFailed:
                continue
    raise Busy("contended", "This contact is being put into segments, try again")
