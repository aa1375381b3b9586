"""What the pages of duplicates and merges take."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.merging.fields import Side
from shared.customers.merging.merge import Asked
from shared.pages.reading import read

PAGE_SIZE: Final = 20

REVIEWERS: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")
"""Who looks through suggestions and says that two are two."""

MERGERS: Final = ("sales_manager", "supervisor")
"""Who makes two records one, and takes that back."""

_CHOICE: Final = "choice."


class CompareQuery(BaseModel):
    """`?winner=&loser=` which two; `?winner=&q=` whom to look for as the other; `?one=&other=`
    two of which the one that is known better is to be kept."""

    model_config = ConfigDict(extra="ignore")

    winner: str = Field(default="", max_length=64)
    loser: str = Field(default="", max_length=64)
    one: str = Field(default="", max_length=64)
    other: str = Field(default="", max_length=64)
    q: str = Field(default="", max_length=200)


class MergeForm(BaseModel):
    """Two contacts as they were compared, and whose value survives in each field."""

    model_config = ConfigDict(extra="ignore")

    winner: str = Field(min_length=1, max_length=64)
    loser: str = Field(min_length=1, max_length=64)
    winner_version: int = Field(ge=1)
    loser_version: int = Field(ge=1)
    choices: dict[str, Side] = Field(default_factory=dict, max_length=200)

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "MergeForm":
        """The form as the browser sends it: `choice.<field>` for each choice."""
        choices = {
            name.removeprefix(_CHOICE): side
            for name, side in form.items()
            if name.startswith(_CHOICE)
        }
        return read(cls, {**form, "choices": choices})

    def asked(self) -> Asked:
        """What is asked for."""
        return Asked(self.winner, self.loser, self.winner_version, self.loser_version, self.choices)
