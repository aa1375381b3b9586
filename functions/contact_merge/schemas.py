"""What `contact_merge` takes and answers."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.contacts.view import ContactView
from shared.customers.merging.fields import Side
from shared.customers.merging.merge import Asked
from shared.customers.merging.model import Merge, MergeState

ContactId = Annotated[str, StringConstraints(pattern=r"^contact_[0-9A-HJKMNP-TV-Z]{26}$")]


class Versions(BaseModel):
    """At which both contacts were looked at."""

    model_config = ConfigDict(extra="forbid")

    winner: int = Field(ge=1)
    loser: int = Field(ge=1)


class MergeRequest(BaseModel):
    """`{"loser": "contact_…", "versions": {"winner": 3, "loser": 1}, "choices": {"job_title":
    "loser"}}`: `choices` are fields of the preview where the other value is to survive."""

    model_config = ConfigDict(extra="forbid")

    loser: ContactId
    versions: Versions
    choices: dict[str, Side] = Field(default_factory=dict, max_length=200)

    def into(self, winner_id: str) -> Asked:
        """What is asked for of the winner."""
        return Asked(winner_id, self.loser, self.versions.winner, self.versions.loser, self.choices)


class MergeQuery(BaseModel):
    """With whom a contact is compared."""

    loser: ContactId = Field(alias="with")


class MergeView(BaseModel):
    """A merge and how far it is (`MergeState`). `withheld` addresses could not go back."""

    merge_id: str
    contact_id: str
    merged_id: str
    state: MergeState
    merged_at: str
    merged_by: str
    undone_at: str | None
    undone_by: str | None
    withheld: int

    @classmethod
    def of(cls, merge: Merge) -> "MergeView":
        """The view of a merge."""
        known = {name: getattr(merge, name) for name in cls.model_fields if hasattr(merge, name)}
        return cls(contact_id=merge.winner_id, merged_id=merge.loser_id, **known)


class Merged(BaseModel):
    """A merge, and the contact that counts now."""

    merge: MergeView
    contact: ContactView


class MergeList(BaseModel):
    """Merges of a contact, the latest first."""

    items: list[MergeView]

    @classmethod
    def of(cls, merges: Iterable[Merge]) -> "MergeList":
        """The list of merges."""
        return cls(items=[MergeView.of(one) for one in merges])
