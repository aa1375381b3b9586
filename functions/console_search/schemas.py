"""What the page of search takes."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.customers.search.lookup import MAX_TEXT

SHOWN: Final = 30
SUGGESTED: Final = 6

MAY_ADD: Final = ("rep", "sales_manager", "marketer", "agent", "supervisor")
"""Who may type in somebody who was not found."""


class SearchQuery(BaseModel):
    """`q` is what was typed; nothing yet, where it is empty."""

    model_config = ConfigDict(extra="ignore")

    q: Annotated[str, StringConstraints(max_length=MAX_TEXT, strip_whitespace=True)] = ""
