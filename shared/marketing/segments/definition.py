"""A segment as people define it, and all segments together as whoever decides about contacts
takes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from .facts import EVERYTHING, Needs, mentions_of, needs_of
from .rule import Rule

MAX_SEGMENTS: Final = 200
"""Each change of a contact looks through all of them, in memory."""

SegmentName = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Description = Annotated[str, StringConstraints(max_length=1_000)]


class Segment(BaseModel):
    """What a segment is called and who is in it. Nobody is in one that was put away
    (`archived`)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: SegmentName
    description: Description = ""
    rule: Rule
    archived: bool = False

    @property
    def in_force(self) -> Rule | None:
        """The rule, unless the segment was put away."""
        return None if self.archived else self.rule


@dataclass(frozen=True, slots=True)
class Defined:
    """A segment in a version, with what follows from its rule."""

    segment_id: str
    version: int
    segment: Segment
    needs: Needs
    mentions: frozenset[str]

    @classmethod
    def of(cls, segment_id: str, version: int, segment: Segment) -> "Defined":
        """The segment with what its rule needs and mentions; one put away needs nothing."""
        rule = segment.in_force
        needs = needs_of(rule) if rule else Needs()
        mentions = mentions_of(rule) if rule else frozenset([EVERYTHING])
        return cls(segment_id, version, segment, needs, mentions)


class Definitions:
    """All segments, each after those its rule names."""

    def __init__(self, found: Iterable[Defined]) -> None:
        self.by_id: Mapping[str, Defined] = {one.segment_id: one for one in found}
        self.in_order: Sequence[Defined] = _ordered(self.by_id)

    def about(self, mentions: Iterable[str]) -> set[str]:
        """The segments whose rules are about any of `mentions` (`facts.mentions_of`)."""
        asked = frozenset(mentions)
        return {one.segment_id for one in self.in_order if not one.mentions.isdisjoint(asked)}

    def with_followers(self, segment_ids: Iterable[str]) -> list[Defined]:
        """These segments and all that name one of them, directly or not, each after those it
        names."""
        wanted = set(segment_ids)
        found = []
        for one in self.in_order:
            if one.segment_id in wanted or one.needs.segments & wanted:
                wanted.add(one.segment_id)
                found.append(one)
        return found


def _ordered(by_id: Mapping[str, Defined]) -> list[Defined]:
    """Each after those it names. What names each other in a circle, which is refused when it is
    written, comes in any order."""
    order: dict[str, Defined] = {}
    begun: set[str] = set()

    def place(segment_id: str) -> None:
        if segment_id in begun or segment_id not in by_id:
            return
        begun.add(segment_id)
        for named in sorted(by_id[segment_id].needs.segments):
            place(named)
        order[segment_id] = by_id[segment_id]

    for segment_id in sorted(by_id):
        place(segment_id)
    return list(order.values())
