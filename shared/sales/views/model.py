"""A list of leads as a person keeps it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from shared.kernel.text import plain
from shared.sales.leads.query import LeadQuery

MAX_NAME: Final = 60
MAX_ORDER: Final = 10_000

Name = Annotated[
    str,
    StringConstraints(max_length=MAX_NAME),
    AfterValidator(lambda text: " ".join(plain(text).split())),
    StringConstraints(min_length=1),
]


class ViewInput(BaseModel):
    """What a view is: `{"name": "Hot in Nepal", "query": {"country": "NP", "sort": "-score"}}`.

    `query` holds the parameters of `GET /v1/leads` (see `LeadQuery`), kept as given, so that `me`
    and dates stay what they are. `order` sorts a person's views, the smallest first. `version` is
    that of the view it replaces.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name
    query: dict[str, str] = Field(max_length=len(LeadQuery.model_fields))
    order: int = Field(default=0, ge=0, le=MAX_ORDER)
    version: int = Field(default=0, ge=0)

    @field_validator("query")
    @classmethod
    def _a_list(cls, query: dict[str, str]) -> dict[str, str]:
        LeadQuery.model_validate(query)
        return {name: value for name, value in query.items() if value}


class View(BaseModel):
    """A saved view of its owner's. `view_id` follows from its name."""

    model_config = ConfigDict(frozen=True)

    view_id: str
    name: str
    query: Mapping[str, str]
    order: int = 0
    version: int = 1

    def same_list(self, given: ViewInput) -> bool:
        """Whether it is what was given, whatever the version."""
        return self.model_dump(include=_CONTENT) == given.model_dump(include=_CONTENT)


_CONTENT: Final[set[Any]] = {"name", "query", "order"}
