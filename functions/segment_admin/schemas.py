"""What `segment_admin` takes and answers."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.marketing.segments.backfill import Progress
from shared.marketing.segments.checking import parsed_rule
from shared.marketing.segments.counting import Count
from shared.marketing.segments.definition import Description, Segment, SegmentName
from shared.marketing.segments.listing import Explanation, Member
from shared.platform.configuration import Version


class SegmentInput(BaseModel):
    """A segment as people define it; `rule` as `GET /v1/segments/schema` describes it."""

    model_config = ConfigDict(extra="forbid")

    name: SegmentName
    description: Description = ""
    rule: dict[str, Any]

    def segment(self) -> Segment:
        """The definition. Raises `Rejected` for a rule that is none."""
        return Segment(name=self.name, description=self.description, rule=parsed_rule(self.rule))


class SegmentChange(SegmentInput):
    """The same as a whole, with the `version` it replaces. `archived` puts the segment away."""

    archived: bool = False
    version: int = Field(ge=1)

    def segment(self) -> Segment:
        """The definition. Raises `Rejected` for a rule that is none."""
        return super().segment().model_copy(update={"archived": self.archived})


class Draft(BaseModel):
    """A rule that is not stored."""

    model_config = ConfigDict(extra="forbid")

    rule: dict[str, Any]


class CountView(BaseModel):
    """How many people a rule would let in: `members`, or where they were not all looked at
    (`exact`) about so many, likely from `at_least` to `at_most` (all `null` where nobody knows how
    many people there are). `found` of `looked_at` are; `sample` are contacts among them."""

    members: int | None
    at_least: int | None
    at_most: int | None
    exact: bool
    looked_at: int
    found: int
    people: int | None
    sample: list[str]

    @classmethod
    def of(cls, found: Count) -> Self:
        """The count as shown."""
        low, high = found.between or (None, None)
        return cls(
            members=found.members,
            at_least=low,
            at_most=high,
            exact=found.exact,
            looked_at=found.looked_at,
            found=found.found,
            people=found.people,
            sample=[one.contact.contact_id for one in found.sample],
        )


class Filling(BaseModel):
    """How far all contacts were looked at since the rule was changed."""

    looked_at: int
    parts_done: int
    parts: int
    done: bool

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """The progress as shown."""
        return cls(**asdict(progress), done=progress.done)


class SegmentView(BaseModel):
    """A segment, how many are in it, and how far it is filled."""

    segment_id: str
    name: str
    description: str
    rule: dict[str, Any]
    archived: bool
    version: int
    changed_by: str
    changed_at: AwareDatetime
    members: int | None = None
    filling: Filling | None = None

    @classmethod
    def of(
        cls, version: Version[Segment], members: int | None = None, progress: Progress | None = None
    ) -> Self:
        """A definition as shown."""
        segment = version.value
        return cls(
            segment_id=version.name,
            name=segment.name,
            description=segment.description,
            rule=segment.model_dump(mode="json")["rule"],
            archived=segment.archived,
            version=version.number,
            changed_by=version.saved_by,
            changed_at=version.saved_at,
            members=members,
            filling=Filling.of(progress) if progress else None,
        )


class SegmentList(BaseModel):
    """All segments by name."""

    items: list[SegmentView]


class MemberPage(BaseModel):
    """Some of those in a segment; `next` is the cursor of those that follow."""

    items: list[Member]
    next: str | None


class Condition(BaseModel):
    """A condition that decided, by its place in the rule (JSON pointer)."""

    pointer: str
    condition: str
    holds: bool


class Explained(BaseModel):
    """Whether a contact belongs into a segment, because of what, and when that may change although
    nothing happens. `since` is when it was last put in or out."""

    contact_id: str
    segment_id: str
    segment_version: int
    member: bool
    because: Sequence[Condition]
    since: str | None
    may_change_at: AwareDatetime | None

    @classmethod
    def of(cls, found: Explanation) -> Self:
        """The explanation as shown."""
        return cls.model_validate(asdict(found))
